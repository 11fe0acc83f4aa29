// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/scenarios.h"

#include "core/base/text.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

/// What each of them is about, in words; the figures are tested.
Scenario told(const QString &id)
{
    const Scenario all[] = {
        {u"one-a-minute"_s, Core::tr("One request a minute"), Core::tr("A request of 50 ms each minute keeps a server 0.08 % busy: 50 of 60,000 ms. The 0.15 % of the older articles come from the time when each request was rounded up to 100 ms, which makes it 0.17 %. The month is 43,200 requests and falls within the free tier."), {}, {}, {}},
        {u"bursts"_s, Core::tr("20 requests a second, 200 for ten seconds every five minutes"), Core::tr("The burst needs no more machines: environments are added while it lasts and cost only what they run. The mean is 26 requests a second, 30 % more than without bursts, and so is the bill. Servers would have to stand ready for the 200."), {}, {}, {}},
        {u"faster-code"_s, Core::tr("One second cut to 200 ms"), Core::tr("The duration of the bill falls by 80 %, as the articles say. The fee of a request stays: with 1 GB of memory it is 1.2 % of the second's price, so the whole bill falls by 79.1 %."), {}, {}, {}},
        {u"sixty-million-a-day"_s, Core::tr("60 million requests a day, evenly"), Core::tr("A load without valleys pays for each millisecond of it: here a function with 512 MB and 100 ms each costs 62 dollars a day, while small machines that are busy all the time carry the same for about a third of that. Do the math before such a load moves."), {}, {}, {}},
    };
    for (const Scenario &scenario : all) {
        if (scenario.id == id)
            return scenario;
    }
    return {id, id, {}, {}, {}, {}};
}

} // namespace

namespace {

WhatIf parseChange(const QJsonObject &json)
{
    WhatIf change;
    change.memoryMiB = json.value("memoryMiB"_L1).toInt();
    if (json.contains("arm"_L1))
        change.arm = json.value("arm"_L1).toBool();
    change.traffic = json.value("traffic"_L1).toDouble(1);
    change.speed = json.value("speed"_L1).toDouble(1);
    change.provisionedConcurrency = json.value("provisioned"_L1).toInt();
    change.warmUps = json.value("warmUps"_L1).toInt();
    change.freeTier = json.value("freeTier"_L1).toBool();
    change.pricesOn = QDate::fromString(json.value("pricesOn"_L1).toString(), Qt::ISODate);
    return change;
}

} // namespace

Result<QList<Scenario>> loadScenarios(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::NotFound, Core::tr("“%1” cannot be read: %2.").arg(path, file.errorString()));
    const QJsonArray list = QJsonDocument::fromJson(file.readAll()).array();
    QList<Scenario> all;
    for (const QJsonValue &entry : list) {
        Scenario scenario = told(entry["id"_L1].toString());
        auto shape = cost::parseShape(entry["shape"_L1].toString());
        auto duration = cost::parseDistribution(entry["duration"_L1].toString());
        auto init = cost::parseDistribution(entry["init"_L1].toString(u"0"_s));
        if (!shape || !duration || !init)
            return failure(ErrorCode::Invalid, Core::tr("The scenario “%1” cannot be used: %2").arg(scenario.id, !shape ? shape.error().message : !duration ? duration.error().message : init.error().message));
        scenario.bench.shape = *shape;
        cost::SimulatedFunction function;
        function.name = scenario.id;
        function.duration = *duration;
        function.init = *init;
        function.memoryMiB = entry["memoryMiB"_L1].toInt(128);
        scenario.bench.functions = {function};
        scenario.before = parseChange(entry["change"_L1].toObject());
        if (entry["after"_L1].isObject())
            scenario.after = parseChange(entry["after"_L1].toObject());
        all.append(scenario);
    }
    return all;
}

} // namespace eph::services
