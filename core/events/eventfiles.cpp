// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/events/eventfiles.h"

#include "core/base/text.h"

#include <QDir>
#include <QDirIterator>
#include <QRegularExpression>
#include <QSaveFile>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace eph::events {

namespace {

using namespace Qt::StringLiterals;

constexpr int MaxDepth = 500;

/// Deepest nesting, strings left out; a parser that recurses must not see more than it can take.
int nesting(const QByteArray &json)
{
    int depth = 0;
    int deepest = 0;
    bool inString = false;
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return deepest;
}

/// Half of a pair in a text, as escaped, is a fine event to the service and to its runtimes, and no text to this parser: something as long
/// takes its place.
QByteArray withoutLoneSurrogates(QByteArray json)
{
    const auto codeAt = [&json](qsizetype at) {
        bool fine = false;
        const uint code = at + 6 <= json.size() && json[at] == '\\' && json[at + 1] == 'u' ? json.mid(at + 2, 4).toUInt(&fine, 16) : 0;
        return fine ? char16_t(code) : u'\0';
    };
    for (qsizetype at = json.indexOf('\\'); at >= 0; at = json.indexOf('\\', at)) {
        const bool isPair = QChar::isHighSurrogate(codeAt(at)) && QChar::isLowSurrogate(codeAt(at + 6));
        if (!isPair && QChar::isSurrogate(codeAt(at)))
            json.replace(at + 2, 4, "fffd");
        at += isPair ? 12 : 2;
    }
    return json;
}

std::optional<JsonProblem> problemIn(const QByteArray &json)
{
    struct Checker final : nlohmann::json_sax<nlohmann::json> {
        std::optional<JsonProblem> problem;
        bool null() override { return true; }
        bool boolean(bool) override { return true; }
        bool number_integer(number_integer_t) override { return true; }
        bool number_unsigned(number_unsigned_t) override { return true; }
        bool number_float(number_float_t, const string_t &) override { return true; }
        bool string(string_t &) override { return true; }
        bool binary(binary_t &) override { return true; }
        bool start_object(std::size_t) override { return true; }
        bool key(string_t &) override { return true; }
        bool end_object() override { return true; }
        bool start_array(std::size_t) override { return true; }
        bool end_array() override { return true; }
        bool parse_error(std::size_t position, const std::string &, const nlohmann::detail::exception &error) override
        {
            QString text = QString::fromUtf8(error.what());
            // The library's sentence without its number and position.
            if (const qsizetype colon = text.indexOf(": "_L1); colon >= 0)
                text = text.mid(colon + 2);
            // Nor what was being parsed, nor what was read last, which may be the whole text: the place is marked.
            static const QRegularExpression lastRead(u"; last read: '.*'(?=;|$)"_s, QRegularExpression::DotMatchesEverythingOption);
            text.remove(lastRead);
            if (const qsizetype dash = text.indexOf(" - "_L1); text.startsWith("syntax error"_L1) && dash >= 0)
                text = text.mid(dash + 3);
            if (text.endsWith("; expected end of input"_L1))
                text = Core::tr("nothing may follow the end of the value");
            problem = JsonProblem{text, std::max<qsizetype>(0, qsizetype(position) - 1)};
            return false;
        }
    };
    Checker checker;
    nlohmann::json::sax_parse(json.cbegin(), json.cend(), &checker);
    // The library takes a NUL byte for the end of the text.
    if (const qsizetype nul = json.indexOf('\0'); nul >= 0 && !checker.problem)
        return JsonProblem{Core::tr("a NUL byte"), nul};
    return checker.problem;
}

} // namespace

QList<EventFile> listEvents(const QString &eventsFolder)
{
    QList<EventFile> found;
    const QDir root(eventsFolder);
    QDirIterator files(eventsFolder, {u"*.json"_s}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        found << EventFile{root.relativeFilePath(path), path};
    }
    std::sort(found.begin(), found.end(), [](const EventFile &a, const EventFile &b) { return a.name < b.name; });
    return found;
}

QList<EventFile> eventsNamedAfter(const QString &eventsFolder, const QString &function)
{
    QList<EventFile> files = listEvents(eventsFolder);
    files.removeIf([&](const EventFile &file) { return !file.name.section(QLatin1Char('/'), -1).startsWith(function, Qt::CaseInsensitive); });
    return files;
}

Result<EventFile> saveEvent(const QString &eventsFolder, const QString &name, const QByteArray &json)
{
    QString fileName = QDir::cleanPath(name.trimmed());
    if (!fileName.endsWith(".json"_L1))
        fileName += ".json"_L1;
    if (fileName == ".json"_L1 || fileName.startsWith(u'/') || fileName.startsWith(".."_L1))
        return failure(ErrorCode::Invalid, Core::tr("“%1” is no name for an event.").arg(name), Core::tr("Use letters, digits and dashes, such as new-order."));
    const QString path = eventsFolder + u'/' + fileName;
    QDir().mkpath(QFileInfo(path).path());
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(json) != json.size() || !file.commit())
        return failure(ErrorCode::Io, Core::tr("The event “%1” could not be saved: %2.").arg(fileName, file.errorString()), Core::tr("Check that the project's folder can be written and the disk has room."));
    return EventFile{fileName, path};
}

std::optional<JsonProblem> checkJson(const QByteArray &json)
{
    if (nesting(json) > MaxDepth)
        return JsonProblem{Core::tr("nested more than %1 levels deep").arg(MaxDepth), 0};
    const auto problem = problemIn(json);
    return problem && json.contains("\\u") ? problemIn(withoutLoneSurrogates(json)) : problem;
}

QByteArray prettyJson(const QByteArray &json)
{
    if (checkJson(json))
        return json;
    QByteArray out;
    int depth = 0;
    const auto newLine = [&] { out += '\n' + QByteArray(2 * depth, ' '); };
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '"') {
            const qsizetype start = i;
            for (++i; json[i] != '"'; ++i)
                i += json[i] == '\\';
            out += json.mid(start, i - start + 1);
        } else if (c == '{' || c == '[') {
            qsizetype next = i + 1;
            while (isspace(uchar(json[next])))
                ++next;
            out += c;
            if (json[next] == '}' || json[next] == ']') {
                out += json[next];
                i = next;
            } else {
                ++depth;
                newLine();
            }
        } else if (c == '}' || c == ']') {
            --depth;
            newLine();
            out += c;
        } else if (c == ',') {
            out += c;
            newLine();
        } else if (c == ':') {
            out += ": ";
        } else if (!isspace(uchar(c))) {
            out += c;
        }
    }
    return out;
}

} // namespace eph::events
