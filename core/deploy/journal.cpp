// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/journal.h"

#include "core/base/text.h"
#include "core/project/privatefolder.h"

#include <QDir>
#include <QJsonDocument>
#include <unistd.h>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QString folderIn(const QString &projectFolder)
{
    return projectFolder + "/.ephemera/deployments"_L1;
}

[[nodiscard]] QJsonObject headJson(const Journal::Head &head)
{
    return {{u"release"_s, head.releaseId}, {u"target"_s, head.target}, {u"stage"_s, head.stage}, {u"endpoint"_s, head.endpoint}, {u"profile"_s, head.profile}, {u"by"_s, head.by}, {u"why"_s, head.why}, {u"from"_s, head.from}, {u"began"_s, head.began}};
}

[[nodiscard]] Journal::Head headOf(const QJsonObject &json)
{
    return {json.value("release"_L1).toString(), json.value("target"_L1).toString(), json.value("stage"_L1).toString(), json.value("endpoint"_L1).toString(), json.value("profile"_L1).toString(), json.value("by"_L1).toString(), json.value("why"_L1).toString(), json.value("from"_L1).toString(), json.value("began"_L1).toString()};
}

} // namespace

Journal::Journal(const QString &path)
    : m_file(path)
    , m_lock(path + ".lock"_L1)
{
    m_lock.setStaleLockTime(0); // Whose process is gone is stale, and nothing else.
}

QString Journal::pathIn(const QString &projectFolder, const QString &target, const QString &stage)
{
    return folderIn(projectFolder) + u'/' + QString(target).replace(u':', u'_') + u'.' + stage + ".jsonl"_L1;
}

QList<Journal::Head> Journal::openIn(const QString &projectFolder)
{
    QList<Head> heads;
    const QFileInfoList files = QDir(folderIn(projectFolder)).entryInfoList({u"*.jsonl"_s}, QDir::Files);
    for (const QFileInfo &info : files) {
        QFile file(info.filePath());
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const Head head = headOf(QJsonDocument::fromJson(file.readLine()).object().value("head"_L1).toObject());
        if (!head.releaseId.isEmpty())
            heads << head;
    }
    return heads;
}

Result<void> Journal::lock()
{
    if (m_lock.tryLock(0))
        return {};
    if (m_lock.error() != QLockFile::LockFailedError)
        return failure(ErrorCode::Io, Core::tr("“%1” cannot be written.").arg(m_file.fileName() + ".lock"_L1), Core::tr("Make room on the disk, or check the folder's permissions."));
    return failure(ErrorCode::Conflict, Core::tr("Another window or command is deploying this stage right now."), Core::tr("Wait until it has ended."));
}

Result<std::unique_ptr<Journal>> Journal::begin(const QString &projectFolder, const Head &head, const Plan &plan)
{
    project::privateFolder(projectFolder);
    const QString path = pathIn(projectFolder, head.target, head.stage);
    QDir().mkpath(QFileInfo(path).path());
    std::unique_ptr<Journal> journal(new Journal(path));
    if (const auto locked = journal->lock(); !locked)
        return tl::unexpected(locked.error());
    if (journal->m_file.exists())
        return failure(ErrorCode::Conflict, Core::tr("A deployment of the stage “%1” was cut off before it ended.").arg(head.stage), Core::tr("Bring it to its end with “eph deploy --resume”, or take it back with “eph deploy --undo”."));
    if (!journal->m_file.open(QIODevice::WriteOnly | QIODevice::Append))
        return failure(ErrorCode::Io, Core::tr("“%1” cannot be written: %2.").arg(path, journal->m_file.errorString()), Core::tr("Make room on the disk, or check the folder's permissions."));
    journal->m_file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    journal->m_head = head;
    journal->m_plan = plan;
    if (const auto written = journal->write({{u"head"_s, headJson(head)}, {u"plan"_s, plan.toJson()}}); !written) {
        journal->m_file.remove();
        return tl::unexpected(written.error());
    }
    return journal;
}

Result<std::unique_ptr<Journal>> Journal::open(const QString &projectFolder, const QString &target, const QString &stage)
{
    std::unique_ptr<Journal> journal(new Journal(pathIn(projectFolder, target, stage)));
    if (!journal->m_file.exists())
        return failure(ErrorCode::NotFound, Core::tr("No deployment of the stage “%1” was cut off.").arg(stage), Core::tr("There is nothing to resume."));
    if (const auto locked = journal->lock(); !locked)
        return tl::unexpected(locked.error());
    if (!journal->m_file.open(QIODevice::ReadWrite))
        return failure(ErrorCode::Io, Core::tr("“%1” cannot be read: %2.").arg(journal->m_file.fileName(), journal->m_file.errorString()));
    qint64 whole = 0;
    bool first = true;
    while (!journal->m_file.atEnd()) {
        const QByteArray line = journal->m_file.readLine();
        const QJsonObject json = QJsonDocument::fromJson(line).object();
        if (!line.endsWith('\n') || json.isEmpty())
            break;
        whole = journal->m_file.pos();
        if (first) {
            journal->m_head = headOf(json.value("head"_L1).toObject());
            journal->m_plan = Plan::fromJson(json.value("plan"_L1).toObject());
        } else {
            journal->apply(json);
        }
        first = false;
    }
    // Cut before the plan was written: nothing was done.
    if (first) {
        journal->m_file.remove();
        return failure(ErrorCode::NotFound, Core::tr("The deployment was cut off before its first step; there is nothing to resume."), Core::tr("Deploy again."));
    }
    journal->m_file.resize(whole);
    journal->m_file.seek(whole);
    return journal;
}

QJsonObject Journal::outputs() const
{
    QJsonObject all = m_plan.known;
    for (const Step &step : m_plan.steps) {
        const StepState state = m_states.value(step.id);
        if (!state.done || state.outputs.isEmpty())
            continue;
        // By step for other steps, and by resource for people.
        for (const QString &key : {step.id, step.resource}) {
            QJsonObject merged = all.value(key).toObject();
            for (auto it = state.outputs.begin(); it != state.outputs.end(); ++it)
                merged.insert(it.key(), *it);
            all.insert(key, merged);
        }
    }
    return all;
}

void Journal::apply(const QJsonObject &line)
{
    if (const QString direction = line.value("direction"_L1).toString(); !direction.isEmpty()) {
        m_direction = direction == "back"_L1 ? Direction::Back : Direction::Forward;
        return;
    }
    StepState &state = m_states[line.value("step"_L1).toString()];
    const QString what = line.value("is"_L1).toString();
    if (what == "begun"_L1) {
        state.begun = true;
        state.undone = false;
    } else if (what == "done"_L1) {
        state.done = true;
        state.outputs = line.value("outputs"_L1).toObject();
    } else if (what == "undone"_L1) {
        state = {};
        state.undone = true;
    }
}

Result<void> Journal::write(const QJsonObject &line)
{
    const QByteArray bytes = QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n';
    const qint64 before = m_file.pos();
    if (m_file.write(bytes) == bytes.size() && m_file.flush() && ::fdatasync(m_file.handle()) == 0)
        return {};
    const QString reason = m_file.errorString();
    m_file.resize(before);
    m_file.seek(before);
    return failure(ErrorCode::Io, Core::tr("“%1” cannot be written: %2.").arg(m_file.fileName(), reason), Core::tr("Make room on the disk, then resume: no step is taken that is not written down."));
}

Result<void> Journal::stepBegun(const QString &step)
{
    const QJsonObject line{{u"step"_s, step}, {u"is"_s, u"begun"_s}};
    return write(line).map([&] { apply(line); });
}

Result<void> Journal::stepDone(const QString &step, const QJsonObject &outputs)
{
    const QJsonObject line{{u"step"_s, step}, {u"is"_s, u"done"_s}, {u"outputs"_s, outputs}};
    return write(line).map([&] { apply(line); });
}

Result<void> Journal::stepUndone(const QString &step)
{
    const QJsonObject line{{u"step"_s, step}, {u"is"_s, u"undone"_s}};
    return write(line).map([&] { apply(line); });
}

Result<void> Journal::turn(Direction direction)
{
    const QJsonObject line{{u"direction"_s, direction == Direction::Back ? u"back"_s : u"forward"_s}};
    return write(line).map([&] { apply(line); });
}

void Journal::finish()
{
    m_file.close();
    m_file.remove();
    m_lock.unlock();
}

} // namespace eph::deploy
