// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/requeststory.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;

namespace eph::ui {

class TraceView;

/// Everything about one invocation: what called it, how long and how dear it was, what it caused, its event and its answer.
class RequestStoryView : public QWidget
{
    Q_OBJECT
public:
    explicit RequestStoryView(QWidget *parent = nullptr);

    void setStory(const services::RequestStory &story);
    /// Its lines are being looked for.
    void showLoading(const QByteArray &requestId);
    [[nodiscard]] const QByteArray &requestId() const { return m_story.requestId; }

Q_SIGNALS:
    void closed();
    void linesRequested(const QByteArray &requestId);
    void requestChosen(const QByteArray &requestId);
    void laneRequested(const QByteArray &requestId);
    void replayRequested(const QString &function, const QByteArray &event);

private:
    void addFact(const QString &name, const QString &value);
    void showFacts();

    services::RequestStory m_story;
    QLabel *m_title;
    QLabel *m_outcome;
    QFormLayout *m_facts;
    QLabel *m_traceHead;
    TraceView *m_trace;
    QTabWidget *m_texts;
    QPlainTextEdit *m_event;
    QPlainTextEdit *m_answer;
    QLabel *m_forgotten;
    QPushButton *m_replay;
    QPushButton *m_lane;
};

} // namespace eph::ui
