// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as lines, as a query or a filter pattern, and as both: fields stay within their line, a search finds what a look at each line finds.
#include "core/cloud/logfilterpattern.h"
#include "core/logs/lineindex.h"
#include "core/logs/logsearch.h"
#include "core/logs/redaction.h"
#include "core/package/unpack.h"

#include <QTemporaryDir>
#include <cstdlib>

using namespace eph::logs;

namespace {

void within(QByteArrayView line, QByteArrayView part)
{
    if (!part.isEmpty() && (part.data() < line.data() || part.data() + part.size() > line.data() + line.size()))
        std::abort();
}

void searchIn(const QByteArray &text, const LogQuery &query)
{
    const std::atomic<bool> cancelled{false};
    LogQuery::Scratch scratch(query);
    qint64 expected = 0;
    const LineIndex index(text);
    for (qint64 i = 0; i < index.lineCount() && !query.usesFields(); ++i) {
        const QByteArrayView line = index.line(text, i);
        expected += query.wants(line, {}, scratch);
    }
    qint64 found = 0;
    search({text, query, -1, -1}, cancelled, [&found](const std::vector<LogHit> &hits) {
        found += qint64(hits.size());
        return true;
    });
    if (found != countHits({text, query, -1, -1}, cancelled) || (!query.usesFields() && found != expected))
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    const qsizetype end = bytes.indexOf('\n');
    const QByteArray text = end < 0 ? bytes : bytes.mid(end + 1);
    for (const QByteArray &line : text.split('\n')) {
        const LineFields fields = fieldsOf(line);
        for (const QByteArrayView part : {fields.requestId, fields.function, fields.stream, fields.text})
            within(line, part);
    }
    if (const auto query = LogQuery::parse(QString::fromUtf8(bytes.left(std::max<qsizetype>(end, 0)))))
        searchIn(text, *query);
    if (const auto pattern = eph::cloud::LogFilterPattern::parse(QString::fromUtf8(bytes.left(std::max<qsizetype>(end, 0)))))
        (void)pattern->matches(QString::fromUtf8(text));
    static Redaction redaction = Redaction::make(Redaction::standardRules()).value();
    const QByteArray clean = redaction.apply(text);
    if (clean.count('\n') != text.count('\n') || redaction.apply(clean) != clean)
        std::abort();
    const QTemporaryDir folder;
    (void)eph::package::unpackZip(bytes, folder.path(), {1 << 20, 100});
    return 0;
}
