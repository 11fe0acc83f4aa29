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

/// An object on one line.
[[nodiscard]] QByteArray compactJson(const QJsonObject &object);

/// The texts of a list, or the one text that stands for it; of anything else none.
[[nodiscard]] QStringList textsOf(const QJsonValue &value);

} // namespace eph
