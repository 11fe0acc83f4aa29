// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/events/eventpattern.h"

#include "core/base/text.h"

#include <QHostAddress>
#include <QJsonArray>
#include <QJsonDocument>

namespace eph::events {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxDepth = 50;
/// Wildcards of one expression; more would make matching slow.
constexpr qsizetype MaxWildcards = 20;

[[nodiscard]] tl::unexpected<Error> invalid(const QString &field, const QString &why)
{
    return failure(ErrorCode::Invalid, field.isEmpty() ? Core::tr("The event pattern is not valid: %1.").arg(why) : Core::tr("The event pattern is not valid at “%1”: %2.").arg(field, why), {}, field.isEmpty() ? why : Core::tr("%1 at “%2”").arg(why, field));
}

/// A text or, where several are allowed, a list of texts.
[[nodiscard]] bool isTexts(const QJsonValue &value)
{
    if (!value.isArray())
        return value.isString();
    const QJsonArray list = value.toArray();
    return !list.isEmpty() && std::all_of(list.begin(), list.end(), [](const QJsonValue &item) { return item.isString(); });
}

[[nodiscard]] bool isScalar(const QJsonValue &value)
{
    return value.isString() || value.isDouble() || value.isBool() || value.isNull();
}

[[nodiscard]] bool isNumericRange(const QJsonArray &range)
{
    if (range.isEmpty() || range.size() % 2 != 0 || range.size() > 4)
        return false;
    for (qsizetype i = 0; i < range.size(); i += 2) {
        const QString sign = range.at(i).toString();
        if (!range.at(i + 1).isDouble() || !(sign == "<"_L1 || sign == "<="_L1 || sign == "="_L1 || sign == ">"_L1 || sign == ">="_L1))
            return false;
    }
    return range.size() == 2 || (range.at(0).toString().startsWith(u'>') && range.at(2).toString().startsWith(u'<')) || (range.at(0).toString().startsWith(u'<') && range.at(2).toString().startsWith(u'>'));
}

[[nodiscard]] bool isSubnet(const QString &text)
{
    return text.contains(u'/') && !QHostAddress::parseSubnet(text).first.isNull();
}

[[nodiscard]] bool isWildcard(const QJsonValue &value)
{
    return value.isString() && !value.toString().contains("**"_L1) && value.toString().count(u'*') <= MaxWildcards;
}

/// What is wrong about `{"prefix": …}` and its like; empty: nothing.
[[nodiscard]] QString problemOf(const QString &name, const QJsonValue &value)
{
    if (name == "prefix"_L1 || name == "suffix"_L1)
        return value.isString() || (value.isObject() && value.toObject().size() == 1 && value.toObject().value("equals-ignore-case"_L1).isString()) ? QString() : Core::tr("%1 needs a text").arg(name);
    if (name == "equals-ignore-case"_L1)
        return value.isString() ? QString() : Core::tr("%1 needs a text").arg(name);
    if (name == "wildcard"_L1)
        return isWildcard(value) ? QString() : Core::tr("wildcard needs a text with single * in it");
    if (name == "exists"_L1)
        return value.isBool() ? QString() : Core::tr("exists is true or false");
    if (name == "numeric"_L1)
        return isNumericRange(value.toArray()) ? QString() : Core::tr("numeric needs a comparison, such as [\">\", 0, \"<=\", 5]");
    if (name == "cidr"_L1)
        return isSubnet(value.toString()) ? QString() : Core::tr("cidr needs a range of addresses, such as 10.0.0.0/24");
    if (name != "anything-but"_L1)
        return Core::tr("“%1” is no comparison; there are prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists and cidr").arg(name);
    if (value.isObject()) {
        const QJsonObject but = value.toObject();
        const QString kind = but.isEmpty() ? QString() : but.begin().key();
        const bool known = kind == "prefix"_L1 || kind == "suffix"_L1 || kind == "equals-ignore-case"_L1 || kind == "wildcard"_L1;
        return but.size() == 1 && known && isTexts(but.begin().value()) ? QString() : Core::tr("anything-but takes values, or a prefix, suffix, equals-ignore-case or wildcard");
    }
    const QJsonArray list = value.isArray() ? value.toArray() : QJsonArray{value};
    const bool fine = !list.isEmpty() && std::all_of(list.begin(), list.end(), [](const QJsonValue &item) { return item.isString() || item.isDouble(); });
    return fine ? QString() : Core::tr("anything-but takes texts and numbers");
}

[[nodiscard]] Result<void> check(const QJsonObject &pattern, const QString &path, int depth)
{
    if (depth > MaxDepth)
        return invalid(path, Core::tr("it is nested too deep"));
    for (auto it = pattern.begin(); it != pattern.end(); ++it) {
        const QString field = path.isEmpty() ? it.key() : QString(path + u'.' + it.key());
        if (it.key() == "$or"_L1) {
            const QJsonArray branches = it.value().toArray();
            if (branches.size() < 2)
                return invalid(field, Core::tr("$or needs a list of at least two patterns"));
            for (const auto &branch : branches) {
                if (!branch.isObject())
                    return invalid(field, Core::tr("$or needs a list of at least two patterns"));
                if (const auto fine = check(branch.toObject(), path, depth + 1); !fine)
                    return fine;
            }
            continue;
        }
        if (it.value().isObject()) {
            if (const auto fine = check(it.value().toObject(), field, depth + 1); !fine)
                return fine;
            continue;
        }
        if (!it.value().isArray() || it.value().toArray().isEmpty())
            return invalid(field, Core::tr("it must be an object or a list of values, such as [\"a\"]"));
        const QJsonArray values = it.value().toArray();
        for (const auto &value : values) {
            if (isScalar(value))
                continue;
            const QJsonObject comparison = value.toObject();
            if (!value.isObject() || comparison.size() != 1)
                return invalid(field, Core::tr("a comparison is an object with one entry"));
            if (const QString problem = problemOf(comparison.begin().key(), comparison.begin().value()); !problem.isEmpty())
                return invalid(field, problem);
        }
    }
    return {};
}

[[nodiscard]] bool wildcardMatches(QStringView pattern, QStringView text)
{
    // Greedy with one point to come back to: what stands before the last * is settled.
    qsizetype p = 0;
    qsizetype t = 0;
    qsizetype star = -1;
    qsizetype from = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern.at(p) == u'*') {
            star = ++p;
            from = t;
            continue;
        }
        const bool escaped = p + 1 < pattern.size() && pattern.at(p) == u'\\';
        if (p < pattern.size() && pattern.at(escaped ? p + 1 : p) == text.at(t)) {
            p += escaped ? 2 : 1;
            ++t;
            continue;
        }
        if (star < 0)
            return false;
        p = star;
        t = ++from;
    }
    while (p < pattern.size() && pattern.at(p) == u'*')
        ++p;
    return p == pattern.size();
}

[[nodiscard]] bool compares(double value, const QString &sign, double bound)
{
    if (sign == "<"_L1)
        return value < bound;
    if (sign == "<="_L1)
        return value <= bound;
    if (sign == ">"_L1)
        return value > bound;
    if (sign == ">="_L1)
        return value >= bound;
    return value == bound;
}

[[nodiscard]] bool textMatches(const QString &kind, const QJsonValue &argument, const QString &text)
{
    const bool loose = argument.isObject();
    const QString wanted = loose ? argument.toObject().value("equals-ignore-case"_L1).toString() : argument.toString();
    const Qt::CaseSensitivity sensitivity = loose ? Qt::CaseInsensitive : Qt::CaseSensitive;
    if (kind == "prefix"_L1)
        return text.startsWith(wanted, sensitivity);
    if (kind == "suffix"_L1)
        return text.endsWith(wanted, sensitivity);
    if (kind == "equals-ignore-case"_L1)
        return text.compare(wanted, Qt::CaseInsensitive) == 0;
    return wildcardMatches(wanted, text);
}

[[nodiscard]] bool isAnythingBut(const QJsonValue &argument, const QJsonValue &value)
{
    if (argument.isObject()) {
        const QString kind = argument.toObject().begin().key();
        const QJsonValue given = argument.toObject().begin().value();
        const QJsonArray texts = given.isArray() ? given.toArray() : QJsonArray{given};
        return value.isString() && std::none_of(texts.begin(), texts.end(), [&](const QJsonValue &text) { return textMatches(kind, text, value.toString()); });
    }
    const QJsonArray list = argument.isArray() ? argument.toArray() : QJsonArray{argument};
    return isScalar(value) && std::none_of(list.begin(), list.end(), [&](const QJsonValue &item) { return item == value; });
}

/// One comparison with one value that is there.
[[nodiscard]] bool valueMatches(const QJsonValue &condition, const QJsonValue &value)
{
    if (!condition.isObject())
        return condition == value;
    const QString kind = condition.toObject().begin().key();
    const QJsonValue argument = condition.toObject().begin().value();
    if (kind == "exists"_L1)
        return argument.toBool();
    if (kind == "anything-but"_L1)
        return isAnythingBut(argument, value);
    if (kind == "numeric"_L1) {
        const QJsonArray range = argument.toArray();
        bool all = value.isDouble();
        for (qsizetype i = 0; all && i < range.size(); i += 2)
            all = compares(value.toDouble(), range.at(i).toString(), range.at(i + 1).toDouble());
        return all;
    }
    if (!value.isString())
        return false;
    if (kind == "cidr"_L1) {
        const QHostAddress address(value.toString());
        return !address.isNull() && address.isInSubnet(QHostAddress::parseSubnet(argument.toString()));
    }
    return textMatches(kind, argument, value.toString());
}

[[nodiscard]] bool matchesAll(const QJsonObject &pattern, const QJsonValue &event);

/// The values of one field: a list stands for each of its entries.
[[nodiscard]] bool fieldMatches(const QJsonArray &conditions, const QJsonValue &value)
{
    // What exists and what does not is asked of leaves.
    const bool present = !value.isUndefined() && !value.isObject();
    return std::any_of(conditions.begin(), conditions.end(), [&](const QJsonValue &condition) {
        if (!present)
            return condition.isObject() && condition.toObject().value("exists"_L1) == QJsonValue(false);
        if (!value.isArray())
            return valueMatches(condition, value);
        const QJsonArray list = value.toArray();
        return std::any_of(list.begin(), list.end(), [&](const QJsonValue &item) { return valueMatches(condition, item); });
    });
}

bool matchesAll(const QJsonObject &pattern, const QJsonValue &event)
{
    // A list of objects matches where one of them does.
    if (event.isArray()) {
        const QJsonArray list = event.toArray();
        return std::any_of(list.begin(), list.end(), [&](const QJsonValue &item) { return matchesAll(pattern, item); });
    }
    const QJsonObject object = event.toObject();
    for (auto it = pattern.begin(); it != pattern.end(); ++it) {
        bool fine = false;
        if (it.key() == "$or"_L1) {
            const QJsonArray branches = it.value().toArray();
            fine = std::any_of(branches.begin(), branches.end(), [&](const QJsonValue &branch) { return matchesAll(branch.toObject(), event); });
        } else if (it.value().isObject()) {
            fine = matchesAll(it.value().toObject(), object.value(it.key()));
        } else {
            fine = fieldMatches(it.value().toArray(), object.value(it.key()));
        }
        if (!fine)
            return false;
    }
    return true;
}

} // namespace

Result<EventPattern> EventPattern::parse(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (error.error != QJsonParseError::NoError)
        return invalid({}, Core::tr("it is no JSON, from byte %1 on").arg(error.offset));
    if (!document.isObject())
        return invalid({}, Core::tr("it has to be an object"));
    return fromObject(document.object());
}

Result<EventPattern> EventPattern::fromObject(const QJsonObject &pattern)
{
    if (pattern.isEmpty())
        return invalid({}, Core::tr("it names no field"));
    if (const auto fine = check(pattern, {}, 0); !fine)
        return tl::unexpected(fine.error());
    return EventPattern(pattern);
}

bool EventPattern::matches(const QJsonObject &event) const
{
    return matchesAll(m_pattern, event);
}

} // namespace eph::events
