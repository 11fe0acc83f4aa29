// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/bubblewrap.h"

#include "core/base/text.h"
#include "core/sys/paths.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QSaveFile>
#include <QStandardPaths>
#include <QSysInfo>

namespace eph::sys {

using namespace Qt::StringLiterals;

namespace {

constexpr int TrialTimeoutMs = 5000;

/// Empty when it works; otherwise the reason why not.
QString trial(const QString &program)
{
    QProcess process;
    process.start(program, {u"--ro-bind"_s, u"/"_s, u"/"_s, u"--proc"_s, u"/proc"_s, u"--dev"_s, u"/dev"_s, u"--unshare-user"_s, u"--unshare-pid"_s, u"--unshare-ipc"_s, u"--die-with-parent"_s, u"true"_s});
    if (process.waitForFinished(TrialTimeoutMs) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return {};
    const QString said = QString::fromLocal8Bit(process.readAllStandardError()).trimmed();
    return said.isEmpty() ? process.errorString() : said;
}

} // namespace

Result<QString> findBubblewrap()
{
    const QString program = QStandardPaths::findExecutable(u"bwrap"_s);
    if (program.isEmpty())
        return failure(ErrorCode::NotFound, Core::tr("bubblewrap is not installed."), Core::tr("Install it (on Debian: apt install bubblewrap)."));
    const QFileInfo info(program);
    const QByteArray key = program.toUtf8() + ' ' + QByteArray::number(info.lastModified().toMSecsSinceEpoch()) + ' ' + QSysInfo::kernelVersion().toUtf8() + '\n';
    const QString cache = cachePath(u"bubblewrap"_s);
    QString reason;
    QFile known(cache);
    if (QByteArray text; known.open(QIODevice::ReadOnly) && (text = known.readAll()).startsWith(key)) {
        reason = QString::fromUtf8(text.sliced(key.size()));
    } else {
        reason = trial(program);
        QSaveFile file(cache);
        if (file.open(QIODevice::WriteOnly)) {
            file.write(key + reason.toUtf8());
            file.commit();
        }
    }
    if (!reason.isEmpty())
        return failure(ErrorCode::Unsupported, Core::tr("This system does not let bubblewrap make namespaces: %1").arg(reason), Core::tr("Allow unprivileged user namespaces, or run without."));
    return program;
}

} // namespace eph::sys
