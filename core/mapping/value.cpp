// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mapping/value.h"

#include "core/base/jsontext.h"

#include <QLocale>
#include <QStringList>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace eph::mapping {

using namespace Qt::StringLiterals;

namespace {

constexpr int MostLevels = 200;

/// As Java's Double.toString() has it: always with a point, and with an exponent outside of 0.001 to 10,000,000.
[[nodiscard]] QString doubleText(double number)
{
    if (std::isnan(number))
        return u"NaN"_s;
    if (std::isinf(number))
        return number > 0 ? u"Infinity"_s : u"-Infinity"_s;
    const double size = std::abs(number);
    if (number == 0 || (size >= 1e-3 && size < 1e7)) {
        const QString text = QString::number(number, 'f', QLocale::FloatingPointShortest);
        return text.contains(u'.') ? text : QString(text + ".0"_L1);
    }
    QString text = QString::number(number, 'e', QLocale::FloatingPointShortest);
    const qsizetype e = text.indexOf(u'e');
    QString mantissa = text.first(e);
    if (!mantissa.contains(u'.'))
        mantissa += ".0"_L1;
    return mantissa + u'E' + QString::number(text.sliced(e + 1).toInt());
}

[[nodiscard]] QString listText(const List &list)
{
    if (list.fromJson)
        return QString::fromUtf8(jsonOf(Value(std::make_shared<List>(list))));
    QStringList texts;
    for (const Value &item : list.items)
        texts << (item.isNull() ? u"null"_s : item.text());
    return u'[' + texts.join(", "_L1) + u']';
}

[[nodiscard]] QString mapText(const Map &map)
{
    QStringList texts;
    for (const auto &[key, value] : map.members())
        texts << QString(key + u'=' + (value.isNull() ? u"null"_s : value.text()));
    return u'{' + texts.join(", "_L1) + u'}';
}

[[nodiscard]] std::optional<Value> valueOf(const nlohmann::ordered_json &json, int level)
{
    if (level > MostLevels)
        return std::nullopt;
    switch (json.type()) {
    case nlohmann::ordered_json::value_t::boolean: return Value(json.get<bool>());
    case nlohmann::ordered_json::value_t::number_integer: return Value(qint64(json.get<std::int64_t>()));
    case nlohmann::ordered_json::value_t::number_unsigned: {
        const auto number = json.get<std::uint64_t>();
        return number <= std::uint64_t(std::numeric_limits<qint64>::max()) ? Value(qint64(number)) : Value(double(number));
    }
    case nlohmann::ordered_json::value_t::number_float: return Value(json.get<double>());
    case nlohmann::ordered_json::value_t::string: return Value(QString::fromStdString(json.get_ref<const std::string &>()));
    case nlohmann::ordered_json::value_t::array: {
        auto list = std::make_shared<List>();
        list->fromJson = true;
        for (const auto &each : json) {
            const auto item = valueOf(each, level + 1);
            if (!item)
                return std::nullopt;
            list->items << *item;
        }
        return Value(list);
    }
    case nlohmann::ordered_json::value_t::object: {
        auto map = std::make_shared<Map>();
        for (const auto &[key, each] : json.items()) {
            const auto member = valueOf(each, level + 1);
            if (!member)
                return std::nullopt;
            map->insert(QString::fromStdString(key), *member);
        }
        return Value(map);
    }
    default: return Value();
    }
}

/// A list may hold itself, since programs put things into lists.
void writeJson(QByteArray &out, const Value &value, int level)
{
    if (level > MostLevels || value.isNull() || value.as<Value::ObjectPtr>()) {
        out += "null";
    } else if (const auto *flag = value.as<bool>()) {
        out += *flag ? "true" : "false";
    } else if (const auto *text = value.as<QString>()) {
        out += jsonText(*text);
    } else if (const auto *list = value.as<Value::ListPtr>()) {
        out += '[';
        for (qsizetype i = 0; i < (*list)->items.size(); ++i) {
            if (i > 0)
                out += ',';
            writeJson(out, (*list)->items.at(i), level + 1);
        }
        out += ']';
    } else if (const auto *map = value.as<Value::MapPtr>()) {
        out += '{';
        bool first = true;
        for (const auto &[key, member] : (*map)->members()) {
            if (!std::exchange(first, false))
                out += ',';
            out += jsonText(key) + ':';
            writeJson(out, member, level + 1);
        }
        out += '}';
    } else {
        out += value.text().toUtf8();
    }
}

} // namespace

Value Object::member(const QString &) const
{
    return {};
}

Value Value::list(QList<Value> items)
{
    auto list = std::make_shared<List>();
    list->items = std::move(items);
    return Value(list);
}

Value Value::texts(const QStringList &items)
{
    QList<Value> values;
    for (const QString &item : items)
        values << Value(item);
    return list(values);
}

Value Value::map()
{
    return Value(std::make_shared<Map>());
}

bool Value::isTrue() const
{
    const auto *flag = as<bool>();
    return flag ? *flag : !isNull();
}

std::optional<double> Value::number() const
{
    if (const auto *whole = as<qint64>())
        return double(*whole);
    if (const auto *floating = as<double>())
        return *floating;
    return std::nullopt;
}

QString Value::text() const
{
    if (const auto *text = as<QString>())
        return *text;
    if (const auto *flag = as<bool>())
        return *flag ? u"true"_s : u"false"_s;
    if (const auto *whole = as<qint64>())
        return QString::number(*whole);
    if (const auto *floating = as<double>())
        return doubleText(*floating);
    // What holds itself prints until here.
    thread_local int level = 0;
    if (level > MostLevels)
        return u"..."_s;
    ++level;
    QString text;
    if (const auto *list = as<ListPtr>())
        text = listText(**list);
    else if (const auto *map = as<MapPtr>())
        text = mapText(**map);
    else if (const auto *object = as<ObjectPtr>())
        text = (*object)->text();
    --level;
    return text;
}

bool Value::equals(const Value &other) const
{
    if (isNull() || other.isNull())
        return isNull() && other.isNull();
    const auto *a = as<qint64>();
    const auto *b = other.as<qint64>();
    if (a && b)
        return *a == *b;
    if (number() && other.number())
        return *number() == *other.number();
    return text() == other.text();
}

const Value *Map::find(const QString &key) const
{
    const auto found = std::find_if(m_members.cbegin(), m_members.cend(), [&key](const Member &member) { return member.first == key; });
    return found == m_members.cend() ? nullptr : &found->second;
}

void Map::insert(const QString &key, const Value &value)
{
    const auto found = std::find_if(m_members.begin(), m_members.end(), [&key](const Member &member) { return member.first == key; });
    if (found == m_members.end())
        m_members << Member(key, value);
    else
        found->second = value;
}

Value Map::remove(const QString &key)
{
    const Value *found = find(key);
    const Value was = found ? *found : Value();
    m_members.removeIf([&key](const Member &member) { return member.first == key; });
    return was;
}

std::optional<Value> valueOfJson(const QByteArray &json)
{
    int depth = 0;
    int deepest = 0;
    // The parser goes as deep as the text does.
    const auto tooDeep = [&](int, nlohmann::ordered_json::parse_event_t event, const auto &) {
        using Event = nlohmann::ordered_json::parse_event_t;
        depth += event == Event::object_start || event == Event::array_start ? 1 : event == Event::object_end || event == Event::array_end ? -1 : 0;
        deepest = std::max(deepest, depth);
        return deepest <= MostLevels;
    };
    const auto parsed = nlohmann::ordered_json::parse(json.cbegin(), json.cend(), tooDeep, false);
    if (parsed.is_discarded() || deepest > MostLevels)
        return std::nullopt;
    return valueOf(parsed, 0);
}

QByteArray jsonOf(const Value &value)
{
    QByteArray out;
    writeJson(out, value, 0);
    return out;
}

} // namespace eph::mapping
