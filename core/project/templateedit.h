// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace eph::project {

/// Replace `length` bytes at `offset`. Everything else of the document stays as it is.
struct TextEdit {
    qsizetype offset = 0;
    qsizetype length = 0;
    QByteArray replacement;

    [[nodiscard]] QByteArray applied(const QByteArray &text) const;
};

/// The one edit that makes a text another one.
[[nodiscard]] TextEdit editBetween(const QByteArray &before, const QByteArray &after);

/// The edit that makes the value at a path (such as Resources, Search, Properties, Timeout) be that scalar: in place, in the
/// quoting that is there; maps that are missing on the way are added in the document's own style and indentation.
/// Fails with Invalid when the document does not parse, NotFound when a part of the path is no map.
[[nodiscard]] Result<TextEdit> setScalar(const QByteArray &text, const QStringList &path, const QString &value);

/// The edit that takes the entry at a path away, with its line.
[[nodiscard]] Result<TextEdit> removeEntry(const QByteArray &text, const QStringList &path);

/// The text at a path stands for other parts of the document too: an alias, a merge, or an anchor that is used.
[[nodiscard]] bool isShared(const QByteArray &text, const QStringList &path);
/// The map at a path takes in others by `<<`.
[[nodiscard]] bool isMerged(const QByteArray &text, const QStringList &path);

/// The entry at a path is the only one of its map; false where there is none.
[[nodiscard]] bool isOnlyEntry(const QByteArray &text, const QStringList &path);

} // namespace eph::project
