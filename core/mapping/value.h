// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QString>
#include <memory>
#include <optional>
#include <variant>

namespace eph::mapping {

class Value;
struct List;
class Map;

/// What whoever renders a template puts into it, with methods and members of its own.
class Object
{
public:
    virtual ~Object() = default;
    /// Null where there is no such member.
    [[nodiscard]] virtual Value member(const QString &name) const;
    /// nullopt where there is no such method with so many arguments.
    [[nodiscard]] virtual std::optional<Value> call(const QString &method, const QList<Value> &arguments) const = 0;
    [[nodiscard]] virtual QString text() const { return {}; }
};

/// What a template's program works with, as Java has it: null, booleans, whole and floating numbers, strings, lists, maps and
/// objects; the last three are shared by all who hold them.
class Value
{
public:
    using ListPtr = std::shared_ptr<List>;
    using MapPtr = std::shared_ptr<Map>;
    using ObjectPtr = std::shared_ptr<const Object>;
    using Data = std::variant<std::monostate, bool, qint64, double, QString, ListPtr, MapPtr, ObjectPtr>;

    Value() = default;
    Value(Data data) : m_data(std::move(data)) {} // NOLINT(google-explicit-constructor): a value is what it holds.
    /// A null pointer would be none: `Value()` is Java's null.
    [[nodiscard]] static Value list(QList<Value> items);
    [[nodiscard]] static Value texts(const QStringList &items);
    [[nodiscard]] static Value map();

    template<typename T>
    [[nodiscard]] const T *as() const { return std::get_if<T>(&m_data); }
    [[nodiscard]] bool isNull() const { return as<std::monostate>(); }
    /// All but null and false.
    [[nodiscard]] bool isTrue() const;
    /// Of a whole or a floating number.
    [[nodiscard]] std::optional<double> number() const;
    /// As Java's toString() writes it; null is empty. What is longer than MostText is cut: whoever asks for it has to look.
    [[nodiscard]] QString text() const;
    static constexpr qsizetype MostText = 10 * 1024 * 1024;
    /// A list or a map.
    [[nodiscard]] bool isCollection() const;
    /// As Java's equals() has it: of one type, numbers by value, collections by what they hold.
    [[nodiscard]] bool equals(const Value &other) const;

private:
    Data m_data;
};

struct List {
    List() = default;
    ~List();
    Q_DISABLE_COPY_MOVE(List)

    QList<Value> items;
    bool fromJson = false; ///< It prints as JSON.
};

/// Members in the order in which they came.
class Map
{
public:
    Map() = default;
    ~Map();
    Q_DISABLE_COPY_MOVE(Map)

    using Member = std::pair<QString, Value>;
    [[nodiscard]] const Value *find(const QString &key) const;
    void insert(const QString &key, const Value &value);
    /// What was there.
    Value remove(const QString &key);
    [[nodiscard]] const QList<Member> &members() const { return m_members; }

private:
    QList<Member> m_members;
    QHash<QString, qsizetype> m_places; ///< Of the members.
};

/// nullopt for what is no JSON, or is nested deeper than 200 levels.
[[nodiscard]] std::optional<Value> valueOfJson(const QByteArray &json);
/// On one line, members in their order; cut as Value::text() is. Objects are null.
[[nodiscard]] QByteArray jsonOf(const Value &value);

} // namespace eph::mapping
