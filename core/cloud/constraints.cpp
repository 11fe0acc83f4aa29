// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/constraints.h"

#include <QJsonArray>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QString shown(const QJsonValue &value)
{
    if (!value.isArray())
        return value.toVariant().toString();
    QStringList items;
    const QJsonArray list = value.toArray();
    for (const auto &item : list)
        items << item.toVariant().toString();
    return u'[' + items.join(u", "_s) + u']';
}

[[nodiscard]] bool isAbsent(const QJsonValue &value)
{
    return value.isUndefined() || value.isNull();
}

} // namespace

void Constraints::fail(const QString &member, const QJsonValue &value, const QString &constraint)
{
    const QString given = isAbsent(value) ? u"null"_s : QString(u'\'' + shown(value) + u'\'');
    m_wrong << u"Value %1 at '%2' failed to satisfy constraint: %3"_s.arg(given, member, constraint);
}

Constraints &Constraints::required(const QString &member, const QJsonValue &value)
{
    if (isAbsent(value))
        fail(member, value, u"Member must not be null"_s);
    return *this;
}

Constraints &Constraints::length(const QString &member, const QJsonValue &value, qint64 least, qint64 most)
{
    if (isAbsent(value))
        return *this;
    const qint64 size = value.isArray() ? value.toArray().size() : shown(value).size();
    if (size < least)
        fail(member, value, u"Member must have length greater than or equal to %1"_s.arg(least));
    if (size > most)
        fail(member, value, u"Member must have length less than or equal to %1"_s.arg(most));
    return *this;
}

Constraints &Constraints::range(const QString &member, const QJsonValue &value, qint64 least, qint64 most)
{
    if (isAbsent(value))
        return *this;
    bool isNumber = false;
    const double number = value.toVariant().toDouble(&isNumber);
    if (!isNumber || number < double(least))
        fail(member, value, u"Member must have value greater than or equal to %1"_s.arg(least));
    else if (number > double(most))
        fail(member, value, u"Member must have value less than or equal to %1"_s.arg(most));
    return *this;
}

Constraints &Constraints::oneOf(const QString &member, const QJsonValue &value, const QStringList &names)
{
    if (!isAbsent(value) && !names.contains(value.toString()))
        fail(member, value, u"Member must satisfy enum value set: [%1]"_s.arg(names.join(u", "_s)));
    return *this;
}

Constraints &Constraints::pattern(const QString &member, const QJsonValue &value, const QString &pattern)
{
    if (isAbsent(value))
        return *this;
    const QRegularExpression whole(QRegularExpression::anchoredPattern(pattern));
    if (!whole.match(value.toString()).hasMatch())
        fail(member, value, u"Member must satisfy regular expression pattern: "_s + pattern);
    return *this;
}

std::optional<ApiError> Constraints::error(const QByteArray &type) const
{
    if (m_wrong.isEmpty())
        return std::nullopt;
    const QString count = m_wrong.size() == 1 ? u"1 validation error"_s : u"%1 validation errors"_s.arg(m_wrong.size());
    return ApiError{400, type, count + u" detected: "_s + m_wrong.join(u"; "_s)};
}

} // namespace eph::cloud
