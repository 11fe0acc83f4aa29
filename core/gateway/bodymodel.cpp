// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/bodymodel.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>
#include <QUrl>
#include <algorithm>
#include <cmath>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxDepth = 200;
constexpr int MaxSteps = 1'000'000;

/// Checks values against the schemas of one document.
class Checker
{
public:
    explicit Checker(const QJsonObject &root) : m_root(root) {}

    bool fits(const QJsonValue &value, const QJsonObject &schema, int depth = 0) const
    {
        if (depth > MaxDepth || --m_steps < 0)
            return false;
        if (const QString reference = schema.value("$ref"_L1).toString(); !reference.isEmpty()) {
            const QJsonValue target = resolvedReference(m_root, reference);
            return target.isObject() && fits(value, target.toObject(), depth + 1);
        }
        return hasType(value, schema.value("type"_L1)) && isAmongGiven(value, schema) && fitsCombined(value, schema, depth) && (!value.isString() || fitsText(value.toString(), schema))
            && (!value.isDouble() || fitsNumber(value.toDouble(), schema)) && (!value.isArray() || fitsArray(value.toArray(), schema, depth)) && (!value.isObject() || fitsObject(value.toObject(), schema, depth));
    }

private:
    static bool isOfType(const QJsonValue &value, const QString &type)
    {
        if (type == "integer"_L1)
            return value.isDouble() && std::floor(value.toDouble()) == value.toDouble();
        return (type == "string"_L1 && value.isString()) || (type == "number"_L1 && value.isDouble()) || (type == "boolean"_L1 && value.isBool()) || (type == "object"_L1 && value.isObject())
            || (type == "array"_L1 && value.isArray()) || (type == "null"_L1 && value.isNull());
    }

    static bool hasType(const QJsonValue &value, const QJsonValue &type)
    {
        if (!type.isArray())
            return !type.isString() || isOfType(value, type.toString());
        const QJsonArray types = type.toArray();
        return std::any_of(types.begin(), types.end(), [&](const auto &each) { return isOfType(value, each.toString()); });
    }

    static bool isAmongGiven(const QJsonValue &value, const QJsonObject &schema)
    {
        return !schema.contains("enum"_L1) || schema.value("enum"_L1).toArray().contains(value);
    }

    bool fitsCombined(const QJsonValue &value, const QJsonObject &schema, int depth) const
    {
        const auto count = [&](QLatin1StringView keyword) {
            const QJsonArray all = schema.value(keyword).toArray();
            return std::count_if(all.begin(), all.end(), [&](const auto &each) { return fits(value, each.toObject(), depth + 1); });
        };
        return (!schema.contains("allOf"_L1) || count("allOf"_L1) == schema.value("allOf"_L1).toArray().size()) && (!schema.contains("anyOf"_L1) || count("anyOf"_L1) > 0)
            && (!schema.contains("oneOf"_L1) || count("oneOf"_L1) == 1) && (!schema.contains("not"_L1) || !fits(value, schema.value("not"_L1).toObject(), depth + 1));
    }

    static bool isWithin(qsizetype size, const QJsonObject &schema, QLatin1StringView least, QLatin1StringView most)
    {
        return double(size) >= schema.value(least).toDouble(0) && (!schema.contains(most) || double(size) <= schema.value(most).toDouble());
    }

    static bool fitsText(const QString &text, const QJsonObject &schema)
    {
        // Lengths count characters, not the halves of pairs.
        const qsizetype pairs = std::count_if(text.cbegin(), text.cend(), [](QChar c) { return c.isLowSurrogate(); });
        if (!isWithin(text.size() - pairs, schema, "minLength"_L1, "maxLength"_L1))
            return false;
        return !schema.contains("pattern"_L1) || matches(schema.value("pattern"_L1).toString(), text);
    }

    static bool matches(const QString &pattern, const QString &text)
    {
        const QRegularExpression expression(pattern, QRegularExpression::UseUnicodePropertiesOption);
        return expression.match(text).hasMatch();
    }

    static bool fitsNumber(double number, const QJsonObject &schema)
    {
        const QJsonValue least = schema.value("minimum"_L1);
        const QJsonValue most = schema.value("maximum"_L1);
        if (least.isDouble() && (schema.value("exclusiveMinimum"_L1).toBool() ? number <= least.toDouble() : number < least.toDouble()))
            return false;
        if (most.isDouble() && (schema.value("exclusiveMaximum"_L1).toBool() ? number >= most.toDouble() : number > most.toDouble()))
            return false;
        const double step = schema.value("multipleOf"_L1).toDouble();
        const double times = step > 0 ? number / step : 0;
        return std::isfinite(times) && std::abs(times - std::round(times)) < 1e-9;
    }

    bool fitsArray(const QJsonArray &array, const QJsonObject &schema, int depth) const
    {
        if (!isWithin(array.size(), schema, "minItems"_L1, "maxItems"_L1))
            return false;
        if (schema.value("uniqueItems"_L1).toBool()) {
            QSet<QByteArray> seen;
            for (const auto &item : array)
                seen.insert(QJsonDocument(QJsonArray{item}).toJson(QJsonDocument::Compact));
            if (seen.size() != array.size())
                return false;
        }
        const QJsonValue items = schema.value("items"_L1);
        const QJsonArray tuple = items.toArray();
        for (qsizetype i = 0; i < array.size(); ++i) {
            if (items.isObject() && !fits(array.at(i), items.toObject(), depth + 1))
                return false;
            if (!items.isArray())
                continue;
            const QJsonValue one = i < tuple.size() ? tuple.at(i) : schema.value("additionalItems"_L1);
            if ((one.isBool() && !one.toBool()) || (one.isObject() && !fits(array.at(i), one.toObject(), depth + 1)))
                return false;
        }
        return true;
    }

    bool fitsObject(const QJsonObject &object, const QJsonObject &schema, int depth) const
    {
        if (!isWithin(object.size(), schema, "minProperties"_L1, "maxProperties"_L1))
            return false;
        const QJsonArray required = schema.value("required"_L1).toArray();
        if (!std::all_of(required.begin(), required.end(), [&](const auto &name) { return object.contains(name.toString()); }))
            return false;
        const QJsonObject dependencies = schema.value("dependencies"_L1).toObject();
        for (auto it = dependencies.begin(); it != dependencies.end(); ++it) {
            if (!object.contains(it.key()))
                continue;
            const QJsonArray names = it->toArray();
            if (!std::all_of(names.begin(), names.end(), [&](const auto &name) { return object.contains(name.toString()); }) || (it->isObject() && !fits(object, it->toObject(), depth + 1)))
                return false;
        }
        for (auto it = object.begin(); it != object.end(); ++it) {
            if (!fitsProperty(it.key(), *it, schema, depth))
                return false;
        }
        return true;
    }

    bool fitsProperty(const QString &name, const QJsonValue &value, const QJsonObject &schema, int depth) const
    {
        const QJsonObject properties = schema.value("properties"_L1).toObject();
        const QJsonObject patterns = schema.value("patternProperties"_L1).toObject();
        bool known = properties.contains(name);
        if (known && !fits(value, properties.value(name).toObject(), depth + 1))
            return false;
        for (auto pattern = patterns.begin(); pattern != patterns.end(); ++pattern) {
            if (!matches(pattern.key(), name))
                continue;
            known = true;
            if (!fits(value, pattern->toObject(), depth + 1))
                return false;
        }
        const QJsonValue others = schema.value("additionalProperties"_L1);
        return known || (others.isObject() ? fits(value, others.toObject(), depth + 1) : others.toBool(true));
    }

    const QJsonObject &m_root;
    mutable int m_steps = MaxSteps; ///< Schemas may refer to themselves in many ways at once.
};

bool isCount(const QString &keyword)
{
    static const QSet<QString> counts{u"minLength"_s, u"maxLength"_s, u"minItems"_s, u"maxItems"_s, u"minProperties"_s, u"maxProperties"_s, u"minimum"_s, u"maximum"_s, u"multipleOf"_s};
    return counts.contains(keyword);
}

bool isSwitch(const QString &keyword)
{
    static const QSet<QString> switches{u"uniqueItems"_s, u"additionalProperties"_s, u"additionalItems"_s, u"exclusiveMinimum"_s, u"exclusiveMaximum"_s};
    return switches.contains(keyword);
}

/// A value of `enum` as the schema's type has it.
QJsonValue typedValue(const QJsonValue &value, const QString &type)
{
    if (!value.isString())
        return value;
    bool isNumber = false;
    const double number = value.toString().toDouble(&isNumber);
    if (isNumber && (type == "integer"_L1 || type == "number"_L1))
        return number;
    return type == "boolean"_L1 ? QJsonValue(value.toString() == "true"_L1) : value;
}

QJsonValue typed(const QString &keyword, const QJsonValue &value, const QString &type)
{
    if (value.isString() && isCount(keyword))
        return value.toString().toDouble();
    if (value.isString() && isSwitch(keyword))
        return value.toString() == "true"_L1;
    if (value.isObject()) {
        // Below these stand names, not keywords.
        static const QSet<QString> named{u"properties"_s, u"patternProperties"_s, u"definitions"_s, u"dependencies"_s};
        if (!named.contains(keyword))
            return typedSchema(value.toObject());
        QJsonObject object;
        const QJsonObject given = value.toObject();
        for (auto it = given.begin(); it != given.end(); ++it)
            object.insert(it.key(), it->isObject() ? QJsonValue(typedSchema(it->toObject())) : QJsonValue(*it));
        return object;
    }
    if (!value.isArray())
        return value;
    QJsonArray array;
    const QJsonArray given = value.toArray();
    for (const auto &item : given)
        array.append(item.isObject() && keyword != "enum"_L1 ? QJsonValue(typedSchema(item.toObject())) : keyword == "enum"_L1 ? typedValue(item, type) : QJsonValue(item));
    return array;
}

} // namespace

QJsonValue resolvedReference(const QJsonObject &root, const QString &reference)
{
    if (reference == "#"_L1)
        return root;
    if (!reference.startsWith("#/"_L1))
        return root.value("definitions"_L1).toObject().value(reference.section(u'/', -1));
    QJsonValue at = root;
    const QStringList parts = reference.sliced(2).split(u'/');
    for (QString part : parts) {
        part.replace("~1"_L1, "/"_L1).replace("~0"_L1, "~"_L1);
        const QString plain = QUrl::fromPercentEncoding(part.toUtf8());
        at = at.isArray() ? at.toArray().at(plain.toInt()) : at.toObject().value(plain);
    }
    return at;
}

QJsonObject typedSchema(const QJsonObject &schema)
{
    QJsonObject result;
    const QString type = schema.value("type"_L1).toString();
    for (auto it = schema.begin(); it != schema.end(); ++it)
        result.insert(it.key(), typed(it.key(), *it, type));
    return result;
}

bool fitsSchema(const QJsonValue &value, const QJsonObject &schema, const QJsonObject &root)
{
    return Checker(root).fits(value, schema);
}

bool fitsModel(const QByteArray &body, const QJsonObject &schema)
{
    // In brackets, for a body may be a scalar, too.
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson('[' + body + ']', &problem);
    return problem.error == QJsonParseError::NoError && document.array().size() == 1 && fitsSchema(document.array().first(), schema, schema);
}

} // namespace eph::gateway
