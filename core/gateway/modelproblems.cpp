// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/modelproblems.h"

#include "core/gateway/bodymodel.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <cmath>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxDepth = 64;
constexpr qsizetype MostProblems = 50;

QString jsonOf(const QJsonValue &value)
{
    const QString text = QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact));
    return text.sliced(1, text.size() - 2);
}

QString typeOf(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool: return u"boolean"_s;
    case QJsonValue::Double: return std::floor(value.toDouble()) == value.toDouble() ? u"integer"_s : u"number"_s;
    case QJsonValue::String: return u"string"_s;
    case QJsonValue::Array: return u"array"_s;
    case QJsonValue::Object: return u"object"_s;
    default: return u"null"_s;
    }
}

class Teller
{
public:
    explicit Teller(const QJsonObject &root) : m_root(root) {}

    void tell(const QJsonValue &value, const QJsonObject &schema, int depth)
    {
        if (depth > MaxDepth || m_problems.size() >= MostProblems)
            return;
        if (const QString reference = schema.value("$ref"_L1).toString(); !reference.isEmpty())
            return tell(value, resolvedReference(m_root, reference).toObject(), depth + 1);
        // What has another type is not looked into.
        if (!tellType(value, schema.value("type"_L1)))
            return;
        if (schema.contains("enum"_L1) && !schema.value("enum"_L1).toArray().contains(value))
            add(u"instance value (%1) not found in enum (possible values: %2)"_s.arg(jsonOf(value), jsonOf(schema.value("enum"_L1))));
        if (value.isString())
            tellText(value, schema);
        else if (value.isDouble())
            tellNumber(value, schema);
        else if (value.isArray())
            tellArray(value.toArray(), schema, depth);
        else if (value.isObject())
            tellObject(value.toObject(), schema, depth);
    }

    [[nodiscard]] const QStringList &problems() const { return m_problems; }

private:
    void add(const QString &problem) { m_problems << problem; }

    bool tellType(const QJsonValue &value, const QJsonValue &wanted)
    {
        const QJsonArray types = wanted.isArray() ? wanted.toArray() : wanted.isString() ? QJsonArray{wanted} : QJsonArray();
        const QString type = typeOf(value);
        if (types.isEmpty() || types.contains(type) || (type == "integer"_L1 && types.contains(u"number"_s)))
            return true;
        add(u"instance type (%1) does not match any allowed primitive type (allowed: %2)"_s.arg(type, jsonOf(types)));
        return false;
    }

    void tellText(const QJsonValue &value, const QJsonObject &schema)
    {
        const qsizetype length = value.toString().toUcs4().size();
        if (const QJsonValue least = schema.value("minLength"_L1); least.isDouble() && double(length) < least.toDouble())
            add(u"string %1 is too short (length: %2, required minimum: %3)"_s.arg(jsonOf(value), QString::number(length), jsonOf(least)));
        if (const QJsonValue most = schema.value("maxLength"_L1); most.isDouble() && double(length) > most.toDouble())
            add(u"string %1 is too long (length: %2, maximum allowed: %3)"_s.arg(jsonOf(value), QString::number(length), jsonOf(most)));
        const QJsonValue pattern = schema.value("pattern"_L1);
        if (pattern.isString() && !fitsSchema(value, {{u"pattern"_s, pattern}}, m_root))
            add(u"ECMA 262 regex %1 does not match input string %2"_s.arg(jsonOf(pattern), jsonOf(value)));
    }

    void tellNumber(const QJsonValue &value, const QJsonObject &schema)
    {
        const QJsonValue least = schema.value("minimum"_L1);
        const QJsonValue most = schema.value("maximum"_L1);
        if (least.isDouble() && value.toDouble() < least.toDouble())
            add(u"numeric instance is lower than the required minimum (minimum: %1, found: %2)"_s.arg(jsonOf(least), jsonOf(value)));
        else if (least.isDouble() && schema.value("exclusiveMinimum"_L1).toBool() && value == least)
            add(u"numeric instance is not strictly greater than the required minimum %1"_s.arg(jsonOf(least)));
        if (most.isDouble() && value.toDouble() > most.toDouble())
            add(u"numeric instance is greater than the required maximum (maximum: %1, found: %2)"_s.arg(jsonOf(most), jsonOf(value)));
        else if (most.isDouble() && schema.value("exclusiveMaximum"_L1).toBool() && value == most)
            add(u"numeric instance is not strictly lower than the required maximum %1"_s.arg(jsonOf(most)));
    }

    void tellArray(const QJsonArray &array, const QJsonObject &schema, int depth)
    {
        if (const QJsonValue least = schema.value("minItems"_L1); least.isDouble() && double(array.size()) < least.toDouble())
            add(u"array is too short: must have at least %1 elements but instance has %2 elements"_s.arg(jsonOf(least)).arg(array.size()));
        if (const QJsonValue most = schema.value("maxItems"_L1); most.isDouble() && double(array.size()) > most.toDouble())
            add(u"array is too long: must have at most %1 elements but instance has %2 elements"_s.arg(jsonOf(most)).arg(array.size()));
        if (schema.value("uniqueItems"_L1).toBool() && !fitsSchema(array, {{u"uniqueItems"_s, true}}, m_root))
            add(u"array must not contain duplicate elements"_s);
        const QJsonValue items = schema.value("items"_L1);
        for (const auto &item : array) {
            if (items.isObject())
                tell(item, items.toObject(), depth + 1);
        }
    }

    void tellObject(const QJsonObject &object, const QJsonObject &schema, int depth)
    {
        QJsonArray missing;
        const QJsonArray required = schema.value("required"_L1).toArray();
        for (const auto &name : required) {
            if (!object.contains(name.toString()))
                missing.append(name);
        }
        if (!missing.isEmpty())
            add(u"object has missing required properties (%1)"_s.arg(jsonOf(missing)));
        const QJsonObject properties = schema.value("properties"_L1).toObject();
        QJsonArray unknown;
        for (auto it = object.begin(); it != object.end(); ++it) {
            if (properties.contains(it.key()))
                tell(*it, properties.value(it.key()).toObject(), depth + 1);
            else if (unknown.size() < MostProblems && !fitsSchema(QJsonObject{{it.key(), *it}}, {{u"patternProperties"_s, schema.value("patternProperties"_L1)}, {u"additionalProperties"_s, schema.value("additionalProperties"_L1)}}, m_root))
                unknown.append(it.key());
        }
        if (!unknown.isEmpty())
            add(u"object instance has properties which are not allowed by the schema: %1"_s.arg(jsonOf(unknown)));
    }

    const QJsonObject &m_root;
    QStringList m_problems;
};

} // namespace

QStringList modelProblems(const QByteArray &body, const QJsonObject &schema)
{
    // A text or a number may be a whole body, too.
    const QJsonArray whole = QJsonDocument::fromJson('[' + body + ']').array();
    if (whole.size() != 1)
        return {};
    Teller teller(schema);
    teller.tell(whole.first(), schema, 0);
    return teller.problems();
}

} // namespace eph::gateway
