// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/stackframes.h"

#include "core/base/text.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QUrl>

namespace eph::services {

using namespace Qt::StringLiterals;

std::optional<ErrorDetails> parseError(const QByteArray &payload)
{
    const QJsonObject object = QJsonDocument::fromJson(payload).object();
    if (!object.contains("errorMessage"_L1) && !object.contains("errorType"_L1))
        return std::nullopt;
    ErrorDetails details{object.value("errorType"_L1).toString(), object.value("errorMessage"_L1).toString(), {}};
    const QJsonArray frames = object.value(object.contains("trace"_L1) ? "trace"_L1 : "stackTrace"_L1).toArray();
    for (const auto &frame : frames) {
        const QStringList lines = frame.toString().split(u'\n', Qt::SkipEmptyParts);
        for (const QString &line : lines)
            details.trace << line;
    }
    return details;
}

std::optional<Finding> loadFinding(const QString &function, const QByteArray &payload, const QString &projectFolder)
{
    const auto details = parseError(payload);
    if (!details)
        return std::nullopt;
    for (const QString &line : details->trace) {
        const auto place = placeIn(line);
        if (place && place->file.startsWith(projectFolder + u'/'))
            return Finding{Severity::Error, u"cannot-be-loaded"_s, Core::tr("“%1” could not be loaded: %2.").arg(function, details->message.section(u'\n', 0, 0)), Core::tr("This is from its last start; it goes once the file is saved, or the function runs."), place->file, place->line, place->column, {}};
    }
    return std::nullopt;
}

std::optional<CodePlace> placeIn(const QString &line)
{
    static const QRegularExpression node(u"(?:\\(|at |^)((?:file://)?/[^():]+):(\\d+)(?::(\\d+))?\\)?"_s);
    static const QRegularExpression python(u"File \"([^\"]+)\",? [Ll]ine (\\d+)"_s);
    if (const auto match = python.match(line); match.hasMatch())
        return CodePlace{match.captured(1), match.captured(2).toInt(), 0};
    if (const auto match = node.match(line); match.hasMatch()) {
        const QString file = match.captured(1);
        return CodePlace{file.startsWith("file://"_L1) ? QUrl(file).toLocalFile() : file, match.captured(2).toInt(), match.captured(3).toInt()};
    }
    return std::nullopt;
}

} // namespace eph::services
