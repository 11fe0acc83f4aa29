// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/simulation.h"

#include "core/cost/latencyhistogram.h"

#include <algorithm>
#include <deque>

namespace eph::cost {

namespace {

/// Source of the rates: Lambda developer guide, scaling behaviour, November 2026.
constexpr qint64 EnvironmentsPerStep = 1000;
constexpr qint64 StepUs = 10'000'000;
constexpr qint64 RequestsPerEnvironmentAndSecond = 10;

/// So many at once, and as many again over a time, evenly. In whole microseconds, so that it is exact.
class Bucket
{
public:
    Bucket(qint64 capacity, qint64 refillUs) : m_capacity(capacity), m_refillUs(refillUs), m_credit(Wide(capacity) * refillUs) {}

    [[nodiscard]] bool take(qint64 now)
    {
        m_credit = std::min(m_capacity * m_refillUs, m_credit + (now - m_last) * m_capacity);
        m_last = now;
        if (m_credit < m_refillUs)
            return false;
        m_credit -= m_refillUs;
        return true;
    }

private:
    Wide m_capacity;
    Wide m_refillUs;
    Wide m_credit; ///< In parts of a microsecond's worth.
    qint64 m_last = 0;
};

struct Ending {
    qint64 atUs;
    qint32 function;
    bool provisioned;
    bool ping;
};

/// The earliest first. Four children a node: half the levels of a binary one, and they lie side by side.
class Endings
{
public:
    [[nodiscard]] bool isEmpty() const { return m_heap.empty(); }
    [[nodiscard]] size_t size() const { return m_heap.size(); }
    [[nodiscard]] const Ending &first() const { return m_heap.front(); }

    void push(const Ending &ending)
    {
        size_t at = m_heap.size();
        m_heap.push_back(ending);
        while (at > 0) {
            const size_t parent = (at - 1) / 4;
            if (m_heap[parent].atUs <= ending.atUs)
                break;
            m_heap[at] = m_heap[parent];
            at = parent;
        }
        m_heap[at] = ending;
    }

    Ending take()
    {
        const Ending first = m_heap.front();
        const Ending last = m_heap.back();
        m_heap.pop_back();
        const size_t size = m_heap.size();
        size_t at = 0;
        for (;;) {
            const size_t child = 4 * at + 1;
            if (child >= size)
                break;
            size_t least = child;
            const size_t end = std::min(child + 4, size);
            for (size_t i = child + 1; i < end; ++i)
                least = m_heap[i].atUs < m_heap[least].atUs ? i : least;
            if (m_heap[least].atUs >= last.atUs)
                break;
            m_heap[at] = m_heap[least];
            at = least;
        }
        if (size > 0)
            m_heap[at] = last;
        return first;
    }

private:
    std::vector<Ending> m_heap;
};

/// Environments that wait for work: the newest is taken, the oldest goes when it has waited too long.
class Idle
{
public:
    [[nodiscard]] bool isEmpty() const { return m_oldest == m_since.size(); }
    void add(qint64 sinceUs) { m_since.push_back(sinceUs); }
    void takeNewest()
    {
        m_since.pop_back();
        if (isEmpty())
            clear();
    }
    void forgetBefore(qint64 us)
    {
        while (!isEmpty() && m_since[m_oldest] < us)
            ++m_oldest;
        if (isEmpty())
            clear();
    }

private:
    void clear()
    {
        m_since.clear();
        m_oldest = 0;
    }

    std::vector<qint64> m_since;
    size_t m_oldest = 0;
};

/// Not a function's: a look whether those that wait may begin by now.
constexpr qint32 Look = -1;
constexpr qint64 LookEveryUs = 10'000;
/// A client that was throttled does not ask again at once.
constexpr qint64 BackOffUs = 100'000;

struct State {
    explicit State(const SimulatedFunction &simulated, std::uint64_t seed)
        : function(simulated)
        , durations(seed)
        , inits(seed ^ 0x5851f42d4c957f2dU)
        , growth(EnvironmentsPerStep, StepUs)
        , ownRate(std::max(0, simulated.reservedConcurrency) * RequestsPerEnvironmentAndSecond, 1'000'000)
        , provisionedIdle(simulated.provisionedConcurrency)
    {
    }

    const SimulatedFunction &function;
    Randomness durations;
    Randomness inits;
    Bucket growth;
    Bucket ownRate; ///< Where concurrency is reserved for it.
    Idle idle;
    int busy = 0;
    int provisionedIdle;
    std::deque<Arrival> waiting;
    qint64 nextPingUs = 0;
};

class Run
{
public:
    Run(const std::vector<SimulatedFunction> &functions, Arrivals &arrivals, const SimulationSettings &settings)
        : m_arrivals(arrivals)
        , m_settings(settings)
        , m_slotUs(settings.parts > 0 ? std::max<qint64>(1, arrivals.spanUs() / settings.parts + 1) : 0)
    {
        m_unreserved = settings.accountConcurrency;
        for (size_t i = 0; i < functions.size(); ++i) {
            m_states.emplace_back(functions[i], settings.seed * 0x2545f4914f6cdd1dU + i);
            m_unreserved -= std::max(0, functions[i].reservedConcurrency);
            m_pinged = m_pinged || functions[i].warmUps > 0;
        }
        m_rate = Bucket(std::max(0, m_unreserved) * RequestsPerEnvironmentAndSecond, 1'000'000);
        m_result.workloads.resize(functions.size());
        for (size_t i = 0; i < functions.size(); ++i)
            m_result.workloads[i].memoryMiB = functions[i].memoryMiB;
        m_result.timeline.resize(size_t(settings.parts));
    }

    SimulationResult run()
    {
        constexpr int AskEvery = 1 << 16;
        int sinceAsked = 0;
        for (;;) {
            if (const auto arrival = m_arrivals.next()) {
                if (m_result.requests == 0)
                    m_firstUs = m_lastUs = arrival->atUs;
                m_lastUs = std::max(m_lastUs, arrival->atUs);
                ++m_result.requests;
                advanceTo(arrival->atUs);
                arrive(*arrival);
            } else if (!m_endings.isEmpty()) {
                endOne();
            } else {
                break;
            }
            if (++sinceAsked == AskEvery) {
                sinceAsked = 0;
                if (m_settings.cancelled && m_settings.cancelled()) {
                    m_result.cancelled = true;
                    break;
                }
            }
        }
        finish();
        return std::move(m_result);
    }

private:
    void advanceTo(qint64 atUs)
    {
        if (m_pinged)
            pingUntil(atUs);
        while (!m_endings.isEmpty() && m_endings.first().atUs <= atUs)
            endOne();
    }

    void pingUntil(qint64 atUs)
    {
        for (;;) {
            State *next = nullptr;
            for (State &state : m_states) {
                if (state.function.warmUps > 0 && (!next || state.nextPingUs < next->nextPingUs))
                    next = &state;
            }
            if (next->nextPingUs > atUs)
                return;
            const qint64 now = std::exchange(next->nextPingUs, next->nextPingUs + next->function.warmUpEveryUs);
            while (!m_endings.isEmpty() && m_endings.first().atUs <= now)
                endOne();
            for (int i = 0; i < next->function.warmUps; ++i) {
                ++m_result.pings;
                (void)begin({now, qint32(next - &m_states.front()), next->function.warmUpUs}, now, true);
            }
        }
    }

    void arrive(const Arrival &arrival)
    {
        State &state = m_states[size_t(arrival.function)];
        if (SimulatedSlot *slot = slotAt(arrival.atUs))
            ++slot->requests;
        // Whoever waits is first.
        if (state.waiting.empty() && begin(arrival, arrival.atUs, false))
            return;
        if (m_settings.overload == Overload::Queue) {
            state.waiting.push_back(arrival);
            lookLater(state, arrival.atUs);
            return;
        }
        ++m_result.throttles;
        if (SimulatedSlot *slot = slotAt(arrival.atUs))
            ++slot->throttles;
        m_arrivals.completed(arrival.atUs + BackOffUs);
    }

    [[nodiscard]] bool hasRoom(State &state, qint64 now)
    {
        const bool reserved = state.function.reservedConcurrency >= 0;
        if (reserved ? state.busy >= state.function.reservedConcurrency : m_unreservedBusy >= m_unreserved)
            return false;
        return !m_settings.scalingRates || (reserved ? state.ownRate : m_rate).take(now);
    }

    /// False when there is no room for it.
    [[nodiscard]] bool begin(const Arrival &arrival, qint64 now, bool ping)
    {
        State &state = m_states[size_t(arrival.function)];
        if (!hasRoom(state, now))
            return false;
        state.idle.forgetBefore(now - m_settings.idleLifeUs);
        qint64 initUs = 0;
        bool provisioned = false;
        if (state.provisionedIdle > 0) {
            --state.provisionedIdle;
            provisioned = true;
        } else if (!state.idle.isEmpty()) {
            state.idle.takeNewest();
        } else {
            if (m_settings.scalingRates && !state.growth.take(now))
                return false;
            initUs = state.function.init.draw(state.inits);
            if (!ping) {
                ++m_result.coldStarts;
                if (SimulatedSlot *slot = slotAt(arrival.atUs))
                    ++slot->coldStarts;
            }
        }
        const qint64 durationUs = arrival.durationUs >= 0 ? arrival.durationUs : state.function.duration.draw(state.durations);
        ++state.busy;
        m_unreservedBusy += state.function.reservedConcurrency < 0;
        ++m_busy;
        m_result.maxConcurrency = std::max(m_result.maxConcurrency, m_busy);
        if (SimulatedSlot *slot = slotAt(now))
            slot->concurrency = std::max(slot->concurrency, m_busy);
        m_endings.push({now + initUs + durationUs, arrival.function, provisioned, ping});
        m_busyUs += double(initUs + durationUs);
        m_result.usage.add({state.function.memoryMiB, m_settings.rules.billedMs(durationUs, initUs), state.function.arm, provisioned, state.function.ephemeralMiB, 0, ping ? 0 : state.function.logBytes});
        if (!ping) {
            m_result.workloads[size_t(arrival.function)].add(durationUs);
            m_latencies.add(now - arrival.atUs + initUs + durationUs);
        }
        return true;
    }

    void endOne()
    {
        const Ending ending = m_endings.take();
        if (ending.function == Look) {
            m_looks = false;
            serveAll(ending.atUs);
            return;
        }
        m_lastEndUs = ending.atUs;
        State &state = m_states[size_t(ending.function)];
        --state.busy;
        --m_busy;
        m_unreservedBusy -= state.function.reservedConcurrency < 0;
        if (ending.provisioned)
            ++state.provisionedIdle;
        else
            state.idle.add(ending.atUs);
        if (!ending.ping)
            m_arrivals.completed(ending.atUs);
        if (!state.waiting.empty())
            serve(state, ending.atUs);
        else if (m_settings.overload == Overload::Queue && m_states.size() > 1)
            serveAll(ending.atUs); // The room that it leaves may be another's.
    }

    /// What the rates hold back can begin without anything having ended.
    void lookLater(const State &state, qint64 now)
    {
        const int limit = state.function.reservedConcurrency >= 0 ? state.function.reservedConcurrency : m_unreserved;
        if (limit > 0 && m_settings.scalingRates && !std::exchange(m_looks, true))
            m_endings.push({now + LookEveryUs, Look, false, true});
    }

    void serveAll(qint64 now)
    {
        for (State &state : m_states) {
            while (!state.waiting.empty() && serve(state, now)) { }
            if (!state.waiting.empty())
                lookLater(state, now);
        }
    }

    bool serve(State &state, qint64 now)
    {
        if (!begin(state.waiting.front(), now, false))
            return false;
        state.waiting.pop_front();
        return true;
    }

    [[nodiscard]] SimulatedSlot *slotAt(qint64 us)
    {
        if (m_slotUs == 0)
            return nullptr;
        return &m_result.timeline[size_t(std::clamp<qint64>((us - m_firstUs) / m_slotUs, 0, m_settings.parts - 1))];
    }

    void finish()
    {
        m_result.p50Us = m_latencies.percentileUs(0.5);
        m_result.p95Us = m_latencies.percentileUs(0.95);
        m_result.p99Us = m_latencies.percentileUs(0.99);
        const qint64 wholeUs = std::max(m_lastUs, m_lastEndUs) - m_firstUs;
        m_result.spanUs = m_arrivals.spanUs() > 0 ? m_arrivals.spanUs() : wholeUs;
        const qint64 busyUs = std::max(m_result.spanUs, wholeUs);
        m_result.meanConcurrency = busyUs > 0 ? m_busyUs / double(busyUs) : 0;
        for (const State &state : m_states) {
            m_result.unserved += qint64(state.waiting.size());
            if (state.function.provisionedConcurrency > 0)
                m_result.provisioned.append(provisionedLine(state.function.provisionedConcurrency, state.function.memoryMiB, state.function.arm, (m_result.spanUs + 999'999) / 1'000'000));
        }
    }

    Arrivals &m_arrivals;
    const SimulationSettings &m_settings;
    std::vector<State> m_states;
    Endings m_endings;
    Bucket m_rate{0, 1}; ///< Of all functions without a reservation.
    LatencyHistogram m_latencies;
    SimulationResult m_result;
    int m_unreserved = 0;
    int m_unreservedBusy = 0;
    int m_busy = 0;
    bool m_pinged = false;
    bool m_looks = false;
    double m_busyUs = 0;
    qint64 m_firstUs = 0;
    qint64 m_lastUs = 0;
    qint64 m_lastEndUs = 0;
    qint64 m_slotUs;
};

} // namespace

SimulationResult simulate(const std::vector<SimulatedFunction> &functions, Arrivals &arrivals, const SimulationSettings &settings)
{
    return Run(functions, arrivals, settings).run();
}

} // namespace eph::cost
