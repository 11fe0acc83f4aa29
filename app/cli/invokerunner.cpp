// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/invokerunner.h"

#include "core/base/text.h"
#include "core/events/eventfiles.h"

#include <QFile>
#include <QFileInfo>
#include <cstdio>
#include <unistd.h>

namespace eph::cli {

using namespace Qt::StringLiterals;

Result<QByteArray> readEvent(const QString &argument, const project::Project &project)
{
    if (argument.isEmpty())
        return QByteArray("{}");
    QFile file;
    if (argument == "-"_L1) {
        if (!file.open(stdin, QIODevice::ReadOnly))
            return failure(ErrorCode::Io, Core::tr("Standard input cannot be read."));
        return file.readAll();
    }
    const QString inEvents = project.eventsFolder() + u'/' + argument;
    for (const QString &path : {argument, inEvents, QString(inEvents + ".json"_L1)}) {
        if (!QFileInfo(path).isFile())
            continue;
        file.setFileName(path);
        if (!file.open(QIODevice::ReadOnly))
            return failure(ErrorCode::Io, Core::tr("The event “%1” cannot be read: %2.").arg(path, file.errorString()));
        QByteArray event = file.readAll();
        // As some editors begin a file: the function's own parser would not take it.
        constexpr QByteArrayView ByteOrderMark("\xef\xbb\xbf");
        return event.startsWith(ByteOrderMark) ? event.mid(ByteOrderMark.size()) : event;
    }
    const QByteArray literal = argument.toUtf8();
    const auto problem = events::checkJson(literal);
    if (!problem)
        return literal;
    // What looks like JSON was meant as JSON.
    if (argument.startsWith(u'{') || argument.startsWith(u'[') || argument.startsWith(u'"'))
        return failure(ErrorCode::Invalid, Core::tr("The event is no JSON: %1 (byte %2).").arg(problem->message).arg(problem->offset), Core::tr("Correct it there."));
    return failure(ErrorCode::NotFound, Core::tr("“%1” is neither a file nor JSON.").arg(argument), Core::tr("Give a file, - for standard input, JSON, or the name of an event in “%1”.").arg(project.eventsFolder()));
}

void printRecord(const services::InvocationRecord &record, Format format)
{
    if (format == Format::Json) {
        print(services::toJsonText(record));
        return;
    }
    const bool terminal = ::isatty(STDOUT_FILENO);
    print(terminal ? events::prettyJson(record.invocation.payload) : record.invocation.payload);
    if (!record.advice.isEmpty())
        note(record.advice);
    note(Core::tr("%1 for this run").arg(record.cost.readable()));
}

ExitCode exitCodeFor(const services::InvocationRecord &record)
{
    switch (record.invocation.outcome) {
    case runtime::Outcome::Answered: return Fine;
    case runtime::Outcome::TimedOut: return TimedOut;
    default: return Failed;
    }
}

} // namespace eph::cli
