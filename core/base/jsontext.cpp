// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/jsontext.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace eph {

QByteArray jsonText(const QString &text)
{
    const QByteArray array = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return array.sliced(1, array.size() - 2);
}

} // namespace eph
