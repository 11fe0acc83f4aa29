// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/s3conditions.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

/// `*`, or tags with or without quotes, separated by commas.
bool matches(const QByteArray &tags, const QString &etag)
{
    const QList<QByteArray> each = tags.split(',');
    return std::any_of(each.cbegin(), each.cend(), [&](QByteArray tag) {
        tag = tag.trimmed();
        if (tag.startsWith('"') && tag.endsWith('"') && tag.size() > 1)
            tag = tag.sliced(1, tag.size() - 2);
        return tag == "*" || tag == etag.toLatin1();
    });
}

/// Seconds of an HTTP date; nullopt for anything else, which is as if it were not there.
std::optional<qint64> secondsOf(const QByteArray &date)
{
    QDateTime parsed = QLocale::c().toDateTime(QString::fromLatin1(date), u"ddd, dd MMM yyyy HH:mm:ss 'GMT'"_s);
    parsed.setTimeSpec(Qt::UTC);
    return parsed.isValid() ? std::optional(parsed.toSecsSinceEpoch()) : std::nullopt;
}

} // namespace

Condition readCondition(const http::Request &request, const QByteArray &prefix, const sources::ObjectInfo &object)
{
    const auto said = [&](const char *name) { return request.header(QByteArray(prefix + name)); };
    const QByteArray match = said("if-match");
    const QByteArray noneMatch = said("if-none-match");
    const auto since = secondsOf(said("if-modified-since"));
    const auto unless = secondsOf(said("if-unmodified-since"));
    const qint64 modified = object.modifiedMs / 1000;
    // A tag is worth more than a time.
    if (match.isEmpty() ? unless && modified > *unless : !matches(match, object.etag))
        return Condition::Failed;
    if (noneMatch.isEmpty() ? since && modified <= *since : matches(noneMatch, object.etag))
        return prefix.isEmpty() ? Condition::NotModified : Condition::Failed;
    return Condition::Holds;
}

QByteArray writeRefusal(const http::Request &request, const sources::ObjectInfo *object)
{
    const QByteArray match = request.header("If-Match");
    const QByteArray noneMatch = request.header("If-None-Match");
    if (!noneMatch.isEmpty() && noneMatch != "*")
        return "NotImplemented";
    if (!noneMatch.isEmpty() && object)
        return "PreconditionFailed";
    if (match.isEmpty())
        return {};
    if (!object)
        return "NoSuchKey";
    return matches(match, object->etag) ? QByteArray() : QByteArray("PreconditionFailed");
}

} // namespace eph::cloud
