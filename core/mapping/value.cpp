// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mapping/value.h"

#include "core/base/jsontext.h"

#include <QLocale>
#include <QStringList>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

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

/// Lists and maps may hold one another as deep as a program has steps: they go one after the other, not one within the other.
void bury(Value &&value)
{
    thread_local std::vector<Value> grave;
    thread_local bool digging = false;
    grave.push_back(std::move(value));
    if (digging)
        return;
    digging = true;
    while (!grave.empty()) {
        const Value last = std::move(grave.back());
        grave.pop_back();
    }
    digging = false;
}

/// Writes a value as Java or as JSON has it, until there is too much of it.
class Writer
{
public:
    [[nodiscard]] QString take() { return std::move(m_out); }

    enum class Style { Java, Json };

    void write(const Value &value, Style style, int level = 0)
    {
        if (isFull(level))
            return;
        const bool json = style == Style::Json;
        const auto separate = [&](qsizetype i) { m_out += i == 0 ? ""_L1 : json ? ","_L1 : ", "_L1; };
        if (value.isNull() || (json && value.as<Value::ObjectPtr>())) {
            m_out += "null"_L1;
        } else if (const auto *text = json ? value.as<QString>() : nullptr) {
            m_out += QString::fromUtf8(jsonText(*text));
        } else if (const auto *list = value.as<Value::ListPtr>()) {
            // What came out of JSON stays JSON, with all that is in it.
            if (!json && (*list)->fromJson)
                return write(value, Style::Json, level);
            m_out += u'[';
            for (qsizetype i = 0; i < (*list)->items.size() && !isFull(level); ++i) {
                separate(i);
                write((*list)->items.at(i), style, level + 1);
            }
            m_out += u']';
        } else if (const auto *map = value.as<Value::MapPtr>()) {
            m_out += u'{';
            for (qsizetype i = 0; i < (*map)->members().size() && !isFull(level); ++i) {
                const auto &[key, member] = (*map)->members().at(i);
                separate(i);
                m_out += json ? QString(QString::fromUtf8(jsonText(key)) + u':') : QString(key + u'=');
                write(member, style, level + 1);
            }
            m_out += u'}';
        } else {
            m_out += value.text();
        }
    }

private:
    [[nodiscard]] bool isFull(int level) const { return level > MostLevels || m_out.size() > Value::MostText; }

    QString m_out;
};

/// Puts values together as they are read.
class Reader final : public nlohmann::json_sax<nlohmann::json>
{
public:
    [[nodiscard]] Value take() { return m_root; }

    bool null() override { return add({}); }
    bool boolean(bool value) override { return add(Value(value)); }
    bool number_integer(number_integer_t value) override { return add(Value(qint64(value))); }
    bool number_unsigned(number_unsigned_t value) override { return add(value <= number_unsigned_t(std::numeric_limits<qint64>::max()) ? Value(qint64(value)) : Value(double(value))); }
    bool number_float(number_float_t value, const string_t &) override { return add(Value(value)); }
    bool string(string_t &value) override { return add(Value(QString::fromStdString(value))); }
    bool binary(binary_t &) override { return false; }
    bool start_object(std::size_t) override { return open(Value::map()); }
    bool key(string_t &value) override
    {
        m_keys.last() = QString::fromStdString(value);
        return true;
    }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override
    {
        const auto list = std::make_shared<List>();
        list->fromJson = true;
        return open(Value(list));
    }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string &, const nlohmann::detail::exception &) override { return false; }

private:
    bool add(const Value &value)
    {
        if (m_open.isEmpty())
            m_root = value;
        else if (const auto *list = m_open.last().as<Value::ListPtr>())
            (*list)->items << value;
        else
            (*m_open.last().as<Value::MapPtr>())->insert(m_keys.last(), value);
        return true;
    }
    bool open(const Value &container)
    {
        (void)add(container);
        m_open << container;
        m_keys << QString();
        return m_open.size() <= MostLevels;
    }
    bool close()
    {
        m_open.removeLast();
        m_keys.removeLast();
        return true;
    }

    Value m_root;
    QList<Value> m_open;
    QList<QString> m_keys;
};

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
    if (const auto *object = as<ObjectPtr>())
        return (*object)->text();
    if (isNull())
        return {};
    Writer writer;
    writer.write(*this, Writer::Style::Java);
    return writer.take();
}

bool Value::equals(const Value &other) const
{
    const auto *a = as<qint64>();
    const auto *b = other.as<qint64>();
    if (a && b)
        return *a == *b;
    if (number() && other.number())
        return *number() == *other.number();
    if (m_data.index() != other.m_data.index())
        return false;
    // What is the same need not be written.
    return m_data == other.m_data || (isCollection() && text() == other.text());
}

bool Value::isCollection() const
{
    return as<ListPtr>() || as<MapPtr>();
}

List::~List()
{
    if (items.isDetached()) {
        for (Value &item : items)
            bury(std::move(item));
    }
}

Map::~Map()
{
    if (m_members.isDetached()) {
        for (Member &member : m_members)
            bury(std::move(member.second));
    }
}

const Value *Map::find(const QString &key) const
{
    const auto place = m_places.constFind(key);
    return place == m_places.cend() ? nullptr : &m_members.at(*place).second;
}

void Map::insert(const QString &key, const Value &value)
{
    if (const auto place = m_places.constFind(key); place != m_places.cend()) {
        m_members[*place].second = value;
        return;
    }
    m_places.insert(key, m_members.size());
    m_members << Member(key, value);
}

Value Map::remove(const QString &key)
{
    const auto place = m_places.constFind(key);
    if (place == m_places.cend())
        return {};
    const Value was = m_members.takeAt(*place).second;
    m_places.clear();
    for (qsizetype i = 0; i < m_members.size(); ++i)
        m_places.insert(m_members.at(i).first, i);
    return was;
}

std::optional<Value> valueOfJson(const QByteArray &json)
{
    Reader reader;
    if (!nlohmann::json::sax_parse(json.cbegin(), json.cend(), &reader))
        return std::nullopt;
    return reader.take();
}

QByteArray jsonOf(const Value &value)
{
    Writer writer;
    writer.write(value, Writer::Style::Json);
    return writer.take().toUtf8();
}

} // namespace eph::mapping
