// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/environment.h"

#include "core/logs/linefields.h"

#include <algorithm>

namespace eph::runtime {

namespace {

/// Whether the service keeps a line of a function that writes JSON: what does not tell its level and its time counts as INFO.
/// Source: Lambda developer guide, log-level filtering, November 2026.
bool isKept(const QByteArray &line, const QString &least)
{
    const logs::LineFields fields = logs::fieldsOf(line);
    const logs::Level level = fields.level != logs::Level::None && fields.epochMs >= 0 ? fields.level : logs::Level::Info;
    return !fields.isJson || level >= logs::levelOf(least.toLatin1());
}

} // namespace

QString endReasonText(EndReason reason)
{
    switch (reason) {
    case EndReason::CodeChanged: return Environment::tr("code changed");
    case EndReason::ConfigurationChanged: return Environment::tr("configuration changed");
    case EndReason::MadeCold: return Environment::tr("made cold");
    case EndReason::Idle: return Environment::tr("idle");
    case EndReason::OthersUsedMore: return Environment::tr("others are used more");
    case EndReason::InitFailed: return Environment::tr("init failed");
    case EndReason::InitTimedOut: return Environment::tr("init timed out");
    case EndReason::TimedOut: return Environment::tr("timed out");
    case EndReason::OutOfMemory: return Environment::tr("out of memory");
    case EndReason::Exited: return Environment::tr("exited");
    case EndReason::ExtensionFailed: return Environment::tr("an extension failed");
    case EndReason::ShutDown: return Environment::tr("shut down");
    }
    return {};
}

namespace {

/// A runtime that writes an event of several lines keeps them together with carriage returns.
QByteArray withLineEnds(QByteArray line)
{
    if (line.contains('\r'))
        std::replace(line.begin(), line.end() - 1, '\r', '\n');
    return line;
}

} // namespace

void Environment::takeOutput(const QByteArray &bytes)
{
    m_splitter.feed(bytes, [this](const QByteArray &line) { takeLine(withLineEnds(line), Telemetry::Source::Function); });
}

void Environment::flushOutput()
{
    m_splitter.flush([this](const QByteArray &line) { takeLine(withLineEnds(line), Telemetry::Source::Function); });
    m_extensionSplitter.flush([this](const QByteArray &line) { takeLine(line, Telemetry::Source::Extension); });
}

void Environment::takeLine(const QByteArray &line, Telemetry::Source source)
{
    m_extensions.telemetry().publish(source, line, m_config.jsonLogs);
    if (!m_config.jsonLogs || source == Telemetry::Source::Extension || isKept(line, m_config.logLevel))
        write(logs::Source::Function, line);
}

void Environment::write(logs::Source source, const QByteArray &text)
{
    if (m_current)
        m_current->log.append(text);
    m_surroundings.sink.append({m_surroundings.clock.epochMs(), source, m_config.name, m_config.version == QLatin1StringView("$LATEST") ? m_id : QString(u'[' + m_config.version + u']' + m_id), m_current ? requestId() : QByteArray(), text});
}

bool Environment::recordsEvents()
{
    return m_config.jsonLogs || m_extensions.telemetry().isWanted();
}

void Environment::tell(const platform::Event &event)
{
    m_extensions.telemetry().publish(event);
    if (!m_config.jsonLogs)
        return tellText(event.text);
    if (!event.record.isEmpty() && event.level >= platform::levelOf(m_config.systemLogLevel))
        write(logs::Source::Platform, platform::jsonLine(event, m_surroundings.clock.epochMs()));
}

void Environment::tellText(const QByteArray &text)
{
    if (!m_config.jsonLogs && !text.isEmpty())
        write(logs::Source::Platform, text);
}

void Environment::tellRuntimeDone(QByteArrayView status)
{
    // The text format has no line for it.
    if (std::exchange(m_current->runtimeDone, true) || !recordsEvents())
        return;
    Report report = m_current->invocation.report;
    if (report.durationMs <= 0)
        report.durationMs = std::round(msSince(m_current->began) * 100) / 100;
    tell(platform::runtimeDone(report, status, m_current->invocation.payload.size()));
}

void Environment::enter(LanePhase phase)
{
    if (!m_surroundings.lanes)
        return;
    m_surroundings.lanes->begin(m_id, m_config.name, phase, laneTimeMs(), phase == LanePhase::Invoke ? requestId() : QByteArray(), m_tenant);
}

double Environment::laneTimeMs() const
{
    return m_surroundings.epochBaseMs + std::chrono::duration<double, std::milli>(m_surroundings.clock.monotonic()).count();
}

} // namespace eph::runtime
