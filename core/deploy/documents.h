// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>

namespace eph::deploy {

/// Policies, patterns and definitions go into calls as texts.
[[nodiscard]] QString documentText(const QJsonObject &object);
/// The object of such a text, percent-encoded or not; empty for what is none.
[[nodiscard]] QJsonObject jsonOf(const QString &text);

} // namespace eph::deploy
