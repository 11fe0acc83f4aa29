// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/shape.h"

#include "core/base/text.h"
#include "core/cost/timespan.h"

#include <QMap>
#include <QStringList>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace eph::cost {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 Second = 1'000'000;
constexpr qint64 Day = 86400 * Second;

/// What each kind has to be told; `for` can be left out.
const QMap<QString, std::pair<Shape::Kind, QStringList>> &kinds()
{
    static const QMap<QString, std::pair<Shape::Kind, QStringList>> all{
        {u"steady"_s, {Shape::Kind::Steady, {u"rate"_s}}},
        {u"poisson"_s, {Shape::Kind::Poisson, {u"rate"_s}}},
        {u"daily"_s, {Shape::Kind::Daily, {u"low"_s, u"high"_s, u"peak"_s}}},
        {u"burst"_s, {Shape::Kind::Burst, {u"base"_s, u"high"_s, u"length"_s, u"every"_s}}},
        {u"spikes"_s, {Shape::Kind::Spikes, {u"base"_s, u"high"_s, u"length"_s, u"count"_s}}},
        {u"closed"_s, {Shape::Kind::Closed, {u"clients"_s, u"requests"_s}}},
    };
    return all;
}

RateProfile dailyWave(const Shape &shape)
{
    RateProfile profile;
    constexpr qint64 Step = 60 * Second;
    for (qint64 from = 0; from < Day; from += Step) {
        const double phase = double(from + Step / 2 - shape.peakUs) / double(Day) * 2 * std::numbers::pi;
        profile.stretches.push_back({from + Step, shape.rate + (shape.high - shape.rate) * (1 + std::cos(phase)) / 2});
    }
    return profile;
}

RateProfile randomSpikes(const Shape &shape, std::uint64_t seed)
{
    Randomness random(~seed);
    std::vector<qint64> begins;
    for (int i = 0; i < shape.count; ++i)
        begins.push_back(qint64(random.below(std::uint64_t(std::max<qint64>(1, shape.spanUs - shape.lengthUs)))));
    std::sort(begins.begin(), begins.end());
    RateProfile profile;
    qint64 now = 0;
    for (const qint64 begin : begins) {
        if (begin > now)
            profile.stretches.push_back({begin, shape.rate});
        now = std::max(now, begin + shape.lengthUs);
        profile.stretches.push_back({now, shape.high});
    }
    profile.stretches.push_back({std::max(now + 1, shape.spanUs), shape.rate});
    return profile;
}

} // namespace

std::unique_ptr<Arrivals> Shape::arrivals(std::uint64_t seed) const
{
    const auto rated = [&](RateProfile profile, Spacing spacing = Spacing::Random) { return std::make_unique<RatedArrivals>(std::move(profile), spacing, spanUs, seed); };
    switch (kind) {
    case Kind::Steady: return rated({{{spanUs, rate}}}, Spacing::Even);
    case Kind::Poisson: return rated({{{spanUs, rate}}});
    case Kind::Daily: return rated(dailyWave(*this));
    case Kind::Burst: return rated({{{lengthUs, high}, {everyUs, rate}}});
    case Kind::Spikes: return rated(randomSpikes(*this, seed));
    case Kind::Closed: return std::make_unique<ClosedArrivals>(clients, requests);
    }
    return nullptr;
}

double Shape::meanRate() const
{
    switch (kind) {
    case Kind::Steady:
    case Kind::Poisson: return rate;
    case Kind::Daily: return (rate + high) / 2;
    case Kind::Burst: return rate + (high - rate) * double(lengthUs) / double(everyUs);
    case Kind::Spikes: return rate + (high - rate) * double(lengthUs) * count / double(spanUs);
    case Kind::Closed: return 0;
    }
    return 0;
}

Result<Shape> parseShape(const QString &text)
{
    const auto wrong = [](const QString &what, const QString &hint = Core::tr("Write, for example, poisson:rate=20/s,for=1h or burst:base=20/s,high=200/s,length=10s,every=5m,for=1h.")) {
        return failure(ErrorCode::Usage, what, hint);
    };
    const QString name = text.section(u':', 0, 0);
    const auto kind = kinds().constFind(name);
    if (kind == kinds().cend())
        return wrong(Core::tr("“%1” is no shape of traffic.").arg(name), Core::tr("There are %1.").arg(QStringList(kinds().keys()).join(", "_L1)));
    QMap<QString, QString> given;
    const QStringList parts = text.section(u':', 1).split(u',', Qt::SkipEmptyParts);
    for (const QString &part : parts) {
        const QString key = part.section(u'=', 0, 0).trimmed();
        if (!part.contains(u'=') || (key != "for"_L1 && !kind->second.contains(key)))
            return wrong(Core::tr("“%1” has no “%2”.").arg(name, key), Core::tr("It has %1 and for.").arg(kind->second.join(", "_L1)));
        given.insert(key, part.section(u'=', 1).trimmed());
    }
    for (const QString &key : kind->second) {
        if (!given.contains(key))
            return wrong(Core::tr("“%1” needs “%2”.").arg(name, key));
    }

    Shape shape;
    shape.kind = kind->first;
    for (auto it = given.cbegin(); it != given.cend(); ++it) {
        bool isNumber = true;
        if (it.key() == "rate"_L1 || it.key() == "low"_L1 || it.key() == "base"_L1 || it.key() == "high"_L1) {
            const auto rate = parseRate(*it);
            isNumber = rate.has_value();
            (it.key() == "high"_L1 ? shape.high : shape.rate) = rate.value_or(0);
        } else if (it.key() == "count"_L1 || it.key() == "clients"_L1 || it.key() == "requests"_L1) {
            const qint64 number = it->toLongLong(&isNumber);
            constexpr qint64 Most = 1'000'000'000;
            isNumber = isNumber && number > 0 && number <= (it.key() == "requests"_L1 ? Most : 100'000);
            if (it.key() == "requests"_L1)
                shape.requests = number;
            else
                (it.key() == "count"_L1 ? shape.count : shape.clients) = int(number);
        } else {
            const auto us = parseTimespan(*it, TimeUnit::Seconds);
            isNumber = us.has_value();
            (it.key() == "for"_L1 ? shape.spanUs : it.key() == "length"_L1 ? shape.lengthUs : it.key() == "every"_L1 ? shape.everyUs : shape.peakUs) = us.value_or(0);
        }
        if (!isNumber)
            return wrong(Core::tr("“%1” is nothing that “%2” can be.").arg(*it, it.key()));
    }
    if (shape.spanUs <= 0)
        return wrong(Core::tr("Traffic takes some time: “for” is 0."));
    if (shape.kind == Shape::Kind::Burst && (shape.lengthUs <= 0 || shape.everyUs <= shape.lengthUs))
        return wrong(Core::tr("A burst takes some time, and less than there is between two."));
    if (shape.kind == Shape::Kind::Spikes && (shape.lengthUs <= 0 || shape.lengthUs > shape.spanUs))
        return wrong(Core::tr("A spike takes some time, and at most as long as the traffic."));
    if (shape.kind != Shape::Kind::Closed && shape.meanRate() <= 0)
        return wrong(Core::tr("Nobody comes: the rate is 0."));
    constexpr qint64 MostBursts = 10'000'000;
    if (shape.kind == Shape::Kind::Burst && shape.spanUs / shape.everyUs > MostBursts)
        return wrong(Core::tr("Those are more than ten million bursts."), Core::tr("Simulate a shorter time."));
    if (shape.expectedRequests() > Shape::MostRequests)
        return wrong(Core::tr("That is more than two thousand million requests."), Core::tr("Simulate a shorter time; the month is worked out from it."));
    return shape;
}

} // namespace eph::cost
