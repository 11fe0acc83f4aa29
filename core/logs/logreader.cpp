// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logreader.h"

#include "core/logs/lineheads.h"
#include "core/logs/logarchive.h"
#include "core/logs/logsearch.h"

#include <algorithm>
#include <cstring>
#include <queue>

namespace eph::logs {

namespace {

[[nodiscard]] StoredLine storedLine(QByteArrayView bytes, LineHeads &heads)
{
    StoredLine line{bytes, fieldsOf(bytes)};
    if (line.fields.epochMs < 0)
        line.fields.epochMs = heads.fieldsOf(bytes).epochMs;
    return line;
}

/// Times of a file's first and last lines that have one.
struct Span {
    qint64 firstMs = -1;
    qint64 lastMs = -1;
};

[[nodiscard]] Span spanOf(QByteArrayView text)
{
    // So many lines at either end may go on with another, or be of a program that tells no time.
    constexpr int Lines = 1000;
    Span span;
    const char *at = text.data();
    const char *end = at + text.size();
    for (int i = 0; i < Lines && at < end && span.firstMs < 0; ++i) {
        const auto *stop = static_cast<const char *>(std::memchr(at, '\n', size_t(end - at)));
        span.firstMs = fieldsOf(QByteArrayView(at, stop ? stop : end)).epochMs;
        at = stop ? stop + 1 : end;
    }
    for (int i = 0; i < Lines && end > text.data() && span.lastMs < 0; ++i) {
        const auto *before = static_cast<const char *>(::memrchr(text.data(), '\n', size_t(end - 1 - text.data())));
        const char *begin = before ? before + 1 : text.data();
        span.lastMs = fieldsOf(QByteArrayView(begin, end - 1)).epochMs;
        end = begin;
    }
    return span;
}

/// False when it was ended.
bool eachOf(QByteArrayView text, const LogQuery &query, const LogRequest &request, const std::atomic<bool> &cancelled, const std::function<bool(const StoredLine &)> &onLine)
{
    LineHeads heads(text);
    bool goesOn = true;
    search({text, query, request.fromMs, request.untilMs}, cancelled, [&](const std::vector<LogHit> &hits) {
        for (auto hit = hits.begin(); hit != hits.end() && goesOn; ++hit)
            goesOn = onLine(storedLine(text.sliced(hit->offset, hit->length), heads));
        return goesOn;
    });
    return goesOn;
}

/// The hits of one file, with the time that each goes by.
class Hits
{
public:
    Hits(QByteArrayView text, std::vector<LogHit> hits)
        : m_text(text)
        , m_hits(std::move(hits))
    {
        read();
    }

    [[nodiscard]] bool isAtEnd() const { return m_next == m_hits.size(); }
    [[nodiscard]] qint64 timeMs() const { return m_line.fields.epochMs; }
    [[nodiscard]] const StoredLine &line() const { return m_line; }
    void advance()
    {
        ++m_next;
        read();
    }

private:
    void read()
    {
        if (isAtEnd())
            return;
        m_line = storedLine(m_text.sliced(m_hits[m_next].offset, m_hits[m_next].length), m_heads);
    }

    QByteArrayView m_text;
    LineHeads m_heads{m_text};
    std::vector<LogHit> m_hits;
    size_t m_next = 0;
    StoredLine m_line;
};

} // namespace

QString unescapedText(const StoredLine &line)
{
    QString text = QString::fromUtf8(line.fields.printed);
    return line.fields.isArchived ? text.replace(u'\v', u'\n') : text;
}

Result<LogReader> LogReader::open(const QString &folder)
{
    LogReader reader;
    const QStringList files = logFilesIn(folder);
    for (const QString &path : files) {
        auto file = MappedFile::open(path);
        // One that has just been removed for its age is no loss.
        if (!file && file.error().code == ErrorCode::NotFound)
            continue;
        if (!file)
            return tl::unexpected(file.error());
        file->dropPartialLine();
        reader.m_files.push_back(*std::move(file));
    }
    std::vector<std::pair<Span, MappedFile>> spans;
    for (MappedFile &file : reader.m_files)
        spans.emplace_back(spanOf(file.bytes()), std::move(file));
    std::stable_sort(spans.begin(), spans.end(), [](const auto &a, const auto &b) { return a.first.firstMs < b.first.firstMs; });
    reader.m_files.clear();
    qint64 until = -1;
    for (auto &[span, file] : spans) {
        reader.m_inOrder = reader.m_inOrder && span.firstMs >= until;
        until = std::max(until, span.lastMs);
        reader.m_files.push_back(std::move(file));
    }
    return reader;
}

Result<void> LogReader::each(const LogRequest &request, const std::atomic<bool> &cancelled, const std::function<bool(const StoredLine &)> &onLine) const
{
    const auto query = LogQuery::parse(request.query);
    if (!query)
        return tl::unexpected(query.error());
    if (m_inOrder) {
        bool goesOn = true;
        for (auto file = m_files.begin(); file != m_files.end() && goesOn && !cancelled; ++file)
            goesOn = eachOf(file->bytes(), *query, request, cancelled, onLine);
        return {};
    }
    // Side by side: the hits of each are known before the first is told.
    std::vector<std::unique_ptr<Hits>> all;
    for (const MappedFile &file : m_files) {
        std::vector<LogHit> hits;
        search({file.bytes(), *query, request.fromMs, request.untilMs}, cancelled, [&hits](const std::vector<LogHit> &found) {
            hits.insert(hits.end(), found.begin(), found.end());
            return true;
        });
        all.push_back(std::make_unique<Hits>(file.bytes(), std::move(hits)));
    }
    using Next = std::pair<qint64, size_t>; // The time, then the file.
    std::priority_queue<Next, std::vector<Next>, std::greater<>> next;
    for (size_t i = 0; i < all.size(); ++i) {
        if (!all[i]->isAtEnd())
            next.emplace(all[i]->timeMs(), i);
    }
    while (!next.empty() && !cancelled) {
        const size_t file = next.top().second;
        next.pop();
        if (!onLine(all[file]->line()))
            break;
        all[file]->advance();
        if (!all[file]->isAtEnd())
            next.emplace(all[file]->timeMs(), file);
    }
    return {};
}

Result<qint64> LogReader::count(const LogRequest &request, const std::atomic<bool> &cancelled) const
{
    const auto query = LogQuery::parse(request.query);
    if (!query)
        return tl::unexpected(query.error());
    qint64 hits = 0;
    for (const MappedFile &file : m_files)
        hits += countHits({file.bytes(), *query, request.fromMs, request.untilMs}, cancelled);
    return hits;
}

} // namespace eph::logs
