// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/lineindex.h"
#include "core/logs/logsource.h"
#include "core/services/logservice.h"
#include "core/sys/background.h"

#include <QMutex>
#include <QObject>

namespace eph::services {

/// A line as a file of the archive, or an imported one, has it.
[[nodiscard]] logs::Line lineOf(QByteArrayView bytes);

/// The lines of all runs of a project that a query wants, while they are being found. The search runs beside the window's thread,
/// on which this lives.
class StoredLog : public QObject, public logs::LogSource
{
    Q_OBJECT
public:
    explicit StoredLog(QObject *parent = nullptr);
    ~StoredLog() override;

    /// Ends the search before it, and begins with nothing. What goes through `sink` is in the log before that; it outlives this.
    void search(const QString &projectFolder, const LogRequest &request, logs::Sink &sink);
    void cancel();
    [[nodiscard]] bool isSearching() const { return m_searching; }

    [[nodiscard]] Range range() const override;
    [[nodiscard]] QList<logs::Line> lines(qint64 from, qint64 count) const override;
    [[nodiscard]] std::shared_ptr<const logs::LogOverview> overview() const override;

Q_SIGNALS:
    /// It is through, or was cancelled; with the time that it took.
    void finished(double ms);
    void failed(const eph::Error &error);

private:
    /// What one search has found; the search writes, the window reads.
    struct Found {
        std::optional<LogService> service; ///< The lines are of its files.
        /// Everything is wanted, file after file: of each its lines are known, and the number of its first.
        std::vector<std::pair<qint64, logs::LineIndex>> whole;
        std::vector<QByteArrayView> lines; ///< Otherwise.
        std::shared_ptr<const logs::LogOverview> overview = std::make_shared<logs::LogOverview>();
        std::atomic<bool> cancelled{false};
        mutable QMutex mutex;
    };

    /// Under the lock, of a number in the range.
    [[nodiscard]] QByteArrayView bytesOf(qint64 number) const;
    static void find(Found &found, const LogRequest &request, std::optional<Error> &error);
    static void index(Found &found);

    std::shared_ptr<Found> m_found = std::make_shared<Found>();
    bool m_searching = false;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::services
