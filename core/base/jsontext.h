// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace eph {

/// The text as a JSON string, with its quotes: for JSON that is put together by hand because the order of its keys, or a
/// value that must stay as it was written, matters.
[[nodiscard]] QByteArray jsonText(const QString &text);

/// An object whose keys stay in the order in which they come, written as it is put together, for what is made at each request.
/// Keys are UTF-8 and never come twice.
class JsonObjectText
{
public:
    JsonObjectText &text(QByteArrayView key, const QString &value);
    JsonObjectText &utf8(QByteArrayView key, QByteArrayView value);
    JsonObjectText &list(QByteArrayView key, const QStringList &values);
    JsonObjectText &number(QByteArrayView key, qint64 value);
    JsonObjectText &milliseconds(QByteArrayView key, double value);
    JsonObjectText &flag(QByteArrayView key, bool value);
    JsonObjectText &object(QByteArrayView key, const JsonObjectText &value);
    /// A value that is JSON already.
    JsonObjectText &json(QByteArrayView key, QByteArrayView value);

    [[nodiscard]] bool isEmpty() const { return m_members.isEmpty(); }
    [[nodiscard]] QByteArray json() const { return '{' + m_members + '}'; }

private:
    void begin(QByteArrayView key);

    QByteArray m_members;
};

/// An object on one line.
[[nodiscard]] QByteArray compactJson(const QJsonObject &object);

/// The texts of a list, or the one text that stands for it; of anything else none.
[[nodiscard]] QStringList textsOf(const QJsonValue &value);

} // namespace eph
