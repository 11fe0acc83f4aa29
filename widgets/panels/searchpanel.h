// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/filesearch.h"
#include "core/sys/background.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QStackedWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace eph::ui {

class StatePage;

/// Finds a text in the files of the project that is open.
class SearchPanel : public QWidget
{
    Q_OBJECT
public:
    explicit SearchPanel(QWidget *parent = nullptr);

    /// Empty when nothing is open.
    void setFolder(const QString &folder);
    /// Puts the caret into the field, with a text to begin with.
    void begin(const QString &text);

    /// What is typed and not saved, so that what is found is what is seen. Set by the window.
    std::function<QHash<QString, QByteArray>()> unsaved;

Q_SIGNALS:
    void placeRequested(const QString &file, int line, int column);

private:
    void search();
    void show(const Result<services::SearchResult> &found);
    void activate(QTreeWidgetItem *item);

    QString m_folder;
    quint64 m_generation = 0; ///< Of the newest search; older answers are dropped.
    QLineEdit *m_text;
    QCheckBox *m_regularExpression;
    QCheckBox *m_matchCase;
    QLabel *m_count;
    QStackedWidget *m_stack;
    StatePage *m_state;
    QTreeWidget *m_hits;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::ui
