// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logsearch.h"

#include "core/logs/lineheads.h"
#include "core/logs/mappedfile.h"

#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>

namespace eph::logs {

namespace {

constexpr qint64 ChunkBytes = 4LL * 1024 * 1024;
/// So far ahead of its reader a search may be.
constexpr qint64 MaxAhead = 64;
/// So many lines are looked at before somebody asks whether that is still wanted.
constexpr int CheckEvery = 1024;

/// The parts of a text, each of whole lines.
class Chunks
{
public:
    explicit Chunks(QByteArrayView text)
        : m_text(text)
        , m_count((text.size() + ChunkBytes - 1) / ChunkBytes)
    {
    }

    [[nodiscard]] qint64 count() const { return m_count; }
    [[nodiscard]] QByteArrayView at(qint64 index) const
    {
        const qint64 begin = boundary(index * ChunkBytes);
        return m_text.sliced(begin, boundary((index + 1) * ChunkBytes) - begin);
    }

private:
    /// The first beginning of a line from there on.
    [[nodiscard]] qint64 boundary(qint64 at) const
    {
        if (at <= 0 || at >= m_text.size())
            return std::clamp<qint64>(at, 0, m_text.size());
        const auto *end = static_cast<const char *>(std::memchr(m_text.data() + at - 1, '\n', size_t(m_text.size() - at + 1)));
        return end ? end + 1 - m_text.data() : m_text.size();
    }

    QByteArrayView m_text;
    qint64 m_count;
};

/// What belongs to the line before goes by what that one says.
class Context
{
public:
    explicit Context(const LogSearch &what)
        : m_what(what)
        , m_heads(what.text)
        , m_needed(what.query.usesFields() || what.fromMs >= 0 || what.untilMs >= 0)
    {
    }

    [[nodiscard]] bool wants(QByteArrayView line)
    {
        if (!m_needed)
            return true;
        const LineFields fields = m_heads.fieldsOf(line);
        if (m_what.fromMs >= 0 && fields.epochMs >= 0 && fields.epochMs < m_what.fromMs)
            return false;
        if (m_what.untilMs >= 0 && fields.epochMs >= 0 && fields.epochMs >= m_what.untilMs)
            return false;
        return m_what.query.wantsFields(fields);
    }

private:
    const LogSearch &m_what;
    LineHeads m_heads;
    bool m_needed;
};

/// Calls onLine(line) for every line of a chunk that is wanted, until it says false.
template<class OnLine>
void eachWanted(QByteArrayView chunk, const LogSearch &what, const std::atomic<bool> &cancelled, LogQuery::Scratch &scratch, OnLine onLine)
{
    Context context(what);
    int looked = 0;
    const auto take = [&](QByteArrayView line) {
        if (++looked % CheckEvery == 0 && cancelled)
            return false;
        return !what.query.wantsText(line, scratch) || !context.wants(line) || onLine(line);
    };
    if (const TextMatcher *first = what.query.first()) {
        first->scan(chunk, *scratch.words.front(), take);
        return;
    }
    const char *at = chunk.data();
    const char *end = at + chunk.size();
    while (at < end) {
        const auto *stop = static_cast<const char *>(std::memchr(at, '\n', size_t(end - at)));
        const QByteArrayView line(at, stop ? stop : end);
        if (!take(line))
            return;
        at = line.data() + line.size() + 1;
    }
}

/// Runs work(chunk index) for all chunks on all processors, in about their order, until it says false.
template<class Work>
void inParallel(qint64 chunks, const LogQuery &query, const Work &work)
{
    std::atomic<qint64> next{0};
    const auto run = [&] {
        LogQuery::Scratch scratch(query);
        for (qint64 index = next++; index < chunks; index = next++) {
            if (!work(index, scratch))
                return;
        }
    };
    const qint64 most = std::min<qint64>(std::max(1U, std::thread::hardware_concurrency()), chunks);
    std::vector<std::thread> threads;
    for (qint64 i = 1; i < most; ++i)
        threads.emplace_back(run);
    run();
    for (std::thread &thread : threads)
        thread.join();
}

} // namespace

void eachChunk(QByteArrayView text, const std::function<void(QByteArrayView)> &work)
{
    const Chunks chunks(text);
    inParallel(chunks.count(), LogQuery(), [&](qint64 index, LogQuery::Scratch &) {
        const QByteArrayView chunk = chunks.at(index);
        if (MappedFile::populate(chunk))
            work(chunk);
        return true;
    });
}

qint64 countHits(const LogSearch &what, const std::atomic<bool> &cancelled)
{
    const Chunks chunks(what.text);
    std::atomic<qint64> hits{0};
    const bool alone = what.query.isFirstAlone() && what.fromMs < 0 && what.untilMs < 0;
    inParallel(chunks.count(), what.query, [&](qint64 index, LogQuery::Scratch &scratch) {
        const QByteArrayView chunk = chunks.at(index);
        qint64 here = 0;
        if (!MappedFile::populate(chunk))
            return true;
        if (alone)
            here = what.query.first()->count(chunk, *scratch.words.front());
        else
            eachWanted(chunk, what, cancelled, scratch, [&here](QByteArrayView) { ++here; return true; });
        hits += here;
        return !cancelled;
    });
    return hits;
}

void search(const LogSearch &what, const std::atomic<bool> &cancelled, const std::function<bool(const std::vector<LogHit> &)> &onHits)
{
    const Chunks chunks(what.text);
    std::mutex mutex;
    std::condition_variable changed;
    std::map<qint64, std::vector<LogHit>> found;
    qint64 delivered = 0;
    bool ended = false;
    std::thread searching([&] {
        inParallel(chunks.count(), what.query, [&](qint64 index, LogQuery::Scratch &scratch) {
            {
                std::unique_lock lock(mutex);
                changed.wait(lock, [&] { return ended || index < delivered + MaxAhead; });
                if (ended || cancelled)
                    return false;
            }
            const QByteArrayView chunk = chunks.at(index);
            std::vector<LogHit> hits;
            if (MappedFile::populate(chunk))
                eachWanted(chunk, what, cancelled, scratch, [&](QByteArrayView line) {
                hits.push_back({line.data() - what.text.data(), line.size()});
                return true;
            });
            const std::lock_guard lock(mutex);
            found.emplace(index, std::move(hits));
            changed.notify_all();
            return !cancelled;
        });
        const std::lock_guard lock(mutex);
        ended = true;
        changed.notify_all();
    });
    while (delivered < chunks.count()) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return ended || found.contains(delivered); });
        const auto ready = found.find(delivered);
        if (ready == found.end())
            break;
        const std::vector<LogHit> hits = std::move(ready->second);
        found.erase(ready);
        ++delivered;
        changed.notify_all();
        lock.unlock();
        if (cancelled || (!hits.empty() && !onHits(hits)))
            break;
    }
    {
        const std::lock_guard lock(mutex);
        ended = true;
        changed.notify_all();
    }
    searching.join();
}

} // namespace eph::logs
