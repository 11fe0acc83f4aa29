// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

namespace eph::test {

/// The program as it was built.
inline QString ephProgram()
{
    return BINARY_DIR "/bin/eph";
}

/// What a run of it came to.
struct EphResult {
    int code = -1; ///< -1: it was killed, or is still running.
    QByteArray out;
    QByteArray err;
    [[nodiscard]] QJsonObject object() const { return QJsonDocument::fromJson(out).object(); }
};

/// Runs it to its end.
inline EphResult runEph(const QStringList &arguments, const QByteArray &input = {})
{
    QProcess process;
    process.start(ephProgram(), arguments);
    process.write(input);
    process.closeWriteChannel();
    process.waitForFinished(60'000);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
}

/// Processes with that text in their environment, and of that name where one is given.
inline int processesWith(const QByteArray &text, const QByteArray &name)
{
    int count = 0;
    const QStringList processes = QDir("/proc").entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &pid : processes) {
        QFile environment("/proc/" + pid + "/environ");
        QFile command("/proc/" + pid + "/comm");
        if (pid.toInt() > 0 && environment.open(QIODevice::ReadOnly) && environment.readAll().contains(text) && command.open(QIODevice::ReadOnly))
            count += name.isEmpty() || command.readAll().trimmed() == name;
    }
    return count;
}

} // namespace eph::test
