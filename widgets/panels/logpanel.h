// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logstore.h"
#include "core/services/linecost.h"
#include "core/services/logexport.h"
#include "core/services/requeststory.h"
#include "core/services/storedlog.h"
#include "widgets/panels/cloudfollowing.h"

#include <QTimer>
#include <QWidget>

class QBoxLayout;
class QComboBox;
class QLabel;
class QMenu;
class QLineEdit;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace eph::ui {

class LogTimeline;
class LogView;
class RequestStoryView;
class StatePage;

/// The log: what is said now, or what was said in all runs, and what of it a query wants; how it lies in time, and the whole story of
/// one request beside it.
class LogPanel : public QWidget
{
    Q_OBJECT
public:
    LogPanel(logs::LogStore &store, const services::RecentInvocations &recent, QWidget *parent = nullptr);

    void setFunctions(const QStringList &names);
    /// What the invocations cost is said after their report lines.
    void setLineCost(const services::LineCost &cost);
    /// Where the logs of all runs lie; an empty one has none.
    void setProjectFolder(const QString &folder);
    [[nodiscard]] LogView *view() const { return m_view; }
    /// Offers to close it, for one of several.
    void setClosable(bool closable);
    /// Everything about a request, beside the lines.
    void showStory(const QByteArray &requestId);

Q_SIGNALS:
    void lineActivated(const QString &text);
    void invokeRequested();
    void laneRequested(const QByteArray &requestId);
    void replayRequested(const QString &function, const QByteArray &event);
    /// Another view of the log beside this one.
    void splitRequested();
    void closeRequested();

private:
    void addBar();
    [[nodiscard]] QMenu *makeViewMenu();
    void toggleColumn(int column, bool shown);
    void chooseSpan(qint64 fromMs, qint64 untilMs);
    void clearSpan();
    void tellStory(const QByteArray &requestId, const QList<logs::Line> &lines);
    void chooseExport();
    void exportTo(const QString &file);
    [[nodiscard]] logs::LogRequest request() const;
    void applyFilter();
    /// Looks through all runs, a moment after the last key.
    void searchStored();
    void updateState();
    void showLive();
    void showStored();
    void showCloud();
    [[nodiscard]] const logs::LogStore &liveStore() const;
    void chooseImport();
    void import(const QStringList &files);
    [[nodiscard]] QString summary(qint64 lines) const;
    void tell(const QString &text, const QString &more, bool bad);
    void resizeEvent(QResizeEvent *event) override;
    [[nodiscard]] bool isNarrow() const;
    [[nodiscard]] bool isStored() const;
    [[nodiscard]] bool isCloud() const;
    [[nodiscard]] QString function() const;

    logs::LogStore &m_store;
    services::StoredLog m_stored;
    CloudFollowing m_following;
    bool m_followingFailed = false; ///< The error is of what is followed.
    QString m_folder;
    services::LineCost m_cost;
    QComboBox *m_function;
    QLineEdit *m_text;
    QPushButton *m_allRuns;
    QPushButton *m_cloud;
    QPushButton *m_groups;
    QPushButton *m_import;
    QPushButton *m_clear;
    QPushButton *m_follow;
    QPushButton *m_span;
    QPushButton *m_close;
    QLabel *m_count;
    QBoxLayout *m_bar;
    LogTimeline *m_timeline;
    QSplitter *m_beside;
    QStackedWidget *m_stack;
    LogView *m_view;
    RequestStoryView *m_story;
    StatePage *m_state;
    QTimer m_searchSoon;
    std::optional<Error> m_error; ///< Of the query, or of the search.
    const services::RecentInvocations &m_recent;
    qint64 m_fromMs = -1; ///< Of the span that is seen alone; -1: all.
    qint64 m_untilMs = -1;
    bool m_showsTimeline = true;
    double m_searchMs = 0; ///< That the last one took.
    bool m_importing = false;
    bool m_hidesLines = false; ///< There are lines, but the filter lets none through.
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::ui
