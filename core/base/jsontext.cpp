// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/jsontext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>
#include <string_view>

namespace eph {

namespace {

void appendEscaped(QByteArray &to, char c)
{
    static constexpr std::string_view Named = "\b\f\n\r\t\"\\";
    static constexpr std::string_view Letters = "bfnrt\"\\";
    to += '\\';
    if (const size_t which = Named.find(c); which != Named.npos)
        to += Letters[which];
    else
        to.append("u00").append(QByteArray::number(c, 16).rightJustified(2, '0'));
}

/// Stands in a JSON text as it is.
bool isPlain(char c)
{
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

void appendText(QByteArray &to, QByteArrayView utf8)
{
    if (std::all_of(utf8.begin(), utf8.end(), isPlain)) {
        to.append('"').append(utf8).append('"');
        return;
    }
    // What may be no UTF-8 is for a library to judge.
    if (std::any_of(utf8.begin(), utf8.end(), [](char c) { return quint8(c) > '~'; })) {
        const QByteArray array = QJsonDocument(QJsonArray{QString::fromUtf8(utf8)}).toJson(QJsonDocument::Compact);
        to.append(QByteArrayView(array).sliced(1, array.size() - 2));
        return;
    }
    to += '"';
    for (qsizetype from = 0; from < utf8.size();) {
        const auto *special = std::find_if(utf8.begin() + from, utf8.end(), [](char c) { return !isPlain(c); });
        const qsizetype end = special - utf8.begin();
        to.append(utf8.sliced(from, end - from));
        if (end < utf8.size())
            appendEscaped(to, *special);
        from = end + 1;
    }
    to += '"';
}

} // namespace

QByteArray jsonText(const QString &text)
{
    QByteArray json;
    appendText(json, text.toUtf8());
    return json;
}

void JsonObjectText::begin(QByteArrayView key)
{
    constexpr qsizetype Usual = 256;
    if (m_members.isEmpty())
        m_members.reserve(Usual);
    else
        m_members += ',';
    appendText(m_members, key);
    m_members += ':';
}

JsonObjectText &JsonObjectText::json(QByteArrayView key, QByteArrayView value)
{
    begin(key);
    m_members += value;
    return *this;
}

JsonObjectText &JsonObjectText::utf8(QByteArrayView key, QByteArrayView value)
{
    begin(key);
    appendText(m_members, value);
    return *this;
}

JsonObjectText &JsonObjectText::text(QByteArrayView key, const QString &value)
{
    return utf8(key, value.toUtf8());
}

JsonObjectText &JsonObjectText::list(QByteArrayView key, const QStringList &values)
{
    return json(key, QJsonDocument(QJsonArray::fromStringList(values)).toJson(QJsonDocument::Compact));
}

JsonObjectText &JsonObjectText::number(QByteArrayView key, qint64 value)
{
    return json(key, QByteArray::number(value));
}

JsonObjectText &JsonObjectText::milliseconds(QByteArrayView key, double value)
{
    return json(key, QByteArray::number(value, 'g', 12));
}

JsonObjectText &JsonObjectText::flag(QByteArrayView key, bool value)
{
    return json(key, value ? "true" : "false");
}

JsonObjectText &JsonObjectText::object(QByteArrayView key, const JsonObjectText &value)
{
    begin(key);
    m_members.append('{').append(value.m_members).append('}');
    return *this;
}

QByteArray compactJson(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QStringList textsOf(const QJsonValue &value)
{
    QStringList texts;
    const QJsonArray list = value.isArray() ? value.toArray() : value.isString() ? QJsonArray{value} : QJsonArray();
    for (const auto &item : list)
        texts << item.toString();
    return texts;
}

} // namespace eph
