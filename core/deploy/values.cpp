// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/values.h"

#include <QHash>
#include <QRegularExpression>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace values {

namespace {

const QString OutputKey = u"Ephemera::Output"_s;
const QString JoinKey = u"Ephemera::Join"_s;
const QString PackageKey = u"Ephemera::Package"_s;
const QString SecretKey = u"Ephemera::Secret"_s;
const QString ConfiguredKey = u"Ephemera::Configured"_s;
const QString WeightKey = u"Ephemera::Weight"_s;

} // namespace

QJsonObject output(const QString &step, const QString &member)
{
    return {{OutputKey, QJsonObject{{u"step"_s, step}, {u"member"_s, member}}}};
}

QJsonObject join(const QJsonArray &parts)
{
    return {{JoinKey, parts}};
}

QJsonObject package(const QString &sha256)
{
    return {{PackageKey, sha256}};
}

QJsonObject secret(const QString &reference)
{
    return {{SecretKey, reference}};
}

QJsonObject configured(const QString &function, const QString &version, const QString &member)
{
    return {{ConfiguredKey, QJsonObject{{u"function"_s, function}, {u"version"_s, version}, {u"member"_s, member}}}};
}

QJsonObject weight(const QJsonValue &version, double share)
{
    return {{WeightKey, QJsonObject{{u"version"_s, version}, {u"share"_s, share}}}};
}

Kind kindOf(const QJsonValue &value)
{
    static const QHash<QString, Kind> kinds{{OutputKey, Kind::Output}, {JoinKey, Kind::Join}, {PackageKey, Kind::Package}, {SecretKey, Kind::Secret}, {ConfiguredKey, Kind::Configured}, {WeightKey, Kind::Weight}};
    const QJsonObject object = value.toObject();
    return object.size() == 1 ? kinds.value(object.begin().key(), Kind::None) : Kind::None;
}

QJsonValue argumentOf(const QJsonValue &value)
{
    return value.toObject().begin().value();
}

}

Result<QJsonValue> filledIn(const QJsonValue &value, const ValueSource &source)
{
    const values::Kind kind = values::kindOf(value);
    if (kind == values::Kind::Join) {
        QString text;
        const QJsonArray parts = values::argumentOf(value).toArray();
        for (const auto &part : parts) {
            const auto filled = filledIn(part, source);
            if (!filled)
                return filled;
            text += filled->toVariant().toString();
        }
        return QJsonValue(text);
    }
    if (kind == values::Kind::Weight) {
        const QJsonObject weight = values::argumentOf(value).toObject();
        const auto version = filledIn(weight.value("version"_L1), source);
        if (!version)
            return version;
        return QJsonValue(QJsonObject{{version->toString(), weight.value("share"_L1)}});
    }
    if (kind != values::Kind::None)
        return source(kind, values::argumentOf(value));
    if (value.isArray()) {
        QJsonArray array;
        const QJsonArray items = value.toArray();
        for (const auto &item : items) {
            const auto filled = filledIn(item, source);
            if (!filled)
                return filled;
            array.append(*filled);
        }
        return QJsonValue(array);
    }
    if (!value.isObject())
        return value;
    QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end();) {
        const auto filled = filledIn(*it, source);
        if (!filled)
            return filled;
        if (filled->isUndefined()) {
            it = object.erase(it);
            continue;
        }
        *it = *filled;
        ++it;
    }
    return QJsonValue(object);
}

bool isSecretReference(const QString &text)
{
    static const QRegularExpression form(u"^\\{\\{(secret:[A-Za-z0-9_.-]+|resolve:(ssm|ssm-secure|secretsmanager):[^{}]+)\\}\\}$"_s);
    return form.match(text).hasMatch();
}

} // namespace eph::deploy
