// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logarchive.h"

#include "core/base/text.h"
#include "core/logs/redaction.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace eph::logs {

using namespace Qt::StringLiterals;

namespace {

/// A line is on the disk this late at most.
constexpr std::chrono::milliseconds WriteEvery{20};
constexpr std::chrono::seconds TryAgainAfter{1};
constexpr qsizetype BlockBytes = 1024 * 1024;

[[nodiscard]] QString errorText()
{
    return QString::fromLocal8Bit(strerror(errno));
}

/// Whether the process that writes it still lives.
[[nodiscard]] bool isBeingWritten(const QString &path)
{
    const int file = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    const bool free = ::flock(file, LOCK_EX | LOCK_NB) == 0;
    ::close(file);
    return !free;
}

void removeOld(const QString &folder, const ArchiveOptions &options)
{
    qint64 total = 0;
    const QStringList files = logFilesIn(folder);
    for (auto path = files.rbegin(); path != files.rend(); ++path) {
        const QFileInfo info(*path);
        total += info.size();
        const bool old = info.lastModified().daysTo(QDateTime::currentDateTime()) > options.keepDays;
        if ((total > options.keepBytes || old) && !isBeingWritten(*path))
            QFile::remove(*path);
    }
}

void appendNumber(QByteArray &to, int value, int digits)
{
    char text[4];
    for (int i = digits - 1; i >= 0; --i) {
        text[i] = char('0' + value % 10);
        value /= 10;
    }
    to.append(text, digits);
}

/// The time of the second before is most often that of this one.
void appendTime(QByteArray &to, qint64 epochMs)
{
    thread_local qint64 known = -1;
    thread_local QByteArray text;
    const qint64 second = epochMs / 1000;
    if (second != known) {
        known = second;
        text = QDateTime::fromSecsSinceEpoch(second, Qt::UTC).toString(u"yyyy-MM-ddTHH:mm:ss."_s).toLatin1();
    }
    to += text;
    appendNumber(to, int(epochMs % 1000), 3);
    to += 'Z';
}

void appendCell(QByteArray &to, const QString &text)
{
    if (text.isEmpty())
        to += '-';
    else
        to += text.toUtf8().replace('\t', ' ').replace('\n', ' ');
    to += '\t';
}

} // namespace

void appendArchiveLine(QByteArray &to, const Line &line)
{
    to += '@';
    appendTime(to, line.epochMs);
    to += '\t';
    appendCell(to, line.function);
    appendCell(to, line.environment);
    to += line.requestId.isEmpty() ? QByteArrayView("-") : QByteArrayView(line.requestId);
    to += line.source == Source::Platform ? "\tP\t" : "\tF\t";
    const qsizetype begin = to.size();
    to += line.text;
    // One event is one line; unescapedText() puts its own line ends back.
    std::replace(to.begin() + begin, to.end(), '\n', '\v');
    to += '\n';
}

QByteArray archiveLine(const Line &line)
{
    QByteArray bytes;
    appendArchiveLine(bytes, line);
    bytes.chop(1);
    return bytes;
}

QString LogArchive::folderIn(const QString &projectFolder)
{
    return projectFolder + "/.ephemera/logs"_L1;
}

QStringList logFilesIn(const QString &folder)
{
    QStringList paths;
    const QFileInfoList files = QDir(folder).entryInfoList(QDir::Files, QDir::Time | QDir::Reversed);
    for (const QFileInfo &file : files) {
        if (file.suffix() == "log"_L1)
            paths << file.filePath();
    }
    return paths;
}

LogArchive::LogArchive(QString folder, const ArchiveOptions &options)
    : m_folder(std::move(folder))
    , m_options(options)
{
}

Result<std::unique_ptr<LogArchive>> LogArchive::open(const QString &folder, const ArchiveOptions &options)
{
    QDir().mkpath(folder);
    removeOld(folder, options);
    std::unique_ptr<LogArchive> archive(new LogArchive(folder, options));
    if (const auto begun = archive->begin(); !begun)
        return tl::unexpected(begun.error());
    archive->m_thread = std::thread([writer = archive.get()] { writer->write(); });
    return archive;
}

LogArchive::~LogArchive()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ends = true;
        m_arrived.notify_all();
    }
    if (m_thread.joinable())
        m_thread.join();
    if (m_file < 0)
        return;
    ::close(m_file);
    // A process that said nothing leaves nothing.
    if (m_size == 0)
        QFile::remove(m_path);
}

Result<void> LogArchive::begin()
{
    QDir().mkpath(m_folder);
    const QString path = u"%1/run-%2-%3-%4.log"_s.arg(m_folder).arg(QDateTime::currentMSecsSinceEpoch()).arg(::getpid()).arg(++m_number);
    // Never one that is there: it would be somebody's log.
    const int file = ::open(QFile::encodeName(path).constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return failure(ErrorCode::Io, Core::tr("%1 cannot be written: %2.").arg(path, errorText()));
    ::flock(file, LOCK_EX | LOCK_NB);
    if (m_file >= 0)
        ::close(m_file);
    m_file = file;
    m_path = path;
    m_size = 0;
    m_isWhole = true;
    return {};
}

bool LogArchive::isGone() const
{
    struct stat info{};
    return m_file < 0 || ::fstat(m_file, &info) != 0 || info.st_nlink == 0;
}

void LogArchive::append(Line line)
{
    const std::lock_guard lock(m_mutex);
    if (m_waiting.size() > m_options.bufferBytes) {
        ++m_dropped;
        return;
    }
    if (m_waiting.isEmpty())
        ++m_appended;
    if (m_dropped > m_toldDropped && m_waiting.size() < m_options.bufferBytes / 2) {
        appendArchiveLine(m_waiting, {line.epochMs, Source::Platform, {}, {}, {}, Core::tr("%n line(s) came faster than the disk took them and are missing here.", nullptr, int(m_dropped - m_toldDropped)).toUtf8()});
        m_toldDropped = m_dropped;
    }
    appendArchiveLine(m_waiting, line);
    if (m_waiting.size() >= BlockBytes)
        m_arrived.notify_one();
}

Result<void> LogArchive::flush()
{
    std::unique_lock lock(m_mutex);
    const quint64 wanted = m_appended;
    m_wantsFlush = true;
    m_arrived.notify_one();
    m_written.wait(lock, [&] { return m_done >= wanted || !m_problem.isEmpty(); });
    return m_done >= wanted ? Result<void>() : failure(ErrorCode::Io, m_problem, Core::tr("Make room on the disk: the log goes on by itself."));
}

qint64 LogArchive::dropped() const
{
    const std::lock_guard lock(m_mutex);
    return m_dropped;
}

Result<void> LogArchive::writeSome(QByteArray &block)
{
    // A new file begins between lines.
    // Whoever removes the folder begins a new one.
    if (isGone() || (m_isWhole && m_size > 0 && m_size + block.size() > m_options.segmentBytes)) {
        if (const auto begun = begin(); !begun)
            return begun;
        removeOld(m_folder, m_options);
    }
    qsizetype written = 0;
    bool fine = true;
    while (written < block.size() && fine) {
        const ssize_t step = ::write(m_file, block.constData() + written, size_t(block.size() - written));
        fine = step >= 0 || errno == EINTR;
        written += std::max<ssize_t>(step, 0);
    }
    const QString why = fine ? QString() : errorText();
    m_size += written;
    m_isWhole = written == 0 ? m_isWhole : block.at(written - 1) == '\n';
    // The rest comes where this ended: nothing that somebody may be reading is taken back.
    block.remove(0, written);
    return fine ? Result<void>() : failure(ErrorCode::Io, Core::tr("The log could not be written to %1: %2.").arg(m_folder, why));
}

void LogArchive::write()
{
    // Made for the first line: it takes some megabytes, which who says nothing does not need.
    std::optional<Result<Redaction>> redaction;
    for (;;) {
        std::unique_lock lock(m_mutex);
        m_arrived.wait_for(lock, WriteEvery, [this] { return m_ends || m_wantsFlush || m_waiting.size() >= BlockBytes; });
        m_wantsFlush = false;
        if (m_waiting.isEmpty()) {
            m_written.notify_all();
            if (m_ends)
                return;
            continue;
        }
        const QByteArray lines = std::exchange(m_waiting, {});
        const quint64 block = m_appended;
        lock.unlock();
        if (!redaction)
            redaction = Redaction::make(m_options.rules);
        QByteArray clean = *redaction ? (*redaction)->apply(lines) : lines;
        Result<void> written = writeSome(clean);
        lock.lock();
        while (!written) {
            m_problem = written.error().message;
            m_written.notify_all();
            // At the end there is nobody left to wait for room.
            if (m_ends)
                return;
            m_arrived.wait_for(lock, TryAgainAfter, [this] { return m_ends; });
            lock.unlock();
            written = writeSome(clean);
            lock.lock();
        }
        m_problem.clear();
        m_done = block;
        m_written.notify_all();
    }
}

Result<QString> importLog(const QString &file, const QString &folder, const QList<Redaction::Rule> &rules)
{
    if (!QFileInfo::exists(file))
        return failure(ErrorCode::NotFound, Core::tr("There is no file %1.").arg(file));
    QDir().mkpath(folder);
    // Reads what is not packed as it is.
    const std::unique_ptr<gzFile_s, int (*)(gzFile)> source(gzopen(QFile::encodeName(file).constData(), "rb"), &gzclose);
    if (!source || QFileInfo(file).isDir())
        return failure(ErrorCode::Io, Core::tr("%1 cannot be read: %2.").arg(file, QFileInfo(file).isDir() ? Core::tr("it is a folder") : errorText()));
    gzbuffer(source.get(), 1024 * 1024);
    QString name = QFileInfo(file).fileName();
    for (const QString &ending : {u".gz"_s, u".log"_s}) {
        if (name.endsWith(ending))
            name.chop(ending.size());
    }
    const QString target = u"%1/import-%2-%3.log"_s.arg(folder, QDateTime::currentDateTimeUtc().toString(u"yyyyMMddHHmmsszzz"_s), name);
    QFile out(target + ".part"_L1);
    if (!out.open(QIODevice::WriteOnly))
        return failure(ErrorCode::Io, Core::tr("%1 cannot be written: %2.").arg(out.fileName(), out.errorString()));
    auto redaction = Redaction::make(rules);
    const auto giveUp = [&out](ErrorCode code, const QString &message) {
        out.remove();
        return failure(code, message);
    };
    QByteArray rest;
    QByteArray block(4 * 1024 * 1024, Qt::Uninitialized);
    for (bool first = true;; first = false) {
        const int got = gzread(source.get(), block.data(), unsigned(block.size()));
        int code = Z_OK;
        const char *why = gzerror(source.get(), &code);
        if (got < 0 || (got == 0 && code != Z_OK && code != Z_STREAM_END))
            return giveUp(ErrorCode::Invalid, Core::tr("%1 is damaged: %2.").arg(file, QString::fromUtf8(why)));
        if (first && QByteArrayView(block).first(got).contains('\0'))
            return giveUp(ErrorCode::Invalid, Core::tr("%1 is no text.").arg(file));
        QByteArray lines = rest + QByteArrayView(block).first(got);
        const qsizetype whole = got == 0 ? lines.size() : lines.lastIndexOf('\n') + 1;
        rest = lines.sliced(whole);
        lines.truncate(whole);
        if (got == 0 && !lines.isEmpty() && !lines.endsWith('\n'))
            lines += '\n';
        const QByteArray clean = redaction ? redaction->apply(lines) : lines;
        if (out.write(clean) != clean.size())
            return giveUp(ErrorCode::Io, Core::tr("%1 cannot be written: %2.").arg(out.fileName(), out.errorString()));
        if (got == 0)
            break;
    }
    if (!out.flush() || !out.rename(target))
        return giveUp(ErrorCode::Io, Core::tr("%1 cannot be written: %2.").arg(target, out.errorString()));
    return target;
}

} // namespace eph::logs
