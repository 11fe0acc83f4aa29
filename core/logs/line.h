// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QString>

namespace eph::logs {

enum class Source { Platform, Function };

/// One line of a log, without its line end.
struct Line {
    qint64 epochMs = 0;
    Source source = Source::Function;
    QString function;
    QString environment; ///< Log stream suffix; tells environments apart.
    QByteArray requestId; ///< Empty outside an invocation.
    QByteArray text;
};

/// Where lines go. Any thread.
class Sink
{
public:
    virtual ~Sink() = default;
    virtual void append(Line line) = 0;
    /// Waits until what was appended is where it is kept. Io while it cannot be kept.
    [[nodiscard]] virtual Result<void> flush() { return {}; }
};

} // namespace eph::logs
