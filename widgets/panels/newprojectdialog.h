// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace eph::ui {

/// Chooses a starter and where the project goes; or, for a function, its name.
class NewProjectDialog : public QDialog
{
    Q_OBJECT
public:
    enum class Purpose { Project, Function };
    NewProjectDialog(Purpose purpose, QWidget *parent);

    void showError(const QString &text);
    void select(const QString &starterId);

Q_SIGNALS:
    /// `place` is a folder for a project, a name for a function.
    void chosen(const QString &starterId, const QString &place);

private:
    void browse();
    void updateState();

    Purpose m_purpose;
    QListWidget *m_starters;
    QLineEdit *m_name;
    QLineEdit *m_folder;
    QLabel *m_description;
    QLabel *m_message;
    QPushButton *m_create;
};

} // namespace eph::ui
