// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/step.h"

#include "core/base/jsontext.h"

#include <QHash>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

const QStringList ChangeNames{u"create"_s, u"update"_s, u"delete"_s, u"wait"_s, u"observe"_s};
const QStringList PhaseNames{u"prepare"_s, u"code"_s, u"settle"_s, u"publish"_s, u"canary"_s, u"switch"_s, u"connect"_s, u"remove"_s};

} // namespace

QString changeName(Change change)
{
    return ChangeNames.at(int(change));
}

QString phaseName(Phase phase)
{
    return PhaseNames.at(int(phase));
}

QJsonObject Step::toJson() const
{
    QJsonArray undoCalls;
    for (const ApiCall &each : undo)
        undoCalls.append(each.toJson());
    QJsonObject json{{u"id"_s, id},
                     {u"phase"_s, phaseName(phase)},
                     {u"change"_s, changeName(change)},
                     {u"resource"_s, resource},
                     {u"summary"_s, summary},
                     {u"details"_s, QJsonArray::fromStringList(details)},
                     {u"call"_s, call.toJson()},
                     {u"permissions"_s, QJsonArray::fromStringList(permissions())},
                     {u"outputs"_s, QJsonArray::fromStringList(outputs)},
                     {u"undo"_s, undoCalls}};
    if (probe)
        json.insert(u"probe"_s, QJsonObject{{u"call"_s, probe->call.toJson()}, {u"list"_s, probe->list}, {u"key"_s, probe->key}, {u"value"_s, probe->value}});
    if (observation)
        json.insert(u"observation"_s, QJsonObject{{u"versions"_s, observation->versions}, {u"seconds"_s, observation->seconds}, {u"mostErrors"_s, observation->mostErrors}, {u"mostSlowdown"_s, observation->mostSlowdown}});
    if (!undoUnless.isEmpty())
        json.insert(u"undoUnless"_s, QJsonObject{{u"output"_s, undoUnless}, {u"in"_s, QJsonArray::fromStringList(undoUnlessIn)}});
    return json;
}

Step Step::fromJson(const QJsonObject &json)
{
    Step step;
    step.id = json.value("id"_L1).toString();
    step.phase = Phase(std::max<qsizetype>(0, PhaseNames.indexOf(json.value("phase"_L1).toString())));
    step.change = Change(std::max<qsizetype>(0, ChangeNames.indexOf(json.value("change"_L1).toString())));
    step.resource = json.value("resource"_L1).toString();
    step.summary = json.value("summary"_L1).toString();
    step.details = textsOf(json.value("details"_L1));
    step.call = ApiCall::fromJson(json.value("call"_L1).toObject());
    step.alsoNeeds = textsOf(json.value("permissions"_L1)).mid(step.call.operation.isEmpty() ? 0 : 1);
    step.outputs = textsOf(json.value("outputs"_L1));
    const QJsonArray undoCalls = json.value("undo"_L1).toArray();
    for (const auto &each : undoCalls)
        step.undo << ApiCall::fromJson(each.toObject());
    if (const QJsonObject probe = json.value("probe"_L1).toObject(); !probe.isEmpty())
        step.probe = Probe{ApiCall::fromJson(probe.value("call"_L1).toObject()), probe.value("list"_L1).toString(), probe.value("key"_L1).toString(), probe.value("value"_L1).toString()};
    if (const QJsonObject observed = json.value("observation"_L1).toObject(); !observed.isEmpty())
        step.observation = Observation{observed.value("versions"_L1).toArray(), observed.value("seconds"_L1).toInt(), observed.value("mostErrors"_L1).toDouble(), observed.value("mostSlowdown"_L1).toDouble()};
    const QJsonObject unless = json.value("undoUnless"_L1).toObject();
    step.undoUnless = unless.value("output"_L1).toString();
    step.undoUnlessIn = textsOf(unless.value("in"_L1));
    return step;
}

} // namespace eph::deploy
