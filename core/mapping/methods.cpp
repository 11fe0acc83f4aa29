// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mapping/methods.h"

#include <QHash>
#include <QRegularExpression>
#include <QSet>
#include <QStringList>
#include <algorithm>
#include <functional>

namespace eph::mapping {

using namespace Qt::StringLiterals;

namespace {

using Arguments = QList<Value>;
using Answer = std::optional<Value>;

[[nodiscard]] std::optional<qsizetype> positionOf(const Value &value)
{
    const auto *whole = value.as<qint64>();
    return whole ? std::optional<qsizetype>(*whole) : std::nullopt;
}

/// Whether putting `value` there would close a circle. What is shared is looked at once.
[[nodiscard]] bool holds(const Value &value, const void *container)
{
    QSet<const void *> seen;
    QList<Value> open{value};
    while (!open.isEmpty()) {
        const Value next = open.takeLast();
        const auto *list = next.as<Value::ListPtr>();
        const auto *map = next.as<Value::MapPtr>();
        const void *place = list ? static_cast<const void *>(list->get()) : map ? static_cast<const void *>(map->get()) : nullptr;
        if (!place || seen.contains(place))
            continue;
        if (place == container)
            return true;
        seen.insert(place);
        if (list)
            open << QList<Value>((*list)->items);
        else
            open << callMethod(next, u"values"_s, {})->as<Value::ListPtr>()->get()->items;
    }
    return false;
}

/// Java's: `$1` is a group, and a backslash takes the next letter as it is.
[[nodiscard]] QString replacementOf(const QString &pattern, const QRegularExpressionMatch &match)
{
    QString text;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        const QChar letter = pattern.at(i);
        const bool hasNext = i + 1 < pattern.size();
        if (letter == u'\\' && hasNext)
            text += pattern.at(++i);
        else if (letter == u'$' && hasNext && pattern.at(i + 1).isDigit())
            text += match.captured(pattern.at(++i).digitValue());
        else
            text += letter;
    }
    return text;
}

/// What has become too long goes no further: whoever asked finds it so.
[[nodiscard]] bool isTooLong(const QString &text)
{
    return text.size() > Value::MostText;
}

/// In one go: in place, it would be moved again and again. Nothing stands before each letter, and behind the last one.
[[nodiscard]] QString replacedAll(const QString &text, const QString &what, const QString &by)
{
    QString result;
    qsizetype done = 0;
    for (qsizetype at = text.indexOf(what); at >= 0 && !isTooLong(result); at = text.indexOf(what, what.isEmpty() ? done + 1 : done)) {
        result += QStringView(text).mid(done, at - done);
        result += by;
        done = at + what.size();
        if (what.isEmpty() && done == text.size())
            break;
    }
    return result + QStringView(text).mid(done);
}

[[nodiscard]] Answer replaced(const QString &text, const Arguments &arguments, bool all)
{
    const QRegularExpression pattern(arguments.at(0).text());
    if (!pattern.isValid())
        return std::nullopt;
    QString result;
    qsizetype at = 0;
    for (auto matches = pattern.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        result += QStringView(text).mid(at, match.capturedStart() - at);
        result += replacementOf(arguments.at(1).text(), match);
        at = match.capturedEnd();
        if (!all || isTooLong(result))
            break;
    }
    return Value(QString(result + QStringView(text).mid(at)));
}

/// Java's: by a regular expression, without the empty texts at the end.
[[nodiscard]] Answer splitText(const QString &text, const Arguments &arguments)
{
    const QRegularExpression separator(arguments.at(0).text());
    if (!separator.isValid())
        return std::nullopt;
    constexpr qsizetype MostParts = 500'000;
    QStringList parts;
    qsizetype at = 0;
    // The library's own split goes through the text anew for each part.
    for (auto matches = separator.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        // Nothing stands in front of the first letter.
        if (match.capturedEnd() == 0)
            continue;
        if (parts.size() >= MostParts)
            return std::nullopt;
        parts << text.mid(at, match.capturedStart() - at);
        at = match.capturedEnd();
    }
    parts << text.mid(at);
    while (parts.size() > 1 && parts.last().isEmpty())
        parts.removeLast();
    return Value::texts(parts);
}

[[nodiscard]] Answer substring(const QString &text, const Arguments &arguments)
{
    const auto from = positionOf(arguments.at(0));
    const auto to = arguments.size() > 1 ? positionOf(arguments.at(1)) : std::optional(text.size());
    if (!from || !to || *from < 0 || *to < *from || *to > text.size())
        return std::nullopt;
    return Value(text.mid(*from, *to - *from));
}

[[nodiscard]] Answer matchesAll(const QString &text, const QString &given)
{
    const QRegularExpression pattern(QRegularExpression::anchoredPattern(given));
    return pattern.isValid() ? Answer(pattern.match(text).hasMatch()) : std::nullopt;
}

template<typename On>
using Methods = QHash<std::pair<QString, qsizetype>, std::function<Answer(On, const Arguments &)>>;

const Methods<const QString &> &ofTexts()
{
    static const Methods<const QString &> all{
        {{u"length"_s, 0}, [](const QString &text, const Arguments &) -> Answer { return Value(qint64(text.size())); }},
        {{u"isEmpty"_s, 0}, [](const QString &text, const Arguments &) -> Answer { return Value(text.isEmpty()); }},
        {{u"isBlank"_s, 0}, [](const QString &text, const Arguments &) -> Answer { return Value(text.trimmed().isEmpty()); }},
        {{u"trim"_s, 0}, [](const QString &text, const Arguments &) -> Answer { return Value(text.trimmed()); }},
        {{u"strip"_s, 0}, [](const QString &text, const Arguments &) -> Answer { return Value(text.trimmed()); }},
        {{u"toLowerCase"_s, 0}, [](const QString &text, const Arguments &) -> Answer { return Value(text.toLower()); }},
        {{u"toUpperCase"_s, 0}, [](const QString &text, const Arguments &) -> Answer { return Value(text.toUpper()); }},
        {{u"substring"_s, 1}, substring},
        {{u"substring"_s, 2}, substring},
        {{u"charAt"_s, 1}, [](const QString &text, const Arguments &a) -> Answer {
             const auto at = positionOf(a.at(0));
             return at && *at >= 0 && *at < text.size() ? Answer(Value(QString(text.at(*at)))) : std::nullopt;
         }},
        {{u"concat"_s, 1}, [](const QString &text, const Arguments &a) -> Answer { return Value(QString(text + a.at(0).text())); }},
        {{u"contains"_s, 1}, [](const QString &text, const Arguments &a) -> Answer { return Value(text.contains(a.at(0).text())); }},
        {{u"startsWith"_s, 1}, [](const QString &text, const Arguments &a) -> Answer { return Value(text.startsWith(a.at(0).text())); }},
        {{u"endsWith"_s, 1}, [](const QString &text, const Arguments &a) -> Answer { return Value(text.endsWith(a.at(0).text())); }},
        {{u"indexOf"_s, 1}, [](const QString &text, const Arguments &a) -> Answer { return Value(qint64(text.indexOf(a.at(0).text()))); }},
        {{u"lastIndexOf"_s, 1}, [](const QString &text, const Arguments &a) -> Answer { return Value(qint64(text.lastIndexOf(a.at(0).text()))); }},
        {{u"equalsIgnoreCase"_s, 1}, [](const QString &text, const Arguments &a) -> Answer { return Value(text.compare(a.at(0).text(), Qt::CaseInsensitive) == 0); }},
        {{u"compareTo"_s, 1}, [](const QString &text, const Arguments &a) -> Answer { return Value(qint64(text.compare(a.at(0).text()))); }},
        {{u"matches"_s, 1}, [](const QString &text, const Arguments &a) { return matchesAll(text, a.at(0).text()); }},
        {{u"replace"_s, 2}, [](const QString &text, const Arguments &a) -> Answer { return Value(replacedAll(text, a.at(0).text(), a.at(1).text())); }},
        {{u"replaceAll"_s, 2}, [](const QString &text, const Arguments &a) { return replaced(text, a, true); }},
        {{u"replaceFirst"_s, 2}, [](const QString &text, const Arguments &a) { return replaced(text, a, false); }},
        {{u"split"_s, 1}, splitText},
    };
    return all;
}

const Methods<List &> &ofLists()
{
    static const Methods<List &> all{
        {{u"size"_s, 0}, [](List &list, const Arguments &) -> Answer { return Value(qint64(list.items.size())); }},
        {{u"isEmpty"_s, 0}, [](List &list, const Arguments &) -> Answer { return Value(list.items.isEmpty()); }},
        {{u"get"_s, 1}, [](List &list, const Arguments &a) -> Answer {
             const auto at = positionOf(a.at(0));
             return at && *at >= 0 && *at < list.items.size() ? Answer(list.items.at(*at)) : std::nullopt;
         }},
        {{u"add"_s, 1}, [](List &list, const Arguments &a) -> Answer {
             if (holds(a.at(0), &list))
                 return std::nullopt;
             list.items << a.at(0);
             return Value(true);
         }},
        {{u"add"_s, 2}, [](List &list, const Arguments &a) -> Answer {
             const auto at = positionOf(a.at(0));
             if (!at || *at < 0 || *at > list.items.size() || holds(a.at(1), &list))
                 return std::nullopt;
             list.items.insert(*at, a.at(1));
             return Value(QString());
         }},
        {{u"addAll"_s, 1}, [](List &list, const Arguments &a) -> Answer {
             const auto *more = a.at(0).as<Value::ListPtr>();
             if (!more || std::any_of((*more)->items.cbegin(), (*more)->items.cend(), [&list](const Value &item) { return holds(item, &list); }))
                 return std::nullopt;
             list.items << QList<Value>((*more)->items);
             return Value(!(*more)->items.isEmpty());
         }},
        {{u"set"_s, 2}, [](List &list, const Arguments &a) -> Answer {
             const auto at = positionOf(a.at(0));
             if (!at || *at < 0 || *at >= list.items.size() || holds(a.at(1), &list))
                 return std::nullopt;
             return std::exchange(list.items[*at], a.at(1));
         }},
        {{u"remove"_s, 1}, [](List &list, const Arguments &a) -> Answer {
             // By place, or by what it is.
             if (const auto at = positionOf(a.at(0)))
                 return *at >= 0 && *at < list.items.size() ? Answer(list.items.takeAt(*at)) : std::nullopt;
             const auto found = std::find_if(list.items.begin(), list.items.end(), [&a](const Value &item) { return item.equals(a.at(0)); });
             const bool was = found != list.items.end();
             if (was)
                 list.items.erase(found);
             return Value(was);
         }},
        {{u"clear"_s, 0}, [](List &list, const Arguments &) -> Answer { list.items.clear(); return Value(QString()); }},
        {{u"contains"_s, 1}, [](List &list, const Arguments &a) -> Answer { return Value(std::any_of(list.items.cbegin(), list.items.cend(), [&a](const Value &item) { return item.equals(a.at(0)); })); }},
        {{u"indexOf"_s, 1}, [](List &list, const Arguments &a) -> Answer {
             const auto found = std::find_if(list.items.cbegin(), list.items.cend(), [&a](const Value &item) { return item.equals(a.at(0)); });
             return Value(found == list.items.cend() ? qint64(-1) : qint64(found - list.items.cbegin()));
         }},
        {{u"subList"_s, 2}, [](List &list, const Arguments &a) -> Answer {
             const auto from = positionOf(a.at(0));
             const auto to = positionOf(a.at(1));
             return from && to && *from >= 0 && *to >= *from && *to <= list.items.size() ? Answer(Value::list(list.items.mid(*from, *to - *from))) : std::nullopt;
         }},
    };
    return all;
}

const Methods<Map &> &ofMaps()
{
    static const Methods<Map &> all{
        {{u"size"_s, 0}, [](Map &map, const Arguments &) -> Answer { return Value(qint64(map.members().size())); }},
        {{u"isEmpty"_s, 0}, [](Map &map, const Arguments &) -> Answer { return Value(map.members().isEmpty()); }},
        {{u"get"_s, 1}, [](Map &map, const Arguments &a) -> Answer {
             const Value *found = map.find(a.at(0).text());
             return found ? *found : Value();
         }},
        // Of an entry, which is a map here.
        {{u"getKey"_s, 0}, [](Map &map, const Arguments &) -> Answer { return map.find(u"key"_s) ? *map.find(u"key"_s) : Value(); }},
        {{u"getValue"_s, 0}, [](Map &map, const Arguments &) -> Answer { return map.find(u"value"_s) ? *map.find(u"value"_s) : Value(); }},
        {{u"getOrDefault"_s, 2}, [](Map &map, const Arguments &a) -> Answer {
             const Value *found = map.find(a.at(0).text());
             return found ? *found : a.at(1);
         }},
        {{u"put"_s, 2}, [](Map &map, const Arguments &a) -> Answer {
             const QString key = a.at(0).text();
             if (holds(a.at(1), &map))
                 return std::nullopt;
             const Value *was = map.find(key);
             const Value before = was ? *was : Value();
             map.insert(key, a.at(1));
             return before;
         }},
        {{u"putAll"_s, 1}, [](Map &map, const Arguments &a) -> Answer {
             const auto *more = a.at(0).as<Value::MapPtr>();
             if (!more || holds(a.at(0), &map))
                 return std::nullopt;
             for (const auto &[key, value] : (*more)->members())
                 map.insert(key, value);
             return Value(QString());
         }},
        {{u"remove"_s, 1}, [](Map &map, const Arguments &a) -> Answer { return map.remove(a.at(0).text()); }},
        {{u"containsKey"_s, 1}, [](Map &map, const Arguments &a) -> Answer { return Value(map.find(a.at(0).text()) != nullptr); }},
        {{u"containsValue"_s, 1}, [](Map &map, const Arguments &a) -> Answer { return Value(std::any_of(map.members().cbegin(), map.members().cend(), [&a](const auto &member) { return member.second.equals(a.at(0)); })); }},
        {{u"keySet"_s, 0}, [](Map &map, const Arguments &) -> Answer {
             QStringList keys;
             for (const auto &member : map.members())
                 keys << member.first;
             return Value::texts(keys);
         }},
        {{u"values"_s, 0}, [](Map &map, const Arguments &) -> Answer {
             QList<Value> values;
             for (const auto &member : map.members())
                 values << member.second;
             return Value::list(values);
         }},
        {{u"entrySet"_s, 0}, [](Map &map, const Arguments &) -> Answer {
             QList<Value> entries;
             for (const auto &[key, value] : map.members()) {
                 const Value entry = Value::map();
                 (*entry.as<Value::MapPtr>())->insert(u"key"_s, Value(key));
                 (*entry.as<Value::MapPtr>())->insert(u"value"_s, value);
                 entries << entry;
             }
             return Value::list(entries);
         }},
    };
    return all;
}

[[nodiscard]] Answer ofNumber(const Value &on, const QString &method, const Arguments &arguments)
{
    const double number = *on.number();
    if (arguments.isEmpty()) {
        if (method == "intValue"_L1 || method == "longValue"_L1)
            return Value(qint64(number));
        if (method == "doubleValue"_L1 || method == "floatValue"_L1)
            return Value(number);
        return std::nullopt;
    }
    // The class's own, which templates reach by any number.
    bool ok = false;
    if (arguments.size() == 1 && (method == "parseInt"_L1 || method == "parseLong"_L1 || (method == "valueOf"_L1 && on.as<qint64>()))) {
        const qint64 parsed = arguments.at(0).text().toLongLong(&ok);
        return ok ? Answer(Value(parsed)) : std::nullopt;
    }
    if (arguments.size() == 1 && (method == "parseDouble"_L1 || method == "valueOf"_L1)) {
        const double parsed = arguments.at(0).text().toDouble(&ok);
        return ok ? Answer(Value(parsed)) : std::nullopt;
    }
    if (arguments.size() == 1 && method == "compareTo"_L1 && arguments.at(0).number())
        return Value(qint64(number < *arguments.at(0).number() ? -1 : number > *arguments.at(0).number() ? 1 : 0));
    return std::nullopt;
}

template<typename On, typename Of>
[[nodiscard]] Answer callOf(const Methods<On> &methods, Of &&on, const QString &method, const Arguments &arguments)
{
    const auto found = methods.constFind({method, arguments.size()});
    return found == methods.cend() ? std::nullopt : (*found)(on, arguments);
}

} // namespace

Answer callMethod(const Value &on, const QString &method, const Arguments &arguments)
{
    if (const auto *object = on.as<Value::ObjectPtr>())
        return (*object)->call(method, arguments);
    if (method == "toString"_L1 && arguments.isEmpty() && !on.isNull())
        return Value(on.text());
    if (method == "equals"_L1 && arguments.size() == 1 && !on.isNull())
        return Value(on.equals(arguments.at(0)));
    if (const auto *text = on.as<QString>())
        return callOf(ofTexts(), *text, method, arguments);
    if (const auto *list = on.as<Value::ListPtr>())
        return callOf(ofLists(), **list, method, arguments);
    if (const auto *map = on.as<Value::MapPtr>())
        return callOf(ofMaps(), **map, method, arguments);
    if (on.number())
        return ofNumber(on, method, arguments);
    if (on.as<bool>() && method == "booleanValue"_L1 && arguments.isEmpty())
        return on;
    return std::nullopt;
}

Value memberOf(const Value &of, const QString &name)
{
    if (const auto *object = of.as<Value::ObjectPtr>())
        return (*object)->member(name);
    if (const auto *map = of.as<Value::MapPtr>()) {
        if (const Value *found = (*map)->find(name))
            return *found;
    }
    if (name == "empty"_L1)
        return callMethod(of, u"isEmpty"_s, {}).value_or(Value());
    return {};
}

namespace {

/// An index from the end, as it stands between brackets alone, from the beginning.
[[nodiscard]] Value fromBeginning(const Value &of, const Value &index)
{
    const auto *list = of.as<Value::ListPtr>();
    const auto at = positionOf(index);
    return list && at && *at < 0 ? Value(qint64(*at + (*list)->items.size())) : index;
}

} // namespace

Value elementOf(const Value &of, const Value &index)
{
    const bool hasElements = of.as<Value::ListPtr>() || of.as<Value::MapPtr>();
    return hasElements ? callMethod(of, u"get"_s, {fromBeginning(of, index)}).value_or(Value()) : Value();
}

void setElement(const Value &of, const Value &index, const Value &value)
{
    if (of.as<Value::ListPtr>())
        (void)callMethod(of, u"set"_s, {fromBeginning(of, index), value});
    else if (of.as<Value::MapPtr>())
        (void)callMethod(of, u"put"_s, {index, value});
}

} // namespace eph::mapping
