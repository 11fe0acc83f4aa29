// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/events/inputtransformer.h"

#include "core/base/text.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>
#include <algorithm>

namespace eph::events {

using namespace Qt::StringLiterals;

namespace {

/// `$`, `$.detail.name`, `$.detail.items[0]`, `$.detail['a name']`: the steps; nullopt for what is no such path.
[[nodiscard]] std::optional<QStringList> stepsOf(const QString &path)
{
    static const QRegularExpression step(uR"(\.([A-Za-z0-9_\-@]+)|\[(\d+)\]|\['([^']+)'\])"_s);
    if (!path.startsWith(u'$'))
        return std::nullopt;
    QStringList steps;
    qsizetype at = 1;
    while (at < path.size()) {
        const QRegularExpressionMatch match = step.match(path, at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
        if (!match.hasMatch())
            return std::nullopt;
        steps << (match.hasCaptured(1) ? match.captured(1) : match.hasCaptured(2) ? QString(u'#' + match.captured(2)) : match.captured(3));
        at = match.capturedEnd();
    }
    return steps;
}

[[nodiscard]] QJsonValue valueAt(const QJsonValue &root, const QString &path)
{
    QJsonValue value = root;
    const QStringList steps = stepsOf(path).value_or(QStringList());
    for (const QString &step : steps)
        value = step.startsWith(u'#') && value.isArray() ? value.toArray().at(step.mid(1).toInt()) : value.toObject().value(step);
    return value;
}

[[nodiscard]] QString json(const QJsonValue &value)
{
    const QByteArray list = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(list.sliced(1).chopped(1));
}

/// What stands for a value in a template.
[[nodiscard]] const QRegularExpression &placeholder()
{
    static const QRegularExpression form(u"<([A-Za-z0-9_.\\-]+)>"_s);
    return form;
}

[[nodiscard]] bool isJson(QStringView text)
{
    return QJsonDocument::fromJson('[' + text.toUtf8() + ']').array().size() == 1;
}

/// Whether the place is within quotes of the template.
[[nodiscard]] bool isQuoted(QStringView before)
{
    bool quoted = false;
    for (qsizetype i = 0; i < before.size(); ++i) {
        if (before.at(i) == u'\\')
            ++i;
        else if (before.at(i) == u'"')
            quoted = !quoted;
    }
    return quoted;
}

} // namespace

Result<InputTransformer> InputTransformer::fromTarget(const QJsonObject &target)
{
    const QJsonObject transformer = target.value("InputTransformer"_L1).toObject();
    InputTransformer made{target.value("Input"_L1).toString(), target.value("InputPath"_L1).toString(), {}, transformer.value("InputTemplate"_L1).toString()};
    if (int(!made.input.isEmpty()) + int(!made.inputPath.isEmpty()) + int(!made.inputTemplate.isEmpty()) > 1)
        return failure(ErrorCode::Invalid, u"Only one of Input, InputPath, or InputTransformer must be provided for target %1."_s.arg(target.value("Id"_L1).toString()));
    const QJsonObject paths = transformer.value("InputPathsMap"_L1).toObject();
    for (auto it = paths.begin(); it != paths.end(); ++it)
        made.paths.insert(it.key(), it.value().toString());
    if (const QString problem = made.templateProblem(); !problem.isEmpty())
        return failure(ErrorCode::Invalid, problem.arg(target.value("Id"_L1).toString()));
    const QStringList all = made.inputPath.isEmpty() ? made.paths.values() : made.paths.values() << made.inputPath;
    for (const QString &path : all) {
        if (!stepsOf(path))
            return failure(ErrorCode::Invalid, Core::tr("“%1” is no path into an event, such as $.detail.name.").arg(path));
    }
    return made;
}

QString InputTransformer::templateProblem() const
{
    static const QSet<QString> given{u"aws.events.rule-arn"_s, u"aws.events.rule-name"_s, u"aws.events.event"_s, u"aws.events.event.json"_s, u"aws.events.event.ingestion-time"_s};
    for (auto it = paths.begin(); it != paths.end(); ++it) {
        if (it.key().startsWith("aws"_L1, Qt::CaseInsensitive))
            return u"InputPathsMap for target %1 contains the reserved name "_s + it.key() + u'.';
    }
    QString filled;
    qsizetype at = 0;
    for (auto matches = placeholder().globalMatch(inputTemplate); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        if (!paths.contains(match.captured(1)) && !given.contains(match.captured(1)))
            return u"InputTemplate for target %1 contains invalid placeholder "_s + match.captured(1) + u'.';
        filled += QStringView(inputTemplate).sliced(at, match.capturedStart() - at) + u'0';
        at = match.capturedEnd();
    }
    filled += QStringView(inputTemplate).sliced(at);
    if (filled.isEmpty() || isJson(filled))
        return {};
    // Several texts, one in each line.
    const QList<QStringView> lines = QStringView(filled).split(u'\n', Qt::SkipEmptyParts);
    const bool isText = std::all_of(lines.begin(), lines.end(), [](QStringView line) { return line.trimmed().startsWith(u'"') && isJson(line.trimmed()); });
    return isText ? QString() : u"Invalid InputTemplate for target %1: it has to be JSON, with text in quotes."_s;
}

QString InputTransformer::textAt(const QByteArray &event, const QString &path)
{
    const QJsonValue value = valueAt(QJsonDocument::fromJson(event).object(), path);
    return value.isString() ? value.toString() : value.isUndefined() || value.isObject() ? QString() : json(value);
}

QByteArray InputTransformer::apply(const QByteArray &event, const Rule &rule) const
{
    if (!input.isEmpty())
        return input.toUtf8();
    if (inputPath.isEmpty() && inputTemplate.isEmpty())
        return event;
    const QJsonObject parsed = QJsonDocument::fromJson(event).object();
    if (!inputPath.isEmpty()) {
        const QJsonValue value = valueAt(parsed, inputPath);
        return value.isUndefined() ? QByteArray("{}") : json(value).toUtf8();
    }
    QString text;
    qsizetype at = 0;
    for (auto matches = placeholder().globalMatch(inputTemplate); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        const QString name = match.captured(1);
        text += QStringView(inputTemplate).sliced(at, match.capturedStart() - at);
        at = match.capturedEnd();
        if (name == "aws.events.event.json"_L1) {
            text += QString::fromUtf8(event);
            continue;
        }
        QJsonValue value(QJsonValue::Undefined);
        if (name == "aws.events.rule-name"_L1)
            value = rule.name;
        else if (name == "aws.events.rule-arn"_L1)
            value = rule.arn;
        else if (name == "aws.events.event"_L1) {
            QJsonObject bare = parsed;
            bare.remove("detail"_L1);
            value = bare;
        } else if (name == "aws.events.event.ingestion-time"_L1)
            value = rule.ingestionTime;
        else
            value = valueAt(parsed, paths.value(name));
        // What the event has not got leaves nothing behind.
        if (value.isUndefined())
            continue;
        const bool quoted = isQuoted(QStringView(inputTemplate).first(match.capturedStart()));
        text += value.isString() && quoted ? json(value).sliced(1).chopped(1) : json(value);
    }
    text += QStringView(inputTemplate).sliced(at);
    return text.toUtf8();
}

} // namespace eph::events
