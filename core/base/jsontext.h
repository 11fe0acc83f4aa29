// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace eph {

/// The text as a JSON string, with its quotes: for JSON that is put together by hand because the order of its keys, or a
/// value that must stay as it was written, matters.
[[nodiscard]] QByteArray jsonText(const QString &text);

} // namespace eph
