// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/schedulerapi.h"

#include "core/base/account.h"
#include "core/base/text.h"
#include "core/cloud/constraints.h"
#include "core/cloud/deployedschedules.h"
#include "core/cloud/functionnames.h"
#include "core/cloud/paging.h"
#include "core/cloud/resourcetags.h"

#include <QJsonArray>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

const QString TagsKind = u"schedule-tags"_s;

const QString DefaultGroup = u"default"_s;
constexpr auto GroupType = "AWS::Scheduler::ScheduleGroup"_L1;
const QString NamePattern = u"[0-9a-zA-Z-_.]+"_s;
/// All that a schedule may say; an update replaces all of it.
const QStringList Members{u"ScheduleExpression"_s, u"ScheduleExpressionTimezone"_s, u"FlexibleTimeWindow"_s, u"Target"_s, u"StartDate"_s, u"EndDate"_s, u"State"_s, u"Description"_s, u"ActionAfterCompletion"_s, u"KmsKeyArn"_s};

[[nodiscard]] tl::unexpected<ApiError> invalid(const QString &message)
{
    return tl::unexpected(ApiError{400, "ValidationException", message});
}

[[nodiscard]] tl::unexpected<ApiError> missing(const QString &what)
{
    return tl::unexpected(ApiError{404, "ResourceNotFoundException", what + u" does not exist."_s});
}

[[nodiscard]] ApiError ofTemplate(const QString &schedule)
{
    return {409, "ConflictException", Core::tr("The schedule “%1” is declared by the project's template. Change it there.").arg(schedule)};
}

[[nodiscard]] std::optional<ApiError> memberError(const QString &name, const QJsonObject &input)
{
    const QJsonObject window = input.value("FlexibleTimeWindow"_L1).toObject();
    const QJsonObject target = input.value("Target"_L1).toObject();
    const QJsonObject retries = target.value("RetryPolicy"_L1).toObject();
    Constraints constraints;
    constraints.length(u"name"_s, name, 1, 64).pattern(u"name"_s, name, NamePattern)
        .required(u"scheduleExpression"_s, input.value("ScheduleExpression"_L1)).length(u"scheduleExpression"_s, input.value("ScheduleExpression"_L1), 1, 256)
        .required(u"flexibleTimeWindow"_s, input.value("FlexibleTimeWindow"_L1)).required(u"target"_s, input.value("Target"_L1))
        .length(u"scheduleExpressionTimezone"_s, input.value("ScheduleExpressionTimezone"_L1), 1, 50).length(u"description"_s, input.value("Description"_L1), 0, 512)
        .oneOf(u"flexibleTimeWindow.mode"_s, window.value("Mode"_L1), {u"OFF"_s, u"FLEXIBLE"_s}).range(u"flexibleTimeWindow.maximumWindowInMinutes"_s, window.value("MaximumWindowInMinutes"_L1), 1, LongestFlexibleMinutes)
        .oneOf(u"state"_s, input.value("State"_L1), {u"ENABLED"_s, u"DISABLED"_s}).oneOf(u"actionAfterCompletion"_s, input.value("ActionAfterCompletion"_L1), {u"NONE"_s, u"DELETE"_s})
        .range(u"target.retryPolicy.maximumRetryAttempts"_s, retries.value("MaximumRetryAttempts"_L1), 0, 185).range(u"target.retryPolicy.maximumEventAgeInSeconds"_s, retries.value("MaximumEventAgeInSeconds"_L1), 60, 86'400);
    if (input.contains("Target"_L1))
        constraints.required(u"target.arn"_s, target.value("Arn"_L1)).required(u"target.roleArn"_s, target.value("RoleArn"_L1)).pattern(u"target.roleArn"_s, target.value("RoleArn"_L1), u"arn:aws[a-z-]*:iam::\\d{12}:role\\/[\\w+=,.@\\/-]+"_s);
    return constraints.error();
}

[[nodiscard]] RestReply inPages(const QString &member, const QJsonArray &all, const RestCall &call)
{
    constexpr qsizetype MostAtOnce = 100;
    const QString asked = call.queryValue(u"MaxResults"_s);
    const qsizetype limit = asked.isEmpty() ? MostAtOnce : asked.toLongLong();
    if (const auto error = Constraints().range(u"maxResults"_s, limit, 1, MostAtOnce).error())
        return tl::unexpected(*error);
    const auto page = pageOf(all, limit, call.queryValue(u"NextToken"_s));
    if (!page)
        return invalid(u"Invalid NextToken."_s);
    QJsonObject answer{{member, page->items}};
    if (!page->next.isEmpty())
        answer.insert(u"NextToken"_s, page->next);
    return RestAnswer{200, answer};
}

} // namespace

SchedulerApi::SchedulerApi(FunctionCatalogue &catalogue, DeployedFunctions &deployed)
    : m_catalogue(catalogue)
    , m_deployed(deployed)
{
}

void SchedulerApi::addTo(RestRoutes &routes)
{
    routes.add("POST", "/schedules/{Name}", [this](const RestCall &call) { return put(call, true); });
    routes.add("PUT", "/schedules/{Name}", [this](const RestCall &call) { return put(call, false); });
    routes.add("GET", "/schedules/{Name}", [this](const RestCall &call) { return get(call); });
    routes.add("DELETE", "/schedules/{Name}", [this](const RestCall &call) { return remove(call); });
    routes.add("GET", "/schedules", [this](const RestCall &call) { return list(call); });
    routes.add("POST", "/schedule-groups/{Name}", [this](const RestCall &call) { return createGroup(call); });
    routes.add("GET", "/schedule-groups/{Name}", [this](const RestCall &call) { return getGroup(call); });
    routes.add("DELETE", "/schedule-groups/{Name}", [this](const RestCall &call) { return removeGroup(call); });
    routes.add("GET", "/schedule-groups", [this](const RestCall &call) { return listGroups(call); });
    for (const QByteArray method : {"GET", "POST", "DELETE"})
        routes.add(method, "/tags/{ResourceArn}", [this](const RestCall &call) { return tag(call); });
}

QString SchedulerApi::arnOf(const QString &group, const QString &name) const
{
    return u"arn:aws:scheduler:%1:%2:schedule/%3/%4"_s.arg(m_catalogue.region(), LocalAccount, group, name);
}

bool SchedulerApi::groupExists(const QString &group) const
{
    if (group == DefaultGroup || m_deployed.documents().find({kinds::ScheduleGroup, {}, group}))
        return true;
    const auto project = m_catalogue.project();
    return project && (*project)->group(GroupType, group);
}

RestReply SchedulerApi::put(const RestCall &call, bool creates)
{
    const QString name = call.path.value(u"Name"_s);
    const QString group = call.input.value("GroupName"_L1).toString(DefaultGroup);
    if (const auto error = memberError(name, call.input))
        return tl::unexpected(*error);
    if (!groupExists(group))
        return missing(u"Schedule group %1"_s.arg(group));
    const account::DocumentKey key{kinds::Schedule, group, name};
    const QJsonObject *present = m_deployed.documents().find(key);
    if (creates && present)
        return tl::unexpected(ApiError{409, "ConflictException", u"Schedule %1 already exists."_s.arg(name)});
    if (!present && declaredSchedule(group, name))
        return tl::unexpected(ofTemplate(name));
    if (!creates && !present)
        return missing(u"Schedule %1"_s.arg(name));
    const double now = double(m_deployed.clock().epochMs()) / 1000;
    QJsonObject schedule{{u"Name"_s, name}, {u"GroupName"_s, group}, {u"Arn"_s, arnOf(group, name)}, {u"State"_s, u"ENABLED"_s}, {u"ScheduleExpressionTimezone"_s, u"UTC"_s}, {u"ActionAfterCompletion"_s, u"NONE"_s},
                         {u"CreationDate"_s, present ? present->value("CreationDate"_L1) : QJsonValue(now)}, {u"LastModificationDate"_s, now}};
    for (const QString &member : Members) {
        if (call.input.contains(member))
            schedule.insert(member, call.input.value(member));
    }
    QJsonObject target = schedule.value("Target"_L1).toObject();
    if (!target.contains("RetryPolicy"_L1))
        target.insert(u"RetryPolicy"_s, QJsonObject{{u"MaximumEventAgeInSeconds"_s, 86'400}, {u"MaximumRetryAttempts"_s, 185}});
    schedule.insert(u"Target"_s, target);
    const QString service = target.value("Arn"_L1).toString().section(u':', 2, 2);
    if (service != "lambda"_L1 && service != "sqs"_L1 && service != "sns"_L1)
        return invalid(Core::tr("Targets here are functions, queues and topics, not %1.").arg(target.value("Arn"_L1).toString()));
    const ProjectSchedule read = deployedSchedule(group, schedule);
    if (!read.expression)
        return invalid(u"Invalid Schedule Expression %1."_s.arg(read.text));
    if (!read.zone)
        return invalid(u"Invalid timezone %1."_s.arg(read.zoneName));
    if (!read.problem.isEmpty())
        return invalid(read.problem);
    return written(m_deployed.documents().put(key, schedule), {200, {{u"ScheduleArn"_s, arnOf(group, name)}}});
}

RestReply SchedulerApi::get(const RestCall &call)
{
    const QString group = call.query.hasQueryItem(u"groupName"_s) ? call.queryValue(u"groupName"_s) : DefaultGroup;
    const QString name = call.path.value(u"Name"_s);
    const QJsonObject *schedule = m_deployed.documents().find({kinds::Schedule, group, name});
    if (schedule)
        return RestAnswer{200, *schedule};
    const auto declared = declaredSchedule(group, name);
    return declared ? RestReply(RestAnswer{200, *declared}) : missing(u"Schedule %1"_s.arg(name));
}

std::optional<QJsonObject> SchedulerApi::declaredSchedule(const QString &group, const QString &name)
{
    const QList<QJsonObject> declared = declaredSchedules();
    const auto found = std::find_if(declared.begin(), declared.end(), [&](const QJsonObject &each) { return each.value("Name"_L1) == name && each.value("GroupName"_L1) == group; });
    return found == declared.end() ? std::nullopt : std::optional(*found);
}

QList<QJsonObject> SchedulerApi::declaredSchedules()
{
    QList<QJsonObject> told;
    const auto project = m_catalogue.project();
    const QList<ProjectSchedule> all = project ? schedulesOf(**project) : QList<ProjectSchedule>();
    for (const ProjectSchedule &schedule : all) {
        if (schedule.dialect != schedule::Dialect::EventBridgeScheduler)
            continue;
        QJsonObject window{{u"Mode"_s, schedule.flexibleWindow.count() > 0 ? u"FLEXIBLE"_s : u"OFF"_s}};
        if (schedule.flexibleWindow.count() > 0)
            window.insert(u"MaximumWindowInMinutes"_s, qint64(schedule.flexibleWindow.count() / 60));
        const QString function = u"arn:aws:lambda:%1:%2:function:%3"_s.arg(m_catalogue.region(), LocalAccount, schedule.function);
        QJsonObject target{{u"Arn"_s, schedule.target.isEmpty() ? function : schedule.target}, {u"RetryPolicy"_s, QJsonObject{{u"MaximumEventAgeInSeconds"_s, qint64(schedule.maxAge.count())}, {u"MaximumRetryAttempts"_s, schedule.maxRetries}}}};
        if (!schedule.input.isEmpty())
            target.insert(u"Input"_s, QString::fromUtf8(schedule.input));
        if (!schedule.messageGroup.isEmpty())
            target.insert(u"SqsParameters"_s, QJsonObject{{u"MessageGroupId"_s, schedule.messageGroup}});
        if (!schedule.deadLetter.isEmpty())
            target.insert(u"DeadLetterConfig"_s, QJsonObject{{u"Arn"_s, schedule.deadLetter}});
        told << QJsonObject{{u"Name"_s, schedule.name}, {u"GroupName"_s, schedule.group}, {u"Arn"_s, arnOf(schedule.group, schedule.name)}, {u"State"_s, schedule.enabled ? u"ENABLED"_s : u"DISABLED"_s},
                            {u"ScheduleExpression"_s, schedule.text}, {u"ScheduleExpressionTimezone"_s, schedule.zoneName}, {u"FlexibleTimeWindow"_s, window}, {u"Target"_s, target}};
    }
    return told;
}

RestReply SchedulerApi::remove(const RestCall &call)
{
    const QString group = call.query.hasQueryItem(u"groupName"_s) ? call.queryValue(u"groupName"_s) : DefaultGroup;
    const account::DocumentKey key{kinds::Schedule, group, call.path.value(u"Name"_s)};
    if (!m_deployed.documents().find(key))
        return declaredSchedule(group, key.name) ? RestReply(tl::unexpected(ofTemplate(key.name))) : missing(u"Schedule %1"_s.arg(key.name));
    return written(m_deployed.documents().remove(key), {200, {}});
}

RestReply SchedulerApi::list(const RestCall &call)
{
    const QString group = call.queryValue(u"ScheduleGroup"_s);
    const QString prefix = call.queryValue(u"NamePrefix"_s);
    const QString state = call.queryValue(u"State"_s);
    QJsonArray schedules;
    QList<QJsonObject> all = declaredSchedules();
    const auto made = m_deployed.documents().all(kinds::Schedule);
    for (const auto &[key, schedule] : made)
        all << schedule;
    for (const QJsonObject &schedule : std::as_const(all)) {
        if ((!group.isEmpty() && schedule.value("GroupName"_L1).toString() != group) || !schedule.value("Name"_L1).toString().startsWith(prefix) || (!state.isEmpty() && schedule.value("State"_L1).toString() != state))
            continue;
        QJsonObject one{{u"Target"_s, QJsonObject{{u"Arn"_s, schedule.value("Target"_L1).toObject().value("Arn"_L1)}}}};
        for (const QString &member : {u"Arn"_s, u"Name"_s, u"GroupName"_s, u"State"_s, u"CreationDate"_s, u"LastModificationDate"_s})
            one.insert(member, schedule.value(member));
        schedules.append(one);
    }
    return inPages(u"Schedules"_s, schedules, call);
}

QJsonObject SchedulerApi::groupOf(const QString &name) const
{
    const QJsonObject *made = m_deployed.documents().find({kinds::ScheduleGroup, {}, name});
    return made ? *made : QJsonObject{{u"Name"_s, name}, {u"Arn"_s, u"arn:aws:scheduler:%1:%2:schedule-group/%3"_s.arg(m_catalogue.region(), LocalAccount, name)}, {u"State"_s, u"ACTIVE"_s}};
}

RestReply SchedulerApi::createGroup(const RestCall &call)
{
    const QString name = call.path.value(u"Name"_s);
    if (const auto error = Constraints().length(u"name"_s, name, 1, 64).pattern(u"name"_s, name, NamePattern).error())
        return tl::unexpected(*error);
    if (groupExists(name))
        return tl::unexpected(ApiError{409, "ConflictException", u"Schedule group %1 already exists."_s.arg(name)});
    QJsonObject group = groupOf(name);
    const double now = double(m_deployed.clock().epochMs()) / 1000;
    group.insert(u"CreationDate"_s, now);
    group.insert(u"LastModificationDate"_s, now);
    if (const QJsonArray tags = call.input.value("Tags"_L1).toArray(); !tags.isEmpty()) {
        if (const auto tagged = ResourceTags(m_deployed.documents(), TagsKind).add(group.value("Arn"_L1).toString(), tagMap(tags)); !tagged)
            return written(tagged, {});
    }
    return written(m_deployed.documents().put({kinds::ScheduleGroup, {}, name}, group), {200, {{u"ScheduleGroupArn"_s, group.value("Arn"_L1)}}});
}

RestReply SchedulerApi::tag(const RestCall &call)
{
    // Of all that it has, groups alone take tags.
    const QString arn = call.path.value(u"ResourceArn"_s);
    const QString name = arn.section(u":schedule-group/"_s, 1);
    if (name.isEmpty() || !groupExists(name))
        return missing(u"Schedule group %1"_s.arg(name.isEmpty() ? arn : name));
    ResourceTags tags(m_deployed.documents(), TagsKind);
    if (call.request.method == "GET")
        return RestAnswer{200, {{u"Tags"_s, tagList(tags.of(arn))}}};
    if (call.request.method == "POST")
        return written(tags.add(arn, tagMap(call.input.value("Tags"_L1).toArray())), {200, {}});
    return written(tags.remove(arn, QJsonArray::fromStringList(call.query.allQueryItemValues(u"TagKeys"_s, QUrl::FullyDecoded))), {200, {}});
}

RestReply SchedulerApi::getGroup(const RestCall &call)
{
    const QString name = call.path.value(u"Name"_s);
    return groupExists(name) ? RestReply(RestAnswer{200, groupOf(name)}) : missing(u"Schedule group %1"_s.arg(name));
}

RestReply SchedulerApi::removeGroup(const RestCall &call)
{
    const QString name = call.path.value(u"Name"_s);
    if (name == DefaultGroup)
        return invalid(u"The default schedule group cannot be deleted."_s);
    if (!groupExists(name))
        return missing(u"Schedule group %1"_s.arg(name));
    if (!m_deployed.documents().find({kinds::ScheduleGroup, {}, name}))
        return invalid(Core::tr("The schedule group “%1” is declared by the project's template. Change it there.").arg(name));
    // Its schedules go with it.
    QList<account::DocumentStore::Change> changes{{{kinds::ScheduleGroup, {}, name}, std::nullopt}, ResourceTags(m_deployed.documents(), TagsKind).removal(groupOf(name).value("Arn"_L1).toString())};
    const QStringList schedules = m_deployed.documents().all(kinds::Schedule, name).keys();
    for (const QString &schedule : schedules)
        changes.append({{kinds::Schedule, name, schedule}, std::nullopt});
    return written(m_deployed.documents().apply(changes), {200, {}});
}

RestReply SchedulerApi::listGroups(const RestCall &call)
{
    QJsonArray groups;
    QStringList names = m_deployed.documents().all(kinds::ScheduleGroup, {}).keys();
    const auto project = m_catalogue.project();
    for (const project::SourceDeclaration &group : project ? (*project)->groups : QList<project::SourceDeclaration>()) {
        if (group.type == GroupType)
            names << group.name;
    }
    names.sort();
    names.removeDuplicates();
    names.prepend(DefaultGroup);
    for (const QString &name : std::as_const(names)) {
        if (name.startsWith(call.queryValue(u"NamePrefix"_s)))
            groups.append(groupOf(name));
    }
    return inPages(u"ScheduleGroups"_s, groups, call);
}

} // namespace eph::cloud
