// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <optional>

namespace eph::events {

/// A saved event: a plain JSON file in the project's `events` folder.
struct EventFile {
    QString name; ///< Relative to the events folder, such as `order.json` or `api/get.json`.
    QString path;
};

/// All of a folder, sorted; a missing folder has none.
[[nodiscard]] QList<EventFile> listEvents(const QString &eventsFolder);
/// Those whose names begin as the function's does, in any case.
[[nodiscard]] QList<EventFile> eventsNamedAfter(const QString &eventsFolder, const QString &function);
/// Writes whole or not at all. Refuses names that leave the folder.
[[nodiscard]] Result<EventFile> saveEvent(const QString &eventsFolder, const QString &name, const QByteArray &json);

/// Where a JSON text is wrong.
struct JsonProblem {
    QString message;
    qsizetype offset = 0; ///< In bytes.
};
/// Checks depth, size and syntax; nullopt when the text is JSON. Numbers may have any size.
[[nodiscard]] std::optional<JsonProblem> checkJson(const QByteArray &json);

/// Indented by two spaces, with keys in their order and numbers to the digit; the text itself where it is no JSON.
[[nodiscard]] QByteArray prettyJson(const QByteArray &json);

} // namespace eph::events
