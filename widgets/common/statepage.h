// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace eph {
struct Error;
}

namespace eph::ui {

/// What a view shows instead of its content: empty with the next step, loading, or an error with its way out.
class StatePage : public QWidget
{
    Q_OBJECT
public:
    explicit StatePage(QWidget *parent = nullptr);

    /// `action` may be empty: then there is no button.
    void showEmpty(const QString &text, const QString &action = {});
    void showLoading(const QString &text);
    void showError(const eph::Error &error, const QString &action = {});

Q_SIGNALS:
    void actionTriggered();

private:
    void show(const QString &icon, const QString &title, const QString &text, const QString &action);

    QLabel *m_icon;
    QLabel *m_title;
    QLabel *m_text;
    QProgressBar *m_progress;
    QPushButton *m_action;
};

} // namespace eph::ui
