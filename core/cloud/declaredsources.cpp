// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/declaredsources.h"

#include "core/base/text.h"
#include "core/cloud/eventsources.h"
#include "core/events/eventpattern.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <algorithm>

namespace eph::cloud {

using namespace Qt::StringLiterals;

QString keptByTemplate(FunctionCatalogue &catalogue, QLatin1StringView type, const QString &name)
{
    const auto project = catalogue.project();
    const auto isMeant = [&](const project::SourceDeclaration &source) { return source.type == type && source.name == name; };
    const bool declared = project && std::any_of((*project)->eventSources.cbegin(), (*project)->eventSources.cend(), isMeant);
    return declared ? Core::tr("“%1” is declared by the project's template. Take it out there.").arg(name) : QString();
}

sources::QueueAttributes queueAttributes(const QJsonObject &properties)
{
    sources::QueueAttributes attributes;
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        if (it.key() == "QueueName"_L1 || it.key() == "Tags"_L1)
            continue;
        QJsonObject object = it.value().toObject();
        // The template's numbers are text.
        if (const QJsonValue receives = object.value("maxReceiveCount"_L1); receives.isString())
            object.insert(u"maxReceiveCount"_s, receives.toString().toInt());
        const QString text = it.value().isObject() ? QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact)) : it.value().toVariant().toString();
        attributes.insert(it.key(), text);
    }
    return attributes;
}

namespace {

const QLatin1StringView QueueType("AWS::SQS::Queue");

[[nodiscard]] Result<sources::QueueSettings> settingsOf(const project::SourceDeclaration &queue)
{
    sources::QueueAttributes attributes = queueAttributes(queue.properties);
    // What is not known here is no mistake.
    attributes.removeIf([](sources::QueueAttributes::iterator one) { return one->isEmpty() || one->contains("{{resolve:"_L1); });
    return sources::queueSettings(attributes);
}

[[nodiscard]] QString problemOf(const project::SourceDeclaration &queue, const project::Project &project)
{
    const auto settings = settingsOf(queue);
    if (!settings)
        return settings.error().message;
    static const QRegularExpression plainText(u"^[A-Za-z0-9_.-]+$"_s);
    const QString name = queue.properties.value("QueueName"_L1).toString();
    if (const auto named = sources::checkQueueName(name, settings->fifo); plainText.match(name).hasMatch() && !named)
        return named.error().message;
    for (const project::SourceDeclaration &other : project.eventSources) {
        const bool isDeadLetterQueue = other.type == QueueType && !settings->deadLetterQueue.isEmpty() && other.name == settings->deadLetterQueue;
        if (const auto theirs = isDeadLetterQueue ? settingsOf(other) : settings; theirs && theirs->fifo != settings->fifo)
            return u"Dead-letter queue must be same type of queue as the source."_s;
    }
    return {};
}

} // namespace

Findings sourceFindings(const project::Project &project)
{
    Findings findings;
    for (const project::SourceDeclaration &source : project.eventSources) {
        if (const QString problem = source.type == QueueType ? problemOf(source, project) : QString(); !problem.isEmpty())
            findings << Finding{Severity::Error, u"bad-queue"_s, Core::tr("The queue “%1” is refused: %2").arg(source.logicalId, problem), {}, source.location.file, source.location.line, source.location.column, "Resources."_L1 + source.logicalId + ".Properties"_L1};
    }
    for (const sources::Subscription &subscription : subscriptionsOf(project)) {
        const QString policy = subscription.attributes.value(u"FilterPolicy"_s);
        if (policy.isEmpty())
            continue;
        if (const auto pattern = events::EventPattern::parse(policy.toUtf8()); !pattern)
            findings << Finding{Severity::Error, u"bad-filter"_s, Core::tr("“%1” gets nothing: its filter policy is refused: %2").arg(subscription.id, pattern.error().message), Core::tr("Write each value as a list, such as store: [berlin]."), project.templateFile, 0, 0, {}};
    }
    return findings;
}

} // namespace eph::cloud
