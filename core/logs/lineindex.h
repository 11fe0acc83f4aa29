// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <vector>

namespace eph::logs {

/// Where the lines of a text begin: an eighth of a byte a line. A last line without its end counts.
class LineIndex
{
public:
    LineIndex() = default;
    /// Reads all of the text, with as many threads as there are processors.
    explicit LineIndex(QByteArrayView text);

    [[nodiscard]] qint64 lineCount() const { return m_lines; }
    /// Without its line end. Numbers begin at 0.
    [[nodiscard]] QByteArrayView line(QByteArrayView text, qint64 number) const;
    /// Of the line that the byte is in.
    [[nodiscard]] qint64 lineAt(QByteArrayView text, qint64 offset) const;
    [[nodiscard]] qint64 bytesUsed() const;

private:
    static constexpr qint64 Every = 64;
    /// A part of the text, read by one thread.
    struct Part {
        qint64 begin = 0;
        qint64 firstLine = 0;
        qint64 lines = 0;
        std::vector<qint64> offsets; ///< Of every 64th line of the part.
    };
    static void read(QByteArrayView text, qint64 end, Part &part);
    [[nodiscard]] qint64 offsetOf(QByteArrayView text, qint64 number) const;

    std::vector<Part> m_parts;
    qint64 m_lines = 0;
};

} // namespace eph::logs
