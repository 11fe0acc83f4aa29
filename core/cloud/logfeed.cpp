// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/logfeed.h"

#include "core/base/account.h"
#include "core/base/text.h"
#include "core/cloud/functiongroups.h"
#include "core/events/gzip.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QThread>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto GatherFor = 200ms;
/// Of text, before it is packed: an event that calls a function later may have 1 MB.
constexpr qsizetype MostBytes = 256 * 1024;
constexpr qsizetype MostEvents = 10'000;
constexpr qsizetype MostEnvironments = 10'000;

} // namespace

LogFeed::LogFeed(const Surroundings &with)
    : m_with(with)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, qOverload<>(&LogFeed::handOn));
}

LogFeed::~LogFeed()
{
    m_with.logs.setListener(nullptr);
}

void LogFeed::start()
{
    m_with.logs.setListener([this](const logs::Line &line) { take(line); });
}

void LogFeed::take(const logs::Line &line)
{
    // What other threads say is the workbench's own.
    if (QThread::currentThread() != thread() || line.environment.isEmpty())
        return;
    // Whoever says something may hold on to the project: it is read again later.
    if (m_seen == m_with.catalogue.generation() && !m_speakers.contains(line.function))
        return;
    m_lines << line;
    m_bytes += line.text.size();
    if (m_bytes > MostBytes)
        m_timer.start(0ms);
    else if (!m_timer.isActive())
        m_timer.start(GatherFor);
}

void LogFeed::lookUp()
{
    const auto project = m_with.catalogue.project();
    if (project && m_seen != m_with.catalogue.generation()) {
        const QList<LogSubscription> all = logsubscriptions::declaredIn(**project) + logsubscriptions::madeIn(m_with.deployed.documents());
        const QMap<QString, QString> groups = all.isEmpty() ? QMap<QString, QString>() : groupsOfFunctions(m_with.catalogue, m_with.deployed);
        m_feeds.clear();
        m_speakers.clear();
        for (const LogSubscription &subscription : all) {
            const auto pattern = LogFilterPattern::parse(subscription.pattern);
            if (!pattern) {
                m_with.logs.append({m_with.clock.epochMs(), logs::Source::Platform, {}, {}, {}, Core::tr("The log subscription “%1” hands on nothing: %2").arg(subscription.name, pattern.error().message).toUtf8()});
                continue;
            }
            Feed feed{subscription, *pattern, {loggroups::archivedName(subscription.group)}};
            const QStringList functions = groups.keys(subscription.group);
            for (const QString &function : functions) {
                feed.isShared = feed.isShared || subscription.group != "/aws/lambda/"_L1 + function;
                if (function != project::functionNameOf(subscription.target))
                    feed.speakers.insert(function);
            }
            m_speakers.unite(feed.speakers);
            m_feeds << feed;
        }
    }
    // What cannot be read now says nothing of who is subscribed.
    m_seen = m_with.catalogue.generation();
}

void LogFeed::handOn()
{
    m_timer.stop();
    if (m_lines.isEmpty())
        return;
    const QList<logs::Line> lines = std::exchange(m_lines, {});
    m_bytes = 0;
    lookUp();
    for (Feed &feed : m_feeds)
        handOn(feed, lines);
}

void LogFeed::handOn(Feed &feed, const QList<logs::Line> &lines)
{
    QList<Batch> batches;
    for (const logs::Line &line : lines) {
        const QString message = QString::fromUtf8(line.text);
        if (!feed.speakers.contains(line.function) || !feed.pattern.matches(message))
            continue;
        const loggroups::Event event{streamOf(feed, line), line.epochMs, message};
        auto batch = std::find_if(batches.begin(), batches.end(), [&event](const Batch &one) { return one.stream == event.stream; });
        if (batch == batches.end())
            batch = batches.insert(batches.end(), Batch{event.stream});
        if (!batch->events.isEmpty() && (batch->bytes + line.text.size() > MostBytes || batch->events.size() == MostEvents))
            deliver(feed, std::exchange(*batch, Batch{event.stream}));
        batch->events.append(QJsonObject{{u"id"_s, feed.ids.of(event.epochMs, loggroups::EventIds::digestOf(event))}, {u"timestamp"_s, event.epochMs}, {u"message"_s, message}});
        batch->bytes += line.text.size();
    }
    for (const Batch &batch : std::as_const(batches))
        deliver(feed, batch);
}

void LogFeed::deliver(Feed &feed, const Batch &batch)
{
    const LogSubscription &subscription = feed.subscription;
    const QJsonObject message{{u"messageType"_s, u"DATA_MESSAGE"_s}, {u"owner"_s, LocalAccount}, {u"logGroup"_s, subscription.group}, {u"logStream"_s, batch.stream}, {u"subscriptionFilters"_s, QJsonArray{subscription.name}}, {u"logEvents"_s, batch.events}};
    const QByteArray packed = events::gzipped(QJsonDocument(message).toJson(QJsonDocument::Compact)).toBase64();
    if (m_with.router.deliver({subscription.group}, subscription.target, R"({"awslogs":{"data":")" + packed + R"("}})"))
        return;
    if (!std::exchange(feed.isRefused, true))
        m_with.logs.append({m_with.clock.epochMs(), logs::Source::Platform, {}, {}, {}, Core::tr("“%1” does not take what the log subscription “%2” has for it.").arg(subscription.target, subscription.name).toUtf8()});
}

QString LogFeed::streamOf(const Feed &feed, const logs::Line &line)
{
    if (line.function == loggroups::archivedName(feed.subscription.group))
        return loggroups::clientStream(line.environment);
    if (m_firstMs.size() > MostEnvironments)
        m_firstMs.clear();
    auto first = m_firstMs.find(line.environment);
    if (first == m_firstMs.end())
        first = m_firstMs.insert(line.environment, line.epochMs);
    return loggroups::streamName(feed.isShared ? line.function.toUtf8() : QByteArray(), line.environment.toUtf8(), *first);
}

} // namespace eph::cloud
