// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/requeststore.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTabWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace eph::ui {

class CodeEditor;
class StatePage;

/// What the gateway was asked and answered, the newest on top, with the whole of the chosen one below.
class RequestList : public QWidget
{
    Q_OBJECT
public:
    explicit RequestList(const gateway::RequestStore &requests, QWidget *parent = nullptr);

    /// Where the gateway is, for commands that are copied.
    void setBaseUrl(const QString &url) { m_baseUrl = url; }
    /// Takes over what is new now, and chooses the newest.
    void showNewest();
    void clear();

private:
    void makeViews();
    void takeNew();
    void dropForgotten();
    void showCurrent();
    void colour(QTreeWidgetItem *item, int status) const;
    [[nodiscard]] const gateway::HandledRequest *current() const;
    void copyAsCurl();
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

    const gateway::RequestStore &m_store;
    QList<gateway::HandledRequest> m_requests; ///< As in the list.
    qint64 m_last = 0;
    QString m_baseUrl;
    QTimer m_look;
    QStackedWidget *m_stack;
    StatePage *m_state;
    QTreeWidget *m_list;
    QTabWidget *m_tabs;
    QLabel *m_problem = nullptr; ///< Above the answer: why it is the gateway's own.
    CodeEditor *m_answer = nullptr; ///< These are made for the first request: three editors would hold up the window's start.
    CodeEditor *m_headers = nullptr;
    CodeEditor *m_sent = nullptr;
    QPushButton *m_copy;
};

} // namespace eph::ui
