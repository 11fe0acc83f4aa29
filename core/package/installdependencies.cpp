// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/dependencies.h"

#include "core/base/text.h"
#include "core/sys/paths.h"

#include <QDateTime>
#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <sys/prctl.h>
#include <unistd.h>

namespace eph::package {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] Result<QString> findTool(const QStringList &programs)
{
    for (const QString &program : programs) {
        const QString found = QStandardPaths::findExecutable(program);
        if (!found.isEmpty())
            return found;
    }
    return failure(ErrorCode::NotFound, Core::tr("There is no %1 on this machine.").arg(programs.last()), Core::tr("Install it, or put the dependencies into the code folder and say SkipBuild in the function's Metadata."));
}

/// The tool with all that it starts; ends with this object, or with this program.
class ToolRun
{
public:
    ToolRun(const QString &program, const QStringList &arguments, const QString &folder)
    {
        m_process.setWorkingDirectory(folder);
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.setStandardInputFile(QProcess::nullDevice());
        m_process.setChildProcessModifier([] {
            (void)setpgid(0, 0);
            (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
        });
        m_process.start(program, arguments);
    }
    ~ToolRun() { stop(); }
    Q_DISABLE_COPY_MOVE(ToolRun)

    /// False where it did not end well or was stopped.
    [[nodiscard]] bool wait(const std::function<bool(const QString &)> &step)
    {
        if (!m_process.waitForStarted())
            return false;
        constexpr int LookEveryMs = 50;
        QString said;
        while (m_process.state() != QProcess::NotRunning) {
            m_process.waitForReadyRead(LookEveryMs);
            take(said);
            if (step && !step(said)) {
                m_isStopped = true;
                stop();
                return false;
            }
        }
        take(said);
        return m_process.exitStatus() == QProcess::NormalExit && m_process.exitCode() == 0;
    }
    [[nodiscard]] bool isStopped() const { return m_isStopped; }
    /// The end of what it said.
    [[nodiscard]] QString said() const { return m_process.error() == QProcess::FailedToStart ? m_process.errorString() : QString::fromUtf8(m_said).trimmed(); }

private:
    void take(QString &line)
    {
        constexpr qsizetype Kept = 8000;
        m_said += m_process.readAll();
        m_said = m_said.right(Kept);
        const QByteArray whole = m_said.left(m_said.lastIndexOf('\n')).trimmed();
        line = QString::fromUtf8(whole.mid(whole.lastIndexOf('\n') + 1));
    }
    void stop()
    {
        const pid_t group = pid_t(m_process.processId());
        if (m_process.state() == QProcess::NotRunning || group <= 0)
            return;
        constexpr int GraceMs = 2000;
        (void)::kill(-group, SIGTERM);
        (void)m_process.waitForFinished(GraceMs);
        (void)::kill(-group, SIGKILL);
        (void)m_process.waitForFinished(GraceMs);
    }

    QProcess m_process;
    QByteArray m_said;
    bool m_isStopped = false;
};

/// What npm and pip call an error; everything where they call nothing so.
[[nodiscard]] QString reasonOf(const QString &said)
{
    QStringList errors;
    const QStringList lines = said.split(u'\n');
    for (const QString &line : lines) {
        if (line.startsWith("npm ERR!"_L1) || line.startsWith("npm error"_L1) || line.startsWith("ERROR"_L1) || line.startsWith("error "_L1) || line.startsWith(" ERR_"_L1))
            errors << line.trimmed();
    }
    constexpr qsizetype Most = 3;
    return (errors.isEmpty() ? lines.mid(std::max<qsizetype>(0, lines.size() - Most)) : errors.mid(0, Most)).join(u' ');
}

[[nodiscard]] Result<void> copyInputs(const QList<PackedFile> &inputs, const QString &folder)
{
    for (const PackedFile &file : inputs) {
        const QString to = folder + u'/' + file.name;
        QDir().mkpath(QFileInfo(to).path());
        const bool copied = file.link.isEmpty() ? QFile::copy(file.path, to) : QFile::link(file.link, to);
        if (!copied)
            return failure(ErrorCode::Io, Core::tr("%1 cannot be copied to %2.").arg(file.path, to), Core::tr("Look at the room on the disk and the rights of both folders."));
    }
    return {};
}

/// Those that nobody asked for in a while.
void forgetOld(const QString &cache)
{
    constexpr qsizetype Most = 24;
    constexpr qint64 Days = 30;
    const QFileInfoList kept = QDir(cache).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Time);
    const QDateTime oldest = QDateTime::currentDateTimeUtc().addDays(-Days);
    for (qsizetype i = 0; i < kept.size(); ++i) {
        if (i >= Most || kept.at(i).lastModified() < oldest)
            QDir(kept.at(i).filePath()).removeRecursively();
    }
}

void touch(const QString &folder)
{
    std::error_code ignored;
    std::filesystem::last_write_time(folder.toStdString(), std::filesystem::file_time_type::clock::now(), ignored);
}

} // namespace

Result<InstalledFiles> installDependencies(const DependencyRecipe &recipe, const std::function<bool(const QString &)> &step)
{
    if (recipe.programs.isEmpty())
        return InstalledFiles{{}, recipe.insteadOf};
    const QString cache = sys::cachePath(u"dependencies"_s);
    QDir().mkpath(cache);
    const QString kept = cache + u'/' + QString::fromLatin1(recipe.key);
    const InstalledFiles installed{kept, recipe.insteadOf};
    if (QFileInfo::exists(kept)) {
        touch(kept);
        return installed;
    }
    const auto program = findTool(recipe.programs);
    if (!program)
        return tl::unexpected(program.error());
    const QTemporaryDir scratch(cache + "/new-XXXXXX"_L1);
    const QString work = scratch.filePath(u"work"_s);
    const QString target = scratch.filePath(u"target"_s);
    if (!scratch.isValid() || !QDir().mkpath(work) || !QDir().mkpath(target))
        return failure(ErrorCode::Io, Core::tr("No folder can be made in %1.").arg(cache), Core::tr("Look at the room on the disk."));
    if (const auto copied = copyInputs(recipe.inputs, work); !copied)
        return tl::unexpected(copied.error());
    QStringList arguments = recipe.arguments;
    arguments.replaceInStrings(QString::fromLatin1(InstallTarget), target);
    ToolRun run(*program, arguments, recipe.workingFolder.isEmpty() ? work : recipe.workingFolder);
    if (!run.wait(step)) {
        if (run.isStopped())
            return failure(ErrorCode::Cancelled, Core::tr("%1 was stopped.").arg(recipe.tool()));
        return failure(ErrorCode::Invalid, Core::tr("%1 failed: %2").arg(recipe.tool(), reasonOf(run.said())), Core::tr("Run it in the code folder to see all of it."), run.said());
    }
    if (!recipe.insteadOf.isEmpty())
        QDir().rename(work + u'/' + recipe.insteadOf, target + u'/' + recipe.insteadOf);
    // Another one may have been faster.
    if (!QDir().rename(target, kept) && !QFileInfo::exists(kept))
        return failure(ErrorCode::Io, Core::tr("%1 cannot be moved to %2.").arg(target, kept));
    forgetOld(cache);
    return installed;
}

} // namespace eph::package
