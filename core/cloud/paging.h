// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QString>
#include <optional>

namespace eph::cloud {

/// Some of a list that is told in pages.
struct ArrayPage {
    QJsonArray items;
    QString next; ///< The token of the page behind; empty at the end.
};

/// The page that a token leads to, the first one for none. Nothing for a token that nobody was given.
[[nodiscard]] std::optional<ArrayPage> pageOf(const QJsonArray &all, qsizetype limit, const QString &token);

} // namespace eph::cloud
