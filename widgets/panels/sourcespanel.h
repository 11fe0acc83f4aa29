// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/serving.h"
#include "core/services/sourceservice.h"
#include "core/sys/background.h"

#include <QTimer>
#include <QWidget>
#include <memory>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QTreeWidget;

namespace eph::ui {

class StatePage;

/// The queues, topics, streams and table streams of the project: what they hold, and something for them.
class SourcesPanel : public QWidget
{
    Q_OBJECT
public:
    SourcesPanel(services::LocalCloud &cloud, services::Serving &serving, QWidget *parent = nullptr);

    void setProject(const std::shared_ptr<const project::Project> &project);

Q_SIGNALS:
    void placeRequested(const QString &file, int line, int column);
    void failed(const eph::Error &error);
    /// What a message or a record says, to be read.
    void openRequested(const QString &name, const QByteArray &text);
    /// The way to a first source.
    void sourceRequested();

private:
    /// What the panel shows, read away from the window's thread.
    struct Picture {
        QList<services::SourceSummary> sources;
        QString name; ///< Of the one whose items these are.
        QList<services::SourceItem> items;
    };

    void make();
    void makeRow();
    void connectAll();
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void look();
    void show(const Picture &picture);
    void showItems(const Picture &picture);
    [[nodiscard]] QString titleFor(const services::SourceSummary &source, bool isEmpty) const;
    /// How the functions fared that it fed last.
    [[nodiscard]] QString handledText(const services::SourceSummary &source) const;
    void addItemActions();
    [[nodiscard]] const services::SourceItem *currentItem() const;
    void openItem();
    void updateState();
    void chosen();
    void takeDraft();
    void send();
    void chooseFile();
    void putFile(const services::SourceSummary &bucket, const QString &path, const QString &key);
    void askToPurge();
    using Work = std::function<Result<void>(services::SourceService &)>;
    /// Calls work() with the service on another thread, tells what was done, and looks again.
    void change(const Work &work, const QString &told = {});
    void changeNext();
    [[nodiscard]] const services::SourceSummary *current() const;
    [[nodiscard]] QString placeholder(const services::SourceSummary &source) const;

    services::LocalCloud &m_cloud;
    services::Serving &m_serving;
    std::shared_ptr<const project::Project> m_project;
    Picture m_picture;
    bool m_looking = false;
    bool m_looked = false; ///< At this project.
    std::optional<Error> m_problem; ///< Why it could not be read.
    QList<std::pair<Work, QString>> m_waiting; ///< With what is told afterwards; the first one is being done.
    QHash<QString, std::pair<QString, QString>> m_drafts; ///< Message and key that are written for each source.
    QString m_draftOf; ///< Whose are in the fields.
    QTimer m_timer{this};
    QStackedWidget *m_stack = nullptr; ///< What follows is made when it is first shown.
    StatePage *m_state = nullptr;
    QTreeWidget *m_sources = nullptr;
    QTreeWidget *m_items = nullptr;
    QLabel *m_itemsTitle = nullptr;
    QLabel *m_handled = nullptr; ///< What became of what was in it.
    QPlainTextEdit *m_body = nullptr;
    QLineEdit *m_key = nullptr;
    QPushButton *m_send = nullptr;
    QPushButton *m_file = nullptr;
    QLabel *m_sent = nullptr;
    QPushButton *m_serve = nullptr;
    QPushButton *m_purge = nullptr;
    QPushButton *m_back = nullptr;
    QLabel *m_told = nullptr;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::ui
