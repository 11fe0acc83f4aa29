// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
};

} // namespace eph::logs
