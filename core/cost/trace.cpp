// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/trace.h"

#include "core/base/text.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <charconv>
#include <map>
#include <cmath>

namespace eph::cost {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MaxBytes = 1024LL * 1024 * 1024;
constexpr qint64 MaxRequests = 100'000'000;
constexpr double UsPerSecond = 1e6;

/// Lines of cells between commas; quotes hold a cell together.
class Csv
{
public:
    explicit Csv(const QByteArray &text) : m_rest(text) {}

    [[nodiscard]] int line() const { return m_line; }
    /// False at the end.
    bool next(std::vector<QByteArrayView> &cells)
    {
        cells.clear();
        while (!m_rest.isEmpty()) {
            ++m_line;
            const qsizetype end = m_rest.indexOf('\n');
            QByteArrayView line = end < 0 ? m_rest : m_rest.first(end);
            m_rest = end < 0 ? QByteArrayView() : m_rest.sliced(end + 1);
            if (line.endsWith('\r'))
                line.chop(1);
            if (line.isEmpty() || line.startsWith('#'))
                continue;
            for (;;) {
                const bool quoted = line.startsWith('"');
                const qsizetype closing = quoted ? line.indexOf('"', 1) : -1;
                const qsizetype comma = line.indexOf(',', std::max<qsizetype>(0, closing));
                QByteArrayView cell = comma < 0 ? line : line.first(comma);
                if (quoted && closing > 0)
                    cell = line.first(closing).sliced(1);
                cells.push_back(cell);
                if (comma < 0)
                    return true;
                line = line.sliced(comma + 1);
            }
        }
        return false;
    }

private:
    QByteArrayView m_rest;
    int m_line = 0;
};

tl::unexpected<Error> wrongLine(int line, const QString &what)
{
    return failure(ErrorCode::Invalid, Core::tr("Line %1 of the trace cannot be used: %2").arg(line).arg(what));
}

QString shown(QByteArrayView cell)
{
    constexpr qsizetype Most = 60;
    return QString::fromUtf8(cell.first(std::min(cell.size(), Most)));
}

std::optional<double> number(QByteArrayView text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return {};
    return value;
}

int indexOf(const std::vector<QByteArrayView> &heading, std::initializer_list<const char *> names)
{
    for (const char *name : names) {
        const auto found = std::find(heading.begin(), heading.end(), QByteArrayView(name));
        if (found != heading.end())
            return int(found - heading.begin());
    }
    return -1;
}

/// In microseconds of any origin.
std::optional<qint64> momentUs(QByteArrayView text)
{
    constexpr double Latest = 4e9; // Seconds of the epoch, in the year 2096.
    if (const auto seconds = number(text))
        return *seconds >= -1e6 && *seconds <= Latest ? std::optional<qint64>(std::llround(*seconds * UsPerSecond)) : std::nullopt;
    const QDateTime time = QDateTime::fromString(QString::fromLatin1(text.data(), text.size()), Qt::ISODateWithMs);
    return time.isValid() ? std::optional<qint64>(time.toMSecsSinceEpoch() * 1000) : std::nullopt;
}

std::optional<qint64> spanUs(QByteArrayView text, double unitUs)
{
    constexpr double Day = 86400 * UsPerSecond;
    const auto value = number(text);
    return value && *value >= 0 && *value * unitUs <= Day ? std::optional<qint64>(std::llround(*value * unitUs)) : std::nullopt;
}

void order(Trace &trace)
{
    std::stable_sort(trace.arrivals.begin(), trace.arrivals.end(), [](const Arrival &a, const Arrival &b) { return a.atUs < b.atUs; });
    const qint64 first = trace.arrivals.empty() ? 0 : trace.arrivals.front().atUs;
    for (Arrival &arrival : trace.arrivals)
        arrival.atUs -= first;
}

/// Functions by their name, in the order in which they come.
class Functions
{
public:
    explicit Functions(Trace &trace) : m_trace(trace) {}
    qint32 of(const QByteArray &name)
    {
        const auto [known, isNew] = m_known.try_emplace(name, qint32(m_known.size()));
        if (isNew) {
            SimulatedFunction function;
            function.name = QString::fromUtf8(name);
            m_trace.functions.push_back(function);
            m_trace.knowsMemory.append(false);
        }
        return known->second;
    }

private:
    Trace &m_trace;
    std::map<QByteArray, qint32> m_known;
};

/// Rows by owner, app and function.
std::map<QByteArray, std::vector<QByteArrayView>> rowsOf(const QByteArray &csv, std::vector<QByteArrayView> &heading)
{
    std::map<QByteArray, std::vector<QByteArrayView>> rows;
    Csv reader(csv);
    if (!reader.next(heading))
        return rows;
    const int function = indexOf(heading, {"HashFunction", "HashApp"});
    std::vector<QByteArrayView> cells;
    while (function >= 0 && reader.next(cells)) {
        if (cells.size() == heading.size())
            rows.emplace(cells[size_t(function)].toByteArray(), cells);
    }
    return rows;
}

Distribution distributionOf(const std::vector<QByteArrayView> &heading, const std::vector<QByteArrayView> &cells)
{
    std::vector<Distribution::Quantile> quantiles;
    for (size_t i = 0; i < heading.size(); ++i) {
        constexpr QByteArrayView Prefix("percentile_Average_");
        if (!heading[i].startsWith(Prefix))
            continue;
        const auto share = number(heading[i].sliced(Prefix.size()));
        const auto us = spanUs(cells[i], 1000);
        if (share && us)
            quantiles.push_back({*share / 100, *us});
    }
    std::sort(quantiles.begin(), quantiles.end(), [](const auto &a, const auto &b) { return a.share < b.share; });
    const auto through = Distribution::throughQuantiles(quantiles);
    return through ? *through : Distribution::fixed(100'000);
}

} // namespace

Result<Trace> parseRequestTrace(const QByteArray &csv)
{
    Csv reader(csv);
    std::vector<QByteArrayView> heading;
    if (!reader.next(heading))
        return failure(ErrorCode::Invalid, Core::tr("The trace is empty."));
    const int start = indexOf(heading, {"timestamp", "startTimestamp", "time"});
    const int end = indexOf(heading, {"end_timestamp"});
    const int seconds = indexOf(heading, {"duration"});
    const int milliseconds = indexOf(heading, {"durationMs"});
    const int init = indexOf(heading, {"initMs"});
    const int memory = indexOf(heading, {"memoryMiB"});
    const int function = indexOf(heading, {"function", "func"});
    const int app = indexOf(heading, {"app"});
    if (start < 0 && end < 0)
        return failure(ErrorCode::Invalid, Core::tr("The trace has no column “timestamp” or “end_timestamp”."), Core::tr("Its first line names the columns, such as timestamp,durationMs,function."));
    if (end >= 0 && start < 0 && seconds < 0 && milliseconds < 0)
        return failure(ErrorCode::Invalid, Core::tr("The trace says when requests ended, but not how long they took."), Core::tr("Add a column duration (seconds) or durationMs."));
    Trace trace;
    Functions functions(trace);
    std::map<qint32, std::vector<qint64>> inits;
    std::vector<QByteArrayView> cells;
    while (reader.next(cells)) {
        if (cells.size() != heading.size())
            return wrongLine(reader.line(), Core::tr("it has %1 cells, not %2.").arg(cells.size()).arg(heading.size()));
        if (qint64(trace.arrivals.size()) == MaxRequests)
            return wrongLine(reader.line(), Core::tr("more than %1 requests are too many.").arg(MaxRequests));
        Arrival arrival;
        const auto moment = momentUs(cells[size_t(start >= 0 ? start : end)]);
        if (!moment)
            return wrongLine(reader.line(), Core::tr("“%1” is no time.").arg(shown(cells[size_t(start >= 0 ? start : end)])));
        arrival.atUs = *moment;
        if (seconds >= 0 || milliseconds >= 0) {
            const QByteArrayView text = cells[size_t(seconds >= 0 ? seconds : milliseconds)];
            const auto duration = spanUs(text, seconds >= 0 ? UsPerSecond : 1000);
            if (!duration)
                return wrongLine(reader.line(), Core::tr("“%1” is no duration of at most a day.").arg(shown(text)));
            arrival.durationUs = *duration;
            if (start < 0)
                arrival.atUs -= *duration;
        }
        QByteArray name = function >= 0 ? cells[size_t(function)].toByteArray() : QByteArray("function");
        if (app >= 0)
            name.prepend(cells[size_t(app)].toByteArray() + '/');
        arrival.function = functions.of(name);
        if (init >= 0 && !cells[size_t(init)].isEmpty()) {
            const auto us = spanUs(cells[size_t(init)], 1000);
            if (!us)
                return wrongLine(reader.line(), Core::tr("“%1” is no duration of a start.").arg(shown(cells[size_t(init)])));
            inits[arrival.function].push_back(*us);
        }
        if (memory >= 0 && !cells[size_t(memory)].isEmpty()) {
            const auto mib = number(cells[size_t(memory)]);
            if (!mib || *mib < 1 || *mib > 32768)
                return wrongLine(reader.line(), Core::tr("“%1” is no memory size.").arg(shown(cells[size_t(memory)])));
            trace.functions[size_t(arrival.function)].memoryMiB = int(*mib);
            trace.knowsMemory[arrival.function] = true;
        }
        trace.arrivals.push_back(arrival);
    }
    if (trace.arrivals.empty())
        return failure(ErrorCode::Invalid, Core::tr("The trace has no requests."));
    for (auto &[index, samples] : inits)
        trace.functions[size_t(index)].init = Distribution::measured(std::move(samples));
    order(trace);
    return trace;
}

Result<Trace> parseMinuteTrace(const QByteArray &invocations, const QByteArray &durations, const QByteArray &memory, std::uint64_t seed)
{
    std::vector<QByteArrayView> durationHeading;
    std::vector<QByteArrayView> memoryHeading;
    const auto durationRows = rowsOf(durations, durationHeading);
    const auto memoryRows = rowsOf(memory, memoryHeading);
    const int memoryColumn = indexOf(memoryHeading, {"AverageAllocatedMb_pct100", "AverageAllocatedMb"});

    Csv reader(invocations);
    std::vector<QByteArrayView> heading;
    if (!reader.next(heading))
        return failure(ErrorCode::Invalid, Core::tr("The trace is empty."));
    const int function = indexOf(heading, {"HashFunction"});
    const int firstMinute = indexOf(heading, {"1"});
    if (function < 0 || firstMinute < 0)
        return failure(ErrorCode::Invalid, Core::tr("The trace has no columns “HashFunction” and “1”, the first minute."));
    Trace trace;
    Functions functions(trace);
    Randomness random(seed);
    std::vector<QByteArrayView> cells;
    while (reader.next(cells)) {
        if (cells.size() != heading.size())
            return wrongLine(reader.line(), Core::tr("it has %1 cells, not %2.").arg(cells.size()).arg(heading.size()));
        const QByteArray name = cells[size_t(function)].toByteArray();
        const qint32 index = functions.of(name);
        SimulatedFunction &simulated = trace.functions[size_t(index)];
        if (const auto row = durationRows.find(name); row != durationRows.end())
            simulated.duration = distributionOf(durationHeading, row->second);
        if (const auto row = memoryRows.find(name); row != memoryRows.end() && memoryColumn >= 0) {
            if (const auto mib = number(row->second[size_t(memoryColumn)]); mib && *mib >= 1 && *mib <= 32768) {
                simulated.memoryMiB = std::clamp(int(std::ceil(*mib)), 128, 10240);
                trace.knowsMemory[index] = true;
            }
        }
        for (size_t minute = size_t(firstMinute); minute < cells.size(); ++minute) {
            const auto count = number(cells[minute]);
            if (!count || *count < 0 || *count != std::floor(*count))
                return wrongLine(reader.line(), Core::tr("“%1” is no number of requests.").arg(shown(cells[minute])));
            if (double(trace.arrivals.size()) + *count > double(MaxRequests))
                return wrongLine(reader.line(), Core::tr("more than %1 requests are too many.").arg(MaxRequests));
            constexpr qint64 MinuteUs = 60'000'000;
            for (auto i = qint64(*count); i > 0; --i)
                trace.arrivals.push_back({qint64(minute - size_t(firstMinute)) * MinuteUs + qint64(random.below(MinuteUs)), index, -1});
        }
    }
    if (trace.arrivals.empty())
        return failure(ErrorCode::Invalid, Core::tr("The trace has no requests."));
    order(trace);
    return trace;
}

Result<Trace> loadTrace(const QString &path, std::uint64_t seed)
{
    const auto read = [](const QString &name) -> Result<QByteArray> {
        QFile file(name);
        if (!file.open(QIODevice::ReadOnly))
            return failure(ErrorCode::NotFound, Core::tr("“%1” cannot be read: %2.").arg(name, file.errorString()));
        if (file.size() > MaxBytes)
            return failure(ErrorCode::Invalid, Core::tr("“%1” is larger than a gigabyte.").arg(name), Core::tr("Cut it; the month is worked out from the time that is left."));
        return file.readAll();
    };
    const auto text = read(path);
    if (!text)
        return tl::unexpected(text.error());
    const QByteArray heading = text->left(text->indexOf('\n'));
    auto trace = !heading.contains("HashFunction")
        ? parseRequestTrace(*text)
        : parseMinuteTrace(*text, read(QFileInfo(path).path() + "/durations.csv"_L1).value_or(QByteArray()), read(QFileInfo(path).path() + "/memory.csv"_L1).value_or(QByteArray()), seed);
    if (!trace)
        trace.error().detail = path;
    return trace;
}

} // namespace eph::cost
