// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <functional>

namespace eph::logs {

/// Cuts a stream of bytes into lines. A line longer than the log service's event limit is cut there.
class LineSplitter
{
public:
    /// Largest log event of CloudWatch Logs, bytes.
    static constexpr qsizetype MaxLineBytes = 256 * 1024;

    using Emit = std::function<void(QByteArray line)>;

    void feed(const QByteArray &bytes, const Emit &emitLine);
    /// Hands on what has no line end yet.
    void flush(const Emit &emitLine);

private:
    QByteArray m_rest;
};

} // namespace eph::logs
