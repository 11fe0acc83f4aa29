// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logstore.h"
#include "core/services/linecost.h"
#include "core/services/storedlog.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace eph::ui {

class LogView;
class StatePage;

/// The log: what is said now, or what was said in all runs, and what of it a query wants.
class LogPanel : public QWidget
{
    Q_OBJECT
public:
    explicit LogPanel(logs::LogStore &store, QWidget *parent = nullptr);

    void setFunctions(const QStringList &names);
    /// What the invocations cost is said after their report lines.
    void setLineCost(const services::LineCost &cost);
    /// Where the logs of all runs lie; an empty one has none.
    void setProjectFolder(const QString &folder);
    [[nodiscard]] LogView *view() const { return m_view; }

Q_SIGNALS:
    void lineActivated(const QString &text);
    void invokeRequested();

private:
    void addBar();
    void applyFilter();
    /// Looks through all runs, a moment after the last key.
    void searchStored();
    void updateState();
    void showLive();
    void showStored();
    void chooseImport();
    void import(const QStringList &files);
    [[nodiscard]] QString summary(qint64 lines) const;
    void tell(const QString &text, const QString &more, bool bad);
    [[nodiscard]] bool isStored() const;
    [[nodiscard]] QString function() const;

    logs::LogStore &m_store;
    services::StoredLog m_stored;
    QString m_folder;
    services::LineCost m_cost;
    QComboBox *m_function;
    QLineEdit *m_text;
    QPushButton *m_allRuns;
    QPushButton *m_import;
    QPushButton *m_clear;
    QPushButton *m_follow;
    QLabel *m_count;
    QStackedWidget *m_stack;
    LogView *m_view;
    StatePage *m_state;
    QTimer m_searchSoon;
    std::optional<Error> m_error; ///< Of the query, or of the search.
    double m_searchMs = 0; ///< That the last one took.
    bool m_importing = false;
    bool m_hidesLines = false; ///< There are lines, but the filter lets none through.
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::ui
