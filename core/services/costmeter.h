// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/budget.h"
#include "core/cost/meterstore.h"
#include "core/services/localcloud.h"

#include <QThreadPool>
#include <QTimer>
#include <deque>
#include <map>
#include <mutex>

namespace eph::services {

/// What was spent in one second.
struct SpendSecond {
    qint64 second = 0; ///< Of the epoch.
    Money spent;
    int requests = 0;
};

/// How a budget stands in this calendar month (UTC).
struct BudgetStanding {
    QString function; ///< Empty: the whole project.
    Money spent;      ///< List prices, without free tier.
    Money limit;
    cost::BudgetState state = cost::BudgetState::Within;
};

/// Prices every invocation of the local cloud as it ends, keeps what was used with the project, watches its budget, and stops its
/// schedules when a fuse is blown. A killed process loses what it used in the last half second. Lives on its owner's thread.
class CostMeter : public QObject
{
    Q_OBJECT
public:
    static constexpr int HistorySeconds = 900;

    CostMeter(cost::PriceBook prices, const sys::Clock &clock, QObject *parent = nullptr);
    /// Writes what has not been written yet.
    ~CostMeter() override;

    /// Meters that cloud, which goes before this does.
    void watch(LocalCloud &cloud);
    /// What is measured from now on belongs to that project; an empty folder keeps nothing.
    void setProject(const QString &folder, const QString &region);
    [[nodiscard]] const QString &projectFolder() const { return m_folder; }
    [[nodiscard]] const cost::PriceBook &prices() const { return m_prices; }

    /// The last quarter of an hour, oldest first; seconds without anything are left out.
    [[nodiscard]] const std::deque<SpendSecond> &history() const { return m_history; }
    struct Rate {
        Money lastMinute;
        Money hourly;  ///< If it went on like the last minute.
        Money monthly; ///< 730 hours of that.
        double requestsPerSecond = 0;
    };
    [[nodiscard]] Rate rate() const;

    [[nodiscard]] const cost::Budget &budget() const { return m_budget; }
    /// Kept with the project.
    [[nodiscard]] Result<void> setBudget(const cost::Budget &budget);
    [[nodiscard]] QList<BudgetStanding> standings() const;
    /// Schedules are stopped because a budget with a fuse is used up.
    [[nodiscard]] bool isFuseBlown() const { return m_fuseBlown; }
    /// Reads the budget where another program has changed it, and what all programs have spent; done by itself every five seconds.
    void lookAround();
    /// Waits until everything that ended before is on the disk, and what all programs have spent this month is known.
    void flush();

Q_SIGNALS:
    /// Something was spent, or the budget is another; at most every quarter of a second.
    void changed();
    /// A budget has come near its limit or gone over it.
    void budgetReached(const eph::services::BudgetStanding &standing);
    /// A fuse was blown, or made whole.
    void fuseChanged(bool blown);
    /// What was measured cannot be kept.
    void failed(const eph::Error &error);

private:
    /// Shared with the jobs that write.
    struct Store {
        std::mutex mutex;
        std::unique_ptr<cost::MeterStore> store;
        QString folder;
    };
    using MonthKey = std::pair<QString, cost::Trigger>;

    void take(runtime::EndedInvocation ended);
    void drain();
    void write(std::vector<cost::Metered> metered);
    [[nodiscard]] bool readBudget();
    void readMonth();
    struct Month {
        std::map<MonthKey, cost::Totals> totals;
        std::optional<Error> error;
    };
    [[nodiscard]] static Month monthIn(const QString &path, qint64 nowMs);
    void takeMonth(const Month &month);
    [[nodiscard]] QString pathToRead() const;
    void tell(const Error &error);
    void judge();
    [[nodiscard]] Money spentBy(const QString &function) const;

    const cost::PriceBook m_allPrices;
    cost::PriceBook m_prices; ///< Of the project's region.
    const sys::Clock &m_clock;
    QString m_folder;
    std::mutex m_mutex;
    std::vector<cost::Metered> m_pending; ///< Under the mutex.
    QTimer m_drain{this};
    std::deque<SpendSecond> m_history;
    std::map<MonthKey, cost::Totals> m_month; ///< Of this calendar month, by all programs as far as they were read.
    std::map<MonthKey, cost::Totals> m_sinceRead; ///< What was added to it after the read that is under way began.
    quint64 m_reads = 0;
    QTimer m_look{this};
    QString m_budgetStamp; ///< Time and size of its file.
    QString m_told; ///< The last failure.
    cost::Budget m_budget;
    std::map<QString, cost::BudgetState> m_states;
    bool m_fuseBlown = false;
    std::shared_ptr<Store> m_store = std::make_shared<Store>();
    QThreadPool m_writer; ///< One thread.
};

} // namespace eph::services
