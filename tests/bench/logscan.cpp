// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/lineindex.h"
#include "core/logs/logarchive.h"
#include "core/logs/logsearch.h"
#include "core/logs/mappedfile.h"

#include <QElapsedTimer>
#include <QTextStream>
#include <sys/resource.h>
#include <thread>

using namespace eph::logs;

namespace {

double ms(const QElapsedTimer &timer)
{
    return double(timer.nsecsElapsed()) / 1e6;
}

/// The level, the time and the request of every line, by all processors.
qint64 readFields(QByteArrayView text)
{
    const auto parts = qint64(std::max(1U, std::thread::hardware_concurrency()));
    std::vector<std::thread> threads;
    std::atomic<qint64> known{0};
    qint64 begin = 0;
    for (qint64 i = 1; i <= parts; ++i) {
        qint64 end = i == parts ? text.size() : text.indexOf('\n', text.size() / parts * i) + 1;
        threads.emplace_back([text, begin, end, &known] {
            qint64 here = 0;
            for (qint64 at = begin; at < end;) {
                const auto *stop = static_cast<const char *>(memchr(text.data() + at, '\n', size_t(end - at)));
                const qint64 length = (stop ? stop - text.data() : end) - at;
                const LineFields fields = fieldsOf(text.sliced(at, length));
                here += fields.epochMs >= 0 || fields.continues;
                at += length + 1;
            }
            known += here;
        });
        begin = end;
    }
    for (std::thread &thread : threads)
        thread.join();
    return known;
}

} // namespace

namespace {

/// Lines as a function prints them, into an archive, as fast as it takes them all.
int ingest(const QString &folder, QTextStream &out)
{
    const auto archive = LogArchive::open(folder);
    if (!archive)
        return 1;
    constexpr int Lines = 6'000'000;
    constexpr int FlushEvery = 100'000;
    QElapsedTimer timer;
    timer.start();
    const Line line{1'770'000'000'000, Source::Function, QStringLiteral("checkout"), QStringLiteral("0123456789abcdef0123456789abcdef"), "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
                    "2026-02-02T02:40:00.123Z\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\tINFO\tprocessed order 123456 (GET /orders/42) status=200"};
    for (int i = 0; i < Lines; ++i) {
        Line one = line;
        one.epochMs += i / 100;
        (*archive)->append(std::move(one));
        if (i % FlushEvery == FlushEvery - 1 && !(*archive)->flush())
            return 1;
    }
    out << "{\"ms\":" << ms(timer) << ",\"linesPerSecond\":" << double(Lines) / ms(timer) * 1000 << ",\"dropped\":" << (*archive)->dropped() << "}\n";
    return 0;
}

} // namespace

/// usage: logscan FOLDER ingest; logscan FILE index|fields|PATTERN [i]; a pattern is an expression between slashes, or a word. Prints JSON.
int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    QTextStream out(stdout);
    const QByteArray what = argv[2];
    QElapsedTimer timer;
    timer.start();
    if (what == "ingest")
        return ingest(QString::fromLocal8Bit(argv[1]), out);
    const auto file = MappedFile::open(QString::fromLocal8Bit(argv[1]));
    if (!file)
        return 1;
    if (what == "index") {
        const LineIndex index(file->bytes());
        out << "{\"ms\":" << ms(timer) << ",\"lines\":" << index.lineCount() << ",\"bytesALine\":" << double(index.bytesUsed()) / double(index.lineCount()) << "}\n";
        return 0;
    }
    if (what == "fields") {
        const qint64 known = readFields(file->bytes());
        out << "{\"ms\":" << ms(timer) << ",\"known\":" << known << "}\n";
        return 0;
    }
    const auto query = LogQuery::parse(QString::fromLocal8Bit(argv[2]));
    if (!query)
        return 2;
    const std::atomic<bool> cancelled{false};
    double firstMs = -1;
    qint64 hits = 0;
    if (argc > 3) {
        search({file->bytes(), *query, -1, -1}, cancelled, [&](const std::vector<LogHit> &found) {
            if (firstMs < 0)
                firstMs = ms(timer);
            hits += qint64(found.size());
            return true;
        });
    } else {
        hits = countHits({file->bytes(), *query, -1, -1}, cancelled);
    }
    out << "{\"ms\":" << ms(timer) << ",\"hits\":" << hits << ",\"firstMs\":" << firstMs << "}\n";
    return 0;
}
