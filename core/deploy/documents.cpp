// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/documents.h"

#include "core/base/jsontext.h"

#include <QJsonDocument>
#include <QUrl>

namespace eph::deploy {

QString documentText(const QJsonObject &object)
{
    return QString::fromUtf8(compactJson(object));
}

QJsonObject jsonOf(const QString &text)
{
    const QString plain = text.trimmed().startsWith(u'{') ? text : QUrl::fromPercentEncoding(text.toUtf8());
    return QJsonDocument::fromJson(plain.toUtf8()).object();
}

} // namespace eph::deploy
