// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/eventfiles.h"
#include "core/project/model.h"
#include "core/services/invokeservice.h"
#include "core/sys/background.h"

#include <QElapsedTimer>
#include <QHash>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QStackedWidget;
class QTabWidget;
class QVBoxLayout;

namespace eph::ui {

class CodeEditor;
class FindBar;
class ResultView;
class StatePage;

/// Choose a function and an event, run it, read what came of it, run it again.
class InvokePanel : public QWidget
{
    Q_OBJECT
public:
    InvokePanel(services::InvokeService &service, QWidget *parent = nullptr);

    void setProject(std::shared_ptr<const project::Project> project);
    void setEvents(const QList<events::EventFile> &files);
    void selectFunction(const QString &name);
    [[nodiscard]] QString functionName() const;

    void invoke();
    void invokeAgain();
    /// Looks through the answer or the log that has the focus; null where none has.
    [[nodiscard]] FindBar *findBar() const;
    /// With an event of somebody else's; `eventName` is for people.
    void invokeWith(const QString &function, const QString &eventName, const QByteArray &event);
    /// The function and the event that are chosen; the error says what keeps them from being run.
    [[nodiscard]] Result<services::InvokeService::Request> chosenRequest() const;
    /// The same, to be run now: what is open is saved and read first. Cancelled where that failed, which has been told.
    [[nodiscard]] Result<services::InvokeService::Request> preparedRequest();

    /// Writes unsaved files and takes in what was saved; false when nothing may run now. Set by the window.
    std::function<bool()> prepare;
    /// What is chosen, and events that were typed and not saved, to be had back in a later session.
    [[nodiscard]] QByteArray state() const;
    void restore(const QByteArray &state);

Q_SIGNALS:
    void placeRequested(const QString &file, int line, int column);
    void openRequested(const QString &name, const QByteArray &text);
    void functionChanged(const QString &name);
    /// Of what runs of a function.
    void stopRequested(const QString &function);
    void runningChanged();
    void recorded(const eph::services::InvocationRecord &record);

private:
    struct Entry {
        services::InvocationRecord record;
        QString event; ///< Name of the event that was sent.
        qint64 finishedMs = 0;
    };

    /// Something to send: its name for people, and its text.
    struct Event {
        QString name;
        QByteArray text;
        QByteArray tenant = {}; ///< Of what ran before; empty: the one that is chosen.
    };
    void run(QString function, Event event);
    void ended(const QString &function);
    void take(const Result<services::InvocationRecord> &record, const QString &event, bool isNewest);
    [[nodiscard]] static QByteArray emptyEvent() { return "{\n}\n"; }
    void newEvent();
    void loadEvent(int index);
    /// Reads the chosen file again when it changed and nothing was typed here.
    void refreshEvent();
    void fillEvent(const QByteArray &text);
    /// Typed and not saved: it is there again when the event is chosen the next time.
    void keepDraft();
    void showDrafts();
    [[nodiscard]] QString eventName() const;
    void saveEvent();
    void saveEventAs();
    void storeEvent(const QString &name);
    void colourHistory();
    /// Takes the event that is named after the function, or the only one.
    void chooseEventFor(const QString &function);
    void checkEvent();
    void updateButton();
    void resizeEvent(QResizeEvent *event) override;
    /// Where there is little height, the event is one of the tabs: it and what comes of it have all of the room in turn.
    void arrange();
    void raiseEvent();
    /// What is asked for takes no more height than it needs there.
    void fitRequest();
    /// Only a function with tenant isolation asks for one.
    void updateTenant();
    [[nodiscard]] QByteArray tenantFor(const project::Function &function) const;
    void showEntry(int index);

    services::InvokeService &m_service;
    std::shared_ptr<const project::Project> m_project;
    QList<events::EventFile> m_files;
    QList<Entry> m_history; ///< Newest first.
    QString m_wanted;    ///< The function that was chosen, also while the template has none.
    QString m_eventPath; ///< The file that the event came from; empty for one of its own.
    QString m_lastFunction;
    Event m_lastEvent;
    QHash<QString, QByteArray> m_drafts; ///< By path; an empty one is the unsaved event's.
    QHash<QString, int> m_running; ///< Of each function.
    quint64 m_runs = 0; ///< So far; the newest one is shown.

    bool m_isShort = false;

    QStackedWidget *m_stack;
    StatePage *m_state;
    QVBoxLayout *m_request;
    QComboBox *m_function;
    QComboBox *m_event;
    QLabel *m_tenantLabel;
    QLineEdit *m_tenant;
    CodeEditor *m_editor;
    QLabel *m_problem;
    QPushButton *m_invoke;
    ResultView *m_result;
    QListWidget *m_historyList;
    QTabWidget *m_answer;
    sys::BackgroundJobs m_jobs{this};
};

/// What came of an invocation: outcome, figures, answer or error, log.
class ResultView : public QWidget
{
    Q_OBJECT
public:
    explicit ResultView(QWidget *parent = nullptr);

    /// Paths below it are shown without it.
    void setFolder(const QString &folder) { m_folder = folder; }
    void showEmpty();
    void showRunning(const QString &function);
    void showError(const eph::Error &error);
    void showRecord(const services::InvocationRecord &record);
    /// How true the runs of the chosen function are to the cloud.
    void setFidelity(const QList<services::FidelityNote> &notes);
    /// Of the text that has the focus; null where none has.
    [[nodiscard]] FindBar *findBar() const;

Q_SIGNALS:
    void placeRequested(const QString &file, int line, int column);
    /// A text that is too large to be shown here whole.
    void openRequested(const QString &name, const QByteArray &text);

private:
    void make();
    void tellRunning();
    void showCurrentTab();
    [[nodiscard]] CodeEditor *currentText() const;
    void showText(CodeEditor *view, const QByteArray &text, const QString &name);
    void showFailure(const services::InvocationRecord &record);
    void refresh();

    std::optional<services::InvocationRecord> m_record;
    QString m_folder;
    QString m_function; ///< Which runs.
    QTimer m_running;   ///< Until the view says so.
    bool m_tellsRunning = false;
    QStackedWidget *m_stack;
    StatePage *m_state;
    QList<services::FidelityNote> m_notes;
    QLabel *m_outcome = nullptr; ///< What follows is made for the first run: two editors would hold up the window's start.
    QLabel *m_figure = nullptr;
    QLabel *m_report = nullptr;
    QLabel *m_cost = nullptr;
    QLabel *m_errorMessage = nullptr;
    QLabel *m_advice = nullptr;
    QListWidget *m_trace = nullptr;
    CodeEditor *m_payload = nullptr;
    std::optional<QByteArray> m_httpBody; ///< Of the record, where it is one for HTTP.
    CodeEditor *m_body = nullptr; ///< Of an answer for HTTP, as its client reads it.
    CodeEditor *m_log = nullptr;
    FindBar *m_find = nullptr;
    QListWidget *m_fidelity = nullptr;
    QPushButton *m_whole = nullptr; ///< Opens what is shown only in part.
    QTabWidget *m_tabs = nullptr;
};

} // namespace eph::ui
