// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArrayView>
#include <QFile>
#include <memory>

namespace eph::logs {

/// The content of a file as memory, as long as it was when it was opened. Read by any thread.
class MappedFile
{
public:
    /// NotFound or Io, with the path.
    [[nodiscard]] static Result<MappedFile> open(const QString &path);

    [[nodiscard]] QByteArrayView bytes() const { return m_bytes; }
    /// Without the beginning of a line that is not all there yet, or never will be.
    void dropPartialLine() { m_bytes = m_bytes.first(m_bytes.lastIndexOf('\n') + 1); }
    [[nodiscard]] QString path() const { return m_file->fileName(); }
    /// Has the pages of a part brought in at once, which is cheaper than one by one. False where they are gone: somebody has cut
    /// the file, and whoever touches them is ended by the system.
    [[nodiscard]] static bool populate(QByteArrayView part);

private:
    std::unique_ptr<QFile> m_file; ///< The mapping goes with it.
    QByteArrayView m_bytes;
};

} // namespace eph::logs
