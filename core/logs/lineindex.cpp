// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/lineindex.h"

#include "core/logs/mappedfile.h"

#include <algorithm>
#include <cstring>
#include <thread>

namespace eph::logs {

namespace {

constexpr qint64 BlockBytes = 1024;
/// Below this a second thread costs more than it brings.
constexpr qint64 LeastPartBytes = 4LL * 1024 * 1024;
constexpr qint64 PopulateBytes = 8LL * 1024 * 1024;

/// Line ends in a block. Written so that the compiler makes vectors of it, for what the machine has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
__attribute__((target_clones("avx2", "default"), optimize("O3")))
#endif
int lineEndsIn(const char *block)
{
    constexpr int Lanes = 64;
    unsigned char counts[Lanes] = {};
    for (int row = 0; row < int(BlockBytes) / Lanes; ++row) {
        for (int lane = 0; lane < Lanes; ++lane)
            counts[lane] = static_cast<unsigned char>(counts[lane] + (block[row * Lanes + lane] == '\n'));
    }
    int sum = 0;
    for (const unsigned char count : counts)
        sum += count;
    return sum;
}

[[nodiscard]] const char *lineEnd(const char *from, const char *end)
{
    return static_cast<const char *>(std::memchr(from, '\n', size_t(end - from)));
}

} // namespace

void LineIndex::read(QByteArrayView text, qint64 end, Part &part)
{
    qint64 ends = 0;
    part.offsets.push_back(part.begin);
    qint64 at = part.begin;
    qint64 populated = at;
    while (at < end) {
        if (at >= populated) {
            if (!MappedFile::populate(text.sliced(at, std::min(PopulateBytes, end - at))))
                break;
            populated = at + PopulateBytes;
        }
        const qint64 size = std::min(BlockBytes, end - at);
        const char *block = text.data() + at;
        const qint64 here = size == BlockBytes ? lineEndsIn(block) : std::count(block, block + size, '\n');
        // Only a block in which a line begins that is kept is looked at more closely.
        if (ends / Every != (ends + here) / Every) {
            qint64 seen = ends;
            for (const char *found = lineEnd(block, block + size); found; found = lineEnd(found + 1, block + size)) {
                if (++seen % Every == 0 && found + 1 < text.data() + end)
                    part.offsets.push_back(found + 1 - text.data());
            }
        }
        ends += here;
        at += size;
    }
    part.lines = ends + (at >= end && end > part.begin && text.at(end - 1) != '\n' ? 1 : 0);
}

LineIndex::LineIndex(QByteArrayView text)
{
    if (text.isEmpty())
        return;
    const qint64 most = std::max<qint64>(1, std::min<qint64>(std::thread::hardware_concurrency(), text.size() / LeastPartBytes));
    std::vector<qint64> ends;
    for (qint64 i = 1; i <= most; ++i) {
        const qint64 wanted = text.size() / most * i;
        const char *found = i == most ? nullptr : lineEnd(text.data() + wanted, text.data() + text.size());
        const qint64 end = found ? found + 1 - text.data() : text.size();
        if (ends.empty() || end > ends.back())
            ends.push_back(end);
    }
    m_parts.resize(ends.size());
    std::vector<std::thread> threads;
    for (size_t i = 0; i < ends.size(); ++i) {
        m_parts[i].begin = i == 0 ? 0 : ends[i - 1];
        if (i > 0)
            threads.emplace_back([text, &part = m_parts[i], end = ends[i]] { read(text, end, part); });
    }
    read(text, ends[0], m_parts[0]);
    for (std::thread &thread : threads)
        thread.join();
    for (Part &part : m_parts) {
        part.firstLine = m_lines;
        m_lines += part.lines;
        part.offsets.shrink_to_fit();
    }
}

qint64 LineIndex::offsetOf(QByteArrayView text, qint64 number) const
{
    const auto part = std::prev(std::upper_bound(m_parts.begin(), m_parts.end(), number, [](qint64 wanted, const Part &one) { return wanted < one.firstLine; }));
    const qint64 within = number - part->firstLine;
    const char *at = text.data() + part->offsets[size_t(within / Every)];
    for (qint64 left = within % Every; left > 0; --left)
        at = lineEnd(at, text.data() + text.size()) + 1;
    return at - text.data();
}

QByteArrayView LineIndex::line(QByteArrayView text, qint64 number) const
{
    if (number < 0 || number >= m_lines)
        return {};
    const qint64 offset = offsetOf(text, number);
    const char *end = lineEnd(text.data() + offset, text.data() + text.size());
    return text.sliced(offset, (end ? end - text.data() : text.size()) - offset);
}

qint64 LineIndex::lineAt(QByteArrayView text, qint64 offset) const
{
    const auto part = std::prev(std::upper_bound(m_parts.begin(), m_parts.end(), offset, [](qint64 wanted, const Part &one) { return wanted < one.begin; }));
    const auto kept = std::prev(std::upper_bound(part->offsets.begin(), part->offsets.end(), offset));
    return part->firstLine + (kept - part->offsets.begin()) * Every + std::count(text.data() + *kept, text.data() + offset, '\n');
}

qint64 LineIndex::bytesUsed() const
{
    qint64 bytes = 0;
    for (const Part &part : m_parts)
        bytes += qint64(part.offsets.capacity() * sizeof(qint64));
    return bytes;
}

} // namespace eph::logs
