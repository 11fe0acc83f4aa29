// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/requeststory.h"

#include "core/base/text.h"
#include "core/logs/logoverview.h"

#include <QJsonArray>
#include <QJsonObject>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QString outcomeText(runtime::Outcome outcome)
{
    using Outcome = runtime::Outcome;
    switch (outcome) {
    case Outcome::Answered: return Core::tr("answered");
    case Outcome::FunctionError: return Core::tr("the function failed");
    case Outcome::InitError: return Core::tr("the initialisation failed");
    case Outcome::TimedOut: return Core::tr("timed out");
    case Outcome::OutOfMemory: return Core::tr("out of memory");
    case Outcome::Exited: return Core::tr("the process ended");
    case Outcome::Throttled: return Core::tr("throttled");
    case Outcome::ResponseTooLarge: return Core::tr("the answer was too large");
    case Outcome::RecursiveLoop: return Core::tr("a recursive loop was stopped");
    }
    return {};
}

void readReport(RequestStory &story, const logs::LineFields &report, const logs::Line &line, const LineCost &cost)
{
    story.durationMs = report.durationMs;
    story.initMs = report.initMs;
    story.billedMs = report.billedMs;
    story.memoryMiB = report.memoryMiB;
    story.maxMemoryMiB = report.maxMemoryMiB;
    story.cost = cost.of(report, line.function);
}

} // namespace

QString originText(const runtime::Origin &origin)
{
    using Kind = runtime::OriginKind;
    switch (origin.kind) {
    case Kind::Direct: return Core::tr("called directly");
    case Kind::HttpApi:
    case Kind::RestApi: return origin.name;
    case Kind::LoadBalancer: return Core::tr("load balancer %1").arg(origin.name);
    case Kind::WebSocket: return Core::tr("WebSocket route %1").arg(origin.name);
    case Kind::FunctionUrl: return Core::tr("function URL %1").arg(origin.name);
    case Kind::Authorizer: return Core::tr("authorizer of %1").arg(origin.name);
    case Kind::Scheduler:
    case Kind::ScheduledRule: return Core::tr("schedule %1").arg(origin.name);
    case Kind::WarmUp: return Core::tr("kept warm");
    case Kind::Queue: return Core::tr("queue %1").arg(origin.name);
    case Kind::Stream: return Core::tr("stream %1").arg(origin.name);
    case Kind::Event: return Core::tr("event of %1").arg(origin.name);
    case Kind::Trial: return Core::tr("measurement");
    }
    return {};
}

RequestStory storyOf(const QByteArray &requestId, const QList<logs::Line> &lines, const LineCost &cost, const RecentInvocations &recent)
{
    RequestStory story;
    story.requestId = requestId;
    for (const logs::Line &line : lines) {
        if (line.requestId != requestId)
            continue;
        story.lines << line;
        if (story.startedMs < 0)
            story.startedMs = line.epochMs;
        if (story.function.isEmpty())
            story.function = line.function;
        if (story.environment.isEmpty())
            story.environment = line.environment;
        const logs::LineFields fields = logs::fieldsOf(line.text);
        if (fields.kind == logs::LineKind::Report) {
            readReport(story, fields, line, cost);
            story.failed = logs::gravityOf(fields, line.text) == logs::Gravity::Bad;
            story.outcome = story.failed ? Core::tr("failed") : Core::tr("ended");
        }
    }
    const auto ended = recent.find(requestId);
    if (!ended)
        return story;
    story.isRecent = true;
    story.function = ended->config.name;
    story.environment = ended->report.environment;
    story.startedMs = ended->startedEpochMs;
    story.origin = originText(ended->origin);
    story.outcome = outcomeText(ended->outcome);
    story.failed = ended->outcome != runtime::Outcome::Answered;
    story.event = ended->event;
    story.answer = ended->answer;
    const QList<runtime::EndedInvocation> trace = recent.ofTrace(ended->traceRoot);
    for (const runtime::EndedInvocation &one : trace)
        story.trace.append({one.report.requestId, one.config.name, originText(one.origin), one.startedEpochMs, one.report.initMs.value_or(0), one.report.durationMs, one.outcome != runtime::Outcome::Answered});
    return story;
}

QJsonObject toJson(const RequestStory &story)
{
    QJsonArray lines;
    for (const logs::Line &line : story.lines)
        lines.append(QJsonObject{{u"epochMs"_s, line.epochMs}, {u"text"_s, QString::fromUtf8(line.text).replace(u'\v', u'\n')}});
    QJsonObject json{{u"requestId"_s, QString::fromLatin1(story.requestId)}, {u"function"_s, story.function}, {u"environment"_s, story.environment}, {u"outcome"_s, story.outcome}, {u"failed"_s, story.failed}, {u"lines"_s, lines}};
    const auto number = [&json](const QString &name, double value) {
        if (value >= 0)
            json.insert(name, value);
    };
    number(u"startedMs"_s, double(story.startedMs));
    number(u"durationMs"_s, story.durationMs);
    number(u"initMs"_s, story.initMs);
    number(u"billedMs"_s, double(story.billedMs));
    number(u"memoryMiB"_s, story.memoryMiB);
    number(u"maxMemoryMiB"_s, story.maxMemoryMiB);
    if (story.cost)
        json.insert(u"costUsd"_s, story.cost->exact());
    return json;
}

} // namespace eph::services
