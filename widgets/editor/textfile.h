// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QString>

namespace eph::ui {

enum class Encoding { Utf8, Utf8Bom, Utf16LittleEndian, Utf16BigEndian, Latin1 };
enum class LineEnd { Lf, CrLf, Cr };

/// A text file as it lies on the disk: what is edited as UTF-8 goes back in its own encoding.
struct TextFile {
    QByteArray utf8;
    Encoding encoding = Encoding::Utf8;
    LineEnd lineEnd = LineEnd::Lf; ///< The one that most lines have.
    bool binary = false;           ///< It is no text: to be looked at, not to be edited.
};

[[nodiscard]] QString encodingName(Encoding encoding);
[[nodiscard]] QString lineEndName(LineEnd lineEnd);

/// What bytes without a meaning as text are taken for.
enum class Bytes { AsTheyAre, AsText };

/// Recognises encoding and line end. Bytes that are no UTF-8 are read as Latin-1, which keeps each of them; those of a file that is no
/// text are left as they are, unless they are asked for as one.
[[nodiscard]] TextFile decodeText(const QByteArray &bytes, Bytes unknown = Bytes::AsTheyAre);
/// The bytes to write. Fails where the text has characters that the encoding does not.
[[nodiscard]] Result<QByteArray> encodeText(const TextFile &file);

[[nodiscard]] Result<TextFile> loadText(const QString &path, Bytes unknown = Bytes::AsTheyAre);
/// Whole or not at all.
[[nodiscard]] Result<void> saveText(const QString &path, const TextFile &file);

} // namespace eph::ui
