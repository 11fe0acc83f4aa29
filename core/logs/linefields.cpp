// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/linefields.h"

#include <charconv>
#include <cstring>

namespace eph::logs {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// `count` digits at a place; -1 where there are others.
[[nodiscard]] int digits(const char *at, int count)
{
    int value = 0;
    for (int i = 0; i < count; ++i) {
        if (!isDigit(at[i]))
            return -1;
        value = value * 10 + (at[i] - '0');
    }
    return value;
}

/// Days since 1970 of a date of the Gregorian calendar.
[[nodiscard]] qint64 daysOf(int year, int month, int day)
{
    year -= month <= 2;
    const int era = (year >= 0 ? year : year - 399) / 400;
    const int yearOfEra = year - era * 400;
    const int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return qint64(era) * 146'097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719'468;
}

/// `8-4-4-4-12` hexadecimal digits.
[[nodiscard]] bool isUuid(const char *at, qsizetype size)
{
    if (size < 36 || at[8] != '-' || at[13] != '-' || at[18] != '-' || at[23] != '-')
        return false;
    for (int i = 0; i < 36; ++i) {
        const char c = at[i];
        if (!(isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-'))
            return false;
    }
    return true;
}

[[nodiscard]] double numberAfter(QByteArrayView text, QByteArrayView label)
{
    const qsizetype at = text.indexOf(label);
    double value = -1;
    if (at >= 0)
        std::from_chars(text.data() + at + label.size(), text.data() + text.size(), value);
    return value;
}

/// `Duration: 1.23 ms` and its neighbours, behind `REPORT RequestId: …`.
void readReport(LineFields &fields, QByteArrayView text)
{
    const qsizetype first = text.indexOf("\tDuration: ");
    if (first < 0)
        return;
    const QByteArrayView rest = text.sliced(first);
    fields.durationMs = numberAfter(rest, "\tDuration: ");
    fields.billedMs = qint64(numberAfter(rest, "Billed Duration: "));
    fields.memoryMiB = int(numberAfter(rest, "Memory Size: "));
    fields.maxMemoryMiB = int(numberAfter(rest, "Max Memory Used: "));
    fields.initMs = numberAfter(rest, "Init Duration: ");
}

/// `START RequestId: …` and its like; false for what the platform does not say.
[[nodiscard]] bool readPlatform(LineFields &fields, QByteArrayView text)
{
    struct Beginning {
        QByteArrayView word;
        LineKind kind;
    };
    static constexpr Beginning Known[] = {{"START RequestId: ", LineKind::Start}, {"END RequestId: ", LineKind::End}, {"REPORT RequestId: ", LineKind::Report}};
    for (const auto &[word, kind] : Known) {
        if (!text.startsWith(word))
            continue;
        fields.kind = kind;
        const QByteArrayView rest = text.sliced(word.size());
        if (isUuid(rest.data(), rest.size()))
            fields.requestId = rest.first(36);
        if (kind == LineKind::Report)
            readReport(fields, rest);
        return true;
    }
    if (text.startsWith("INIT_START ") || text.startsWith("INIT_REPORT ") || text.startsWith("RESTORE_START ") || text.startsWith("RESTORE_REPORT ")) {
        fields.kind = text.startsWith("INIT_START ") ? LineKind::InitStart : LineKind::Platform;
        if (text.startsWith("INIT_REPORT "))
            fields.initMs = numberAfter(text, "Init Duration: ");
        return true;
    }
    return false;
}

/// The word up to a tab, and the text behind it; nothing of the text when there is no tab within reach.
[[nodiscard]] QByteArrayView takeCell(QByteArrayView &text, qsizetype reach)
{
    const auto *tab = static_cast<const char *>(std::memchr(text.data(), '\t', size_t(std::min(reach, text.size()))));
    if (!tab)
        return {};
    const QByteArrayView cell = text.first(tab - text.data());
    text = text.sliced(cell.size() + 1);
    return cell;
}

/// What follows the time: `ID\tLEVEL\tmessage` of Node.js, `ID Task timed out …`, or what the platform says.
void readRest(LineFields &fields, QByteArrayView text)
{
    fields.text = text;
    if (readPlatform(fields, text))
        return;
    constexpr qsizetype LongestCell = 64;
    constexpr qsizetype LongestLevel = 10;
    const bool hasId = isUuid(text.data(), text.size());
    if (hasId) {
        fields.requestId = text.first(36);
        if (text.sliced(36).startsWith(" Task timed out")) {
            fields.kind = LineKind::TimedOut;
            fields.level = Level::Error;
            fields.text = text.sliced(37);
            return;
        }
    }
    // Before the first request there is a word in the id's place.
    QByteArrayView behind = text;
    const QByteArrayView id = takeCell(behind, LongestCell);
    if (id.isEmpty() || (hasId && id.size() != 36))
        return;
    QByteArrayView message = behind;
    const Level level = levelOf(takeCell(message, LongestLevel));
    if (level != Level::None) {
        fields.level = level;
        fields.text = message;
        if (id != "undefined")
            fields.requestId = id;
    } else if (hasId) {
        fields.text = behind;
    }
}

/// Walks through the members of a JSON line without taking it apart; only some are looked at.
class JsonScan
{
public:
    JsonScan(QByteArrayView line, LineFields &fields)
        : m_at(line.data())
        , m_end(line.data() + line.size())
        , m_fields(fields)
    {
    }

    void run()
    {
        int depth = 0;
        QByteArrayView key;
        while (m_at < m_end) {
            const char c = *m_at;
            if (c == '"') {
                const QByteArrayView text = string();
                if (m_at < m_end && *m_at == ':') {
                    ++m_at;
                    key = text;
                } else if (!key.isEmpty()) {
                    takeText(key, text, depth);
                    key = {};
                }
            } else if (c == '{' || c == '[') {
                ++depth;
                key = {};
                ++m_at;
            } else if (c == '}' || c == ']') {
                --depth;
                ++m_at;
            } else if (isDigit(c) && !key.isEmpty()) {
                double number = 0;
                m_at = std::from_chars(m_at, m_end, number).ptr;
                takeNumber(key, number);
                key = {};
            } else {
                ++m_at;
            }
        }
    }

private:
    /// The string that begins here, as it is written; stands behind it then.
    QByteArrayView string()
    {
        const char *begin = ++m_at;
        for (;;) {
            const auto *quote = static_cast<const char *>(std::memchr(m_at, '"', size_t(m_end - m_at)));
            if (!quote) {
                m_at = m_end;
                return QByteArrayView(begin, m_end);
            }
            qsizetype slashes = 0;
            while (quote - slashes > begin && *(quote - slashes - 1) == '\\')
                ++slashes;
            m_at = quote + 1;
            if (slashes % 2 == 0)
                return QByteArrayView(begin, quote);
        }
    }

    void takeText(QByteArrayView key, QByteArrayView text, int depth)
    {
        switch (key.size()) {
        case 4:
            if (key == "time" && depth == 1)
                takeTime(text);
            else if (key == "type" && depth == 1)
                takeType(text);
            break;
        case 5:
            if (key == "level" && depth == 1)
                m_fields.level = levelOf(text);
            break;
        case 7:
            if (key == "message" && depth == 1)
                m_fields.text = text;
            break;
        case 9:
            if (key == "timestamp" && depth == 1)
                takeTime(text);
            else if (key == "log_level" && depth == 1)
                m_fields.level = levelOf(text);
            else if (key == "requestId" && depth <= 2)
                m_fields.requestId = text;
            break;
        case 12:
            if (key == "AWSRequestId" && depth == 1)
                m_fields.requestId = text;
            else if (key == "functionName" && depth <= 2)
                m_fields.function = text;
            break;
        case 13:
            if (key == "function_name" && depth <= 2)
                m_fields.function = text;
            break;
        default: break;
        }
    }
    void takeTime(QByteArrayView text)
    {
        if (const auto time = timePrefix(text))
            m_fields.epochMs = time->epochMs;
    }
    void takeType(QByteArrayView type)
    {
        if (!type.startsWith("platform."))
            return;
        const QByteArrayView what = type.sliced(9);
        m_fields.kind = what == "report" ? LineKind::Report : what == "start" ? LineKind::Start : what == "initStart" ? LineKind::InitStart : what == "runtimeDone" ? LineKind::End : LineKind::Platform;
    }
    void takeNumber(QByteArrayView key, double number)
    {
        if (m_fields.kind == LineKind::Text) {
            if (key == "timestamp" && m_fields.epochMs < 0)
                m_fields.epochMs = qint64(number);
            return;
        }
        if (key == "durationMs")
            m_fields.durationMs = number;
        else if (key == "billedDurationMs")
            m_fields.billedMs = qint64(number);
        else if (key == "initDurationMs")
            m_fields.initMs = number;
        else if (key == "memorySizeMB")
            m_fields.memoryMiB = int(number);
        else if (key == "maxMemoryUsedMB")
            m_fields.maxMemoryMiB = int(number);
    }

    const char *m_at;
    const char *m_end;
    LineFields &m_fields;
};

/// `[INFO]\tTIME\tID\tmessage` of Python, and its `[ERROR] KeyError: …`.
[[nodiscard]] bool readPython(LineFields &fields, QByteArrayView line)
{
    constexpr qsizetype LongestMark = 10;
    const qsizetype mark = line.first(std::min(LongestMark, line.size())).indexOf("] ");
    if (mark > 0) {
        fields.level = levelOf(line.first(mark).sliced(1));
        if (fields.level != Level::None)
            fields.text = line.sliced(mark + 2);
        return fields.level != Level::None;
    }
    QByteArrayView rest = line;
    constexpr qsizetype LongestLevel = 12;
    const QByteArrayView cell = takeCell(rest, LongestLevel);
    if (cell.size() < 3 || !cell.endsWith(']'))
        return false;
    const Level level = levelOf(cell.sliced(1).chopped(1));
    const auto time = timePrefix(rest);
    if (level == Level::None || !time)
        return false;
    fields.level = level;
    fields.epochMs = time->epochMs;
    rest = rest.sliced(time->length);
    if (rest.startsWith('\t'))
        rest = rest.sliced(1);
    if (isUuid(rest.data(), rest.size())) {
        fields.requestId = rest.first(36);
        rest = rest.sliced(36);
    }
    fields.text = rest.startsWith('\t') ? rest.sliced(1) : rest;
    return true;
}

} // namespace

QString levelName(Level level)
{
    switch (level) {
    case Level::None: return {};
    case Level::Trace: return u"trace"_s;
    case Level::Debug: return u"debug"_s;
    case Level::Info: return u"info"_s;
    case Level::Warn: return u"warn"_s;
    case Level::Error: return u"error"_s;
    case Level::Fatal: return u"fatal"_s;
    }
    return {};
}

Level levelOf(QByteArrayView word)
{
    const auto is = [word](QByteArrayView name) { return word.size() == name.size() && qstrnicmp(word.data(), word.size(), name.data(), name.size()) == 0; };
    switch (word.size()) {
    case 3: return is("err") ? Level::Error : Level::None;
    case 4: return is("info") ? Level::Info : is("warn") ? Level::Warn : Level::None;
    case 5: return is("error") ? Level::Error : is("debug") ? Level::Debug : is("trace") ? Level::Trace : is("fatal") ? Level::Fatal : Level::None;
    case 6: return is("notice") ? Level::Info : Level::None;
    case 7: return is("warning") ? Level::Warn : is("verbose") ? Level::Debug : Level::None;
    case 8: return is("critical") ? Level::Fatal : Level::None;
    default: return Level::None;
    }
}

QString lineKindName(LineKind kind)
{
    switch (kind) {
    case LineKind::Text: return u"text"_s;
    case LineKind::InitStart: return u"initStart"_s;
    case LineKind::Start: return u"start"_s;
    case LineKind::End: return u"end"_s;
    case LineKind::Report: return u"report"_s;
    case LineKind::TimedOut: return u"timedOut"_s;
    case LineKind::Platform: return u"platform"_s;
    }
    return {};
}

std::optional<TimePrefix> timePrefix(QByteArrayView text)
{
    // `2026-11-26T10:00:00`, with a blank for the T, a fraction after a point or comma, and Z or an offset.
    constexpr qsizetype Whole = 19;
    const char *at = text.data();
    if (text.size() < Whole || at[4] != '-' || at[7] != '-' || (at[10] != 'T' && at[10] != ' ') || at[13] != ':' || at[16] != ':')
        return std::nullopt;
    const int year = digits(at, 4);
    const int month = digits(at + 5, 2);
    const int day = digits(at + 8, 2);
    const int hour = digits(at + 11, 2);
    const int minute = digits(at + 14, 2);
    const int second = digits(at + 17, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return std::nullopt;
    qint64 ms = ((daysOf(year, month, day) * 24 + hour) * 60 + minute) * 60'000LL + second * 1000LL;
    qsizetype length = Whole;
    if (length < text.size() && (at[length] == '.' || at[length] == ',')) {
        int scale = 100;
        ++length;
        while (length < text.size() && isDigit(at[length])) {
            ms += (at[length] - '0') * scale;
            scale /= 10;
            ++length;
        }
    }
    if (length < text.size() && at[length] == 'Z')
        return TimePrefix{ms, length + 1};
    if (length < text.size() && (at[length] == '+' || at[length] == '-')) {
        const int sign = at[length] == '+' ? -1 : 1;
        const bool colon = length + 5 < text.size() && at[length + 3] == ':';
        const qsizetype size = colon ? 6 : 5;
        if (length + size <= text.size()) {
            const int hours = digits(at + length + 1, 2);
            const int minutes = digits(at + length + (colon ? 4 : 3), 2);
            if (hours >= 0 && minutes >= 0)
                return TimePrefix{ms + sign * (hours * 60 + minutes) * 60'000LL, length + size};
        }
    }
    return TimePrefix{ms, length};
}

namespace {

/// Of a line as it was printed.
[[nodiscard]] LineFields printedFields(QByteArrayView line)
{
    LineFields fields;
    fields.printed = line;
    fields.text = line;
    if (line.isEmpty()) {
        fields.continues = true;
        return fields;
    }
    const char first = line.front();
    if (first == '{') {
        fields.isJson = true;
        JsonScan(line, fields).run();
        return fields;
    }
    if (first == '[' && readPython(fields, line))
        return fields;
    const auto time = isDigit(first) ? timePrefix(line) : std::nullopt;
    if (!time) {
        // What the platform says has no time where the runtime wrote the line itself.
        if (!readPlatform(fields, line))
            fields.continues = first == ' ' || first == '\t' || first == '}' || line.startsWith("Caused by: ") || line.startsWith("Traceback ");
        return fields;
    }
    fields.epochMs = time->epochMs;
    QByteArrayView rest = line.sliced(time->length);
    if (rest.startsWith('\t') || rest.startsWith(' '))
        rest = rest.sliced(1);
    // `2026/11/26/[$LATEST]0123…` stands before what is said in what the command line tails.
    constexpr qsizetype ShortestStream = 12;
    if (rest.size() > ShortestStream && rest.at(4) == '/' && rest.at(7) == '/' && rest.at(10) == '/' && rest.at(11) == '[') {
        const qsizetype end = rest.indexOf(' ');
        fields.stream = end < 0 ? rest : rest.first(end);
        rest = end < 0 ? QByteArrayView(rest.data() + rest.size(), qsizetype(0)) : rest.sliced(end + 1);
    }
    if (rest.startsWith('{')) {
        fields.isJson = true;
        fields.text = rest;
        const qint64 outer = fields.epochMs;
        JsonScan(rest, fields).run();
        if (fields.epochMs < 0)
            fields.epochMs = outer;
        return fields;
    }
    readRest(fields, rest);
    return fields;
}

/// `@TIME\tFUNCTION\tENVIRONMENT\tREQUEST\tF\tTEXT`, as the archive has it. What the text says of itself comes after that.
[[nodiscard]] bool readArchived(LineFields &fields, QByteArrayView line)
{
    const auto time = timePrefix(line.sliced(1));
    if (!time || line.size() < time->length + 2)
        return false;
    QByteArrayView rest = line.sliced(time->length + 2);
    const auto cell = [&rest] {
        const QByteArrayView text = takeCell(rest, rest.size());
        return text == "-" ? QByteArrayView() : text;
    };
    const QByteArrayView function = cell();
    const QByteArrayView stream = cell();
    const QByteArrayView request = cell();
    const QByteArrayView source = cell();
    if (source != "P" && source != "F")
        return false;
    fields = printedFields(rest);
    fields.isArchived = true;
    fields.epochMs = time->epochMs;
    fields.function = function;
    fields.stream = stream;
    if (!request.isEmpty())
        fields.requestId = request;
    if (source == "P" && fields.kind == LineKind::Text)
        fields.kind = LineKind::Platform;
    return true;
}

} // namespace

LineFields fieldsOf(QByteArrayView line)
{
    LineFields fields;
    // What was printed is not taken for an archive's line once more, whatever it looks like.
    return line.startsWith('@') && readArchived(fields, line) ? fields : printedFields(line);
}

} // namespace eph::logs
