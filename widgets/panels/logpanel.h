// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logstore.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace eph::ui {

class LogView;
class StatePage;

/// The live log with its filter.
class LogPanel : public QWidget
{
    Q_OBJECT
public:
    explicit LogPanel(logs::LogStore &store, QWidget *parent = nullptr);

    void setFunctions(const QStringList &names);
    [[nodiscard]] LogView *view() const { return m_view; }

Q_SIGNALS:
    void lineActivated(const QString &text);
    void invokeRequested();

private:
    void applyFilter();
    void updateState();

    logs::LogStore &m_store;
    QComboBox *m_function;
    QLineEdit *m_text;
    QPushButton *m_follow;
    QLabel *m_count;
    QStackedWidget *m_stack;
    LogView *m_view;
    StatePage *m_state;
    bool m_hidesLines = false; ///< There are lines, but the filter lets none through.
};

} // namespace eph::ui
