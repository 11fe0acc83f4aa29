// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/distribution.h"

#include "core/base/text.h"
#include "core/cost/timespan.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace eph::cost {

using namespace Qt::StringLiterals;

Distribution Distribution::fixed(qint64 us)
{
    Distribution distribution;
    distribution.m_us = us;
    return distribution;
}

Distribution Distribution::exponential(qint64 meanUs)
{
    Distribution distribution;
    distribution.m_kind = Kind::Exponential;
    distribution.m_us = meanUs;
    return distribution;
}

Result<Distribution> Distribution::throughQuantiles(const std::vector<Quantile> &quantiles)
{
    for (size_t i = 0; i < quantiles.size(); ++i) {
        const bool inside = quantiles[i].share >= 0 && quantiles[i].share <= 1 && quantiles[i].us >= 0;
        if (!inside || (i > 0 && (quantiles[i].share <= quantiles[i - 1].share || quantiles[i].us < quantiles[i - 1].us)))
            return failure(ErrorCode::Invalid, Core::tr("Quantiles lie between 0 and 100 and rise, and so do their times."));
    }
    if (quantiles.empty())
        return failure(ErrorCode::Invalid, Core::tr("There is no quantile."));
    Distribution distribution;
    distribution.m_kind = Kind::Table;
    size_t above = 0;
    for (int step = 0; step <= Steps; ++step) {
        const double share = double(step) / Steps;
        while (above < quantiles.size() && quantiles[above].share < share)
            ++above;
        // Nothing is known outside of the outermost ones.
        if (above == 0 || above == quantiles.size()) {
            distribution.m_table.push_back(quantiles[above == 0 ? 0 : above - 1].us);
            continue;
        }
        const Quantile &from = quantiles[above - 1];
        const Quantile &to = quantiles[above];
        distribution.m_table.push_back(from.us + std::llround(double(to.us - from.us) * (share - from.share) / (to.share - from.share)));
    }
    return distribution;
}

Distribution Distribution::measured(std::vector<qint64> samples)
{
    if (samples.empty())
        return fixed(0);
    std::sort(samples.begin(), samples.end());
    // Each of them has the same share, the largest too.
    Distribution distribution;
    distribution.m_kind = Kind::Table;
    for (int step = 0; step <= Steps; ++step)
        distribution.m_table.push_back(samples[std::min(samples.size() - 1, size_t(step) * samples.size() / Steps)]);
    return distribution;
}

qint64 Distribution::draw(Randomness &random) const
{
    switch (m_kind) {
    case Kind::Fixed: return m_us;
    case Kind::Exponential: return qint64(random.exponential() * double(m_us) + 0.5);
    case Kind::Table: break;
    }
    // Upper bits choose the step, the next 32 the place within it.
    const std::uint64_t bits = random.next();
    const auto step = size_t(bits >> 54);
    const auto within = qint64((bits >> 22) & 0xffffffffU);
    const qint64 low = m_table[step];
    return low + (((m_table[step + 1] - low) * within) >> 32);
}

double Distribution::meanUs() const
{
    if (m_kind != Kind::Table)
        return double(m_us);
    double sum = 0;
    for (size_t i = 0; i < Steps; ++i)
        sum += double(m_table[i] + m_table[i + 1]) / 2;
    return sum / Steps;
}

qint64 Distribution::quantileUs(double share) const
{
    switch (m_kind) {
    case Kind::Fixed: return m_us;
    case Kind::Exponential: return share >= 1 ? std::numeric_limits<qint64>::max() : std::llround(-std::log1p(-share) * double(m_us));
    case Kind::Table: break;
    }
    return m_table[size_t(std::clamp(std::ceil(share * Steps), 0.0, double(Steps)))];
}

Distribution Distribution::times(double factor) const
{
    Distribution scaled = *this;
    scaled.m_us = std::llround(double(m_us) * factor);
    for (qint64 &us : scaled.m_table)
        us = std::llround(double(us) * factor);
    return scaled;
}

Result<Distribution> parseDistribution(const QString &text)
{
    const auto wrong = [&text] {
        return failure(ErrorCode::Usage, Core::tr("“%1” is no duration.").arg(text), Core::tr("Write 50, 50ms, 1.2s, exp:50ms, or quantiles such as p50=12,p95=80,p99=400."));
    };
    const auto time = [](QStringView part) { return parseTimespan(part, TimeUnit::Milliseconds); };
    if (text.startsWith("exp:"_L1)) {
        const auto mean = time(QStringView(text).mid(4));
        return mean ? Result<Distribution>(Distribution::exponential(*mean)) : wrong();
    }
    if (!text.startsWith(u'p')) {
        const auto us = time(text);
        return us ? Result<Distribution>(Distribution::fixed(*us)) : wrong();
    }
    std::vector<Distribution::Quantile> quantiles;
    const QStringList parts = text.split(u',');
    for (const QString &part : parts) {
        bool isNumber = false;
        const double share = QStringView(part).mid(1, part.indexOf(u'=') - 1).toDouble(&isNumber) / 100;
        const auto us = time(QStringView(part).mid(part.indexOf(u'=') + 1));
        if (!part.startsWith(u'p') || !part.contains(u'=') || !isNumber || !us)
            return wrong();
        quantiles.push_back({share, *us});
    }
    auto distribution = Distribution::throughQuantiles(quantiles);
    if (!distribution)
        distribution.error().code = ErrorCode::Usage;
    return distribution;
}

} // namespace eph::cost
