// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

class QVBoxLayout;

namespace eph::ui {

/// Where one begins: open, new, examples, recent projects.
class WelcomePage : public QWidget
{
    Q_OBJECT
public:
    explicit WelcomePage(QWidget *parent = nullptr);

    void setRecent(const QStringList &folders);

Q_SIGNALS:
    void openRequested();
    void newRequested();
    void exampleRequested(const QString &id);
    void recentRequested(const QString &folder);

private:
    QVBoxLayout *m_recent;
    QWidget *m_recentColumn;
};

} // namespace eph::ui
