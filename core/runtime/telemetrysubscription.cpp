// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/telemetrysubscription.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <optional>

namespace eph::runtime {

using namespace Qt::StringLiterals;

namespace {

tl::unexpected<Error> refused(const QString &message)
{
    return failure(ErrorCode::Invalid, message);
}

/// A whole number between the bounds; `usual` where it is not given; nullopt for anything else.
std::optional<qint64> bounded(const QJsonValue &value, qint64 usual, qint64 least, qint64 most)
{
    if (value.isUndefined())
        return usual;
    const double number = value.toDouble(-1);
    if (number < double(least) || number > double(most) || number != double(qint64(number)))
        return std::nullopt;
    return qint64(number);
}

Result<void> readTypes(const QJsonValue &value, TelemetrySubscription &subscription)
{
    static const QSet<QString> known{u"platform"_s, u"function"_s, u"extension"_s};
    const QJsonArray types = value.toArray();
    if (types.isEmpty())
        return refused(u"types must be a list with at least one of platform, function and extension"_s);
    for (const auto &type : types) {
        if (!known.contains(type.toString()))
            return refused(u"types must be of platform, function and extension"_s);
        if (!subscription.types.contains(type.toString()))
            subscription.types << type.toString();
    }
    return {};
}

Result<void> readDestination(const QJsonObject &destination, TelemetrySubscription &subscription)
{
    const QString protocol = destination.value("protocol"_L1).toString().toUpper();
    constexpr qint64 MaxPort = 65'535;
    if (protocol == "TCP"_L1) {
        const auto port = bounded(destination.value("port"_L1), 0, 1, MaxPort);
        if (port.value_or(0) == 0)
            return refused(u"destination.port is not provided"_s);
        subscription.protocol = TelemetrySubscription::Protocol::Tcp;
        subscription.port = quint16(*port);
        return {};
    }
    if (protocol != "HTTP"_L1)
        return refused(u"destination.protocol must be HTTP or TCP"_s);
    const QUrl uri(destination.value("URI"_L1).toString(), QUrl::StrictMode);
    if (!uri.isValid() || uri.scheme() != "http"_L1)
        return refused(u"destination.URI is no http address"_s);
    // Nothing but the environment itself may be reached this way.
    if (uri.host() != "sandbox.localdomain"_L1 && uri.host() != "sandbox"_L1)
        return refused(u"destination.URI host must be sandbox.localdomain"_s);
    if (uri.port() <= 0)
        return refused(u"destination.URI port is not provided"_s);
    subscription.port = quint16(uri.port());
    subscription.host = uri.authority(QUrl::FullyEncoded).toLatin1();
    subscription.path = uri.toString(QUrl::RemoveScheme | QUrl::RemoveAuthority | QUrl::RemoveFragment | QUrl::FullyEncoded);
    return {};
}

Result<void> readBuffering(const QJsonObject &buffering, TelemetrySubscription &subscription)
{
    const auto items = bounded(buffering.value("maxItems"_L1), subscription.maxItems, 1'000, 10'000);
    const auto bytes = bounded(buffering.value("maxBytes"_L1), subscription.maxBytes, 262'144, 1'048'576);
    const auto timeout = bounded(buffering.value("timeoutMs"_L1), subscription.timeout.count(), 25, 30'000);
    if (!items)
        return refused(u"buffering.maxItems must be between 1000 and 10000"_s);
    if (!bytes)
        return refused(u"buffering.maxBytes must be between 262144 and 1048576"_s);
    if (!timeout)
        return refused(u"buffering.timeoutMs must be between 25 and 30000"_s);
    subscription.maxItems = int(*items);
    subscription.maxBytes = *bytes;
    subscription.timeout = std::chrono::milliseconds(*timeout);
    return {};
}

} // namespace

Result<TelemetrySubscription> parseTelemetrySubscription(const QByteArray &body)
{
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (!document.isObject())
        return refused(u"The request is no JSON object"_s);
    const QJsonObject object = document.object();
    TelemetrySubscription subscription;
    static const QSet<QString> versions{u"2022-07-01"_s, u"2022-12-13"_s, u"2025-01-29"_s};
    subscription.schemaVersion = object.value("schemaVersion"_L1).toString();
    if (!versions.contains(subscription.schemaVersion))
        return refused(u"schemaVersion must be 2022-07-01, 2022-12-13 or 2025-01-29"_s);
    return readTypes(object.value("types"_L1), subscription)
        .and_then([&] { return readDestination(object.value("destination"_L1).toObject(), subscription); })
        .and_then([&] { return readBuffering(object.value("buffering"_L1).toObject(), subscription); })
        .map([&] { return std::move(subscription); });
}

} // namespace eph::runtime
