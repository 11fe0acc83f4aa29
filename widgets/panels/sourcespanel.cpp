// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/sourcespanel.h"

#include "widgets/common/elidedlabel.h"
#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QUrl>

namespace eph::ui {

using namespace Qt::StringLiterals;
using services::SourceItem;
using services::SourceKind;
using services::SourceService;
using services::SourceSummary;

namespace {

constexpr std::chrono::milliseconds LookEvery{500};
constexpr int MaxItems = 200;

enum SourceColumn { NameColumn, KindColumn, WaitingColumn, FlightColumn, FeedsColumn };

[[nodiscard]] QString kindText(const SourceSummary &source)
{
    switch (source.kind) {
    case SourceKind::Queue: return source.isDeadLetter ? SourcesPanel::tr("dead letters") : SourcesPanel::tr("queue");
    case SourceKind::Topic: return SourcesPanel::tr("topic");
    case SourceKind::Stream: return SourcesPanel::tr("stream");
    case SourceKind::Table: return SourcesPanel::tr("table stream");
    case SourceKind::Bucket: return SourcesPanel::tr("bucket");
    }
    Q_UNREACHABLE();
}

/// Those of this machine that are dragged; folders are none.
[[nodiscard]] QStringList filesOf(const QMimeData &data)
{
    QStringList files;
    const QList<QUrl> urls = data.urls();
    for (const QUrl &url : urls) {
        if (const QFileInfo info(url.toLocalFile()); url.isLocalFile() && info.isFile())
            files << info.filePath();
    }
    return files;
}

[[nodiscard]] QTreeWidget *newList(const QString &objectName, const QString &name, const QStringList &headers, int stretched)
{
    auto *list = new QTreeWidget;
    list->setObjectName(objectName);
    list->setAccessibleName(name);
    list->setRootIsDecorated(false);
    list->setUniformRowHeights(true);
    list->setHeaderLabels(headers);
    list->header()->setStretchLastSection(false);
    list->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    list->header()->setSectionResizeMode(stretched, QHeaderView::Stretch);
    return list;
}

} // namespace

SourcesPanel::SourcesPanel(services::LocalCloud &cloud, services::Serving &serving, QWidget *parent)
    : QWidget(parent)
    , m_cloud(cloud)
    , m_serving(serving)
{
    m_timer.setInterval(LookEvery);
    connect(&m_timer, &QTimer::timeout, this, &SourcesPanel::look);
}

void SourcesPanel::makeRow()
{
    m_serve = new QPushButton;
    m_told = new QLabel;
    m_purge = new QPushButton(tr("Purge"));
    m_back = new QPushButton(tr("Send back"));
    m_serve->setObjectName(u"sourcesServe"_s);
    m_told->setObjectName(u"sourcesTold"_s);
    m_purge->setObjectName(u"sourcesPurge"_s);
    m_purge->setProperty("quiet", true);
    m_purge->setToolTip(tr("Take all messages of the queue away"));
    m_back->setObjectName(u"sourcesBack"_s);
    m_back->setProperty("quiet", true);
    m_back->setToolTip(tr("Send what the queue holds back to the queues that gave it up"));
}

void SourcesPanel::make()
{
    m_stack = new QStackedWidget;
    m_state = new StatePage;
    setAcceptDrops(true);
    makeRow();
    m_sources = newList(u"sourcesList"_s, tr("Event sources"), {tr("Source"), tr("Kind"), tr("Holds"), tr("In flight"), tr("Feeds")}, NameColumn);
    const QStringList itemHeaders{tr("Arrived"), tr("Key"), tr("Tries"), tr("Why"), tr("Body")};
    m_items = newList(u"sourcesItems"_s, tr("What it holds"), itemHeaders, int(itemHeaders.size()) - 1);
    addItemActions();
    for (const int column : {WaitingColumn, FlightColumn})
        m_sources->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    m_itemsTitle = new QLabel;
    m_itemsTitle->setObjectName(u"sourcesItemsTitle"_s);
    m_itemsTitle->setFont(Theme::smallFont());
    m_itemsTitle->setProperty("muted", true);
    m_itemsTitle->setContentsMargins(4, 4, 4, 0);
    m_handled = new ElidedLabel;
    m_handled->setObjectName(u"sourcesHandled"_s);
    m_handled->setFont(Theme::smallFont());
    m_handled->setContentsMargins(4, 0, 4, 4);
    m_body = new QPlainTextEdit;
    m_body->setObjectName(u"sourcesBody"_s);
    m_body->setAccessibleName(tr("Message"));
    m_body->setTabChangesFocus(true);
    m_body->setFont(Theme::codeFont());
    connect(&theme(), &Theme::changed, m_body, [this] { m_body->setFont(Theme::codeFont()); });
    m_key = new QLineEdit;
    m_key->setObjectName(u"sourcesKey"_s);
    m_key->setAccessibleName(tr("Key"));
    m_send = new QPushButton(tr("Send"));
    m_send->setObjectName(u"sourcesSend"_s);
    m_send->setToolTip(tr("Ctrl+Enter in the message"));
    m_file = new QPushButton(tr("A file…"));
    m_file->setObjectName(u"sourcesFile"_s);
    m_file->setToolTip(tr("Put a file of this machine into the bucket; files may be dropped here, too"));
    m_sent = new QLabel;
    m_sent->setObjectName(u"sourcesSent"_s);
    m_sent->setFont(Theme::smallFont());
    m_sent->setProperty("muted", true);
    // Nothing moves under the pointer as one goes from source to source.
    for (QWidget *field : {static_cast<QWidget *>(m_key), static_cast<QWidget *>(m_file)}) {
        QSizePolicy policy = field->sizePolicy();
        policy.setRetainSizeWhenHidden(true);
        field->setSizePolicy(policy);
    }

    auto *row = new QHBoxLayout;
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(8);
    row->addWidget(m_serve);
    row->addWidget(m_told, 1);
    row->addWidget(m_back);
    row->addWidget(m_purge);
    auto *items = new QWidget;
    auto *itemsColumn = new QVBoxLayout(items);
    itemsColumn->setContentsMargins(0, 0, 0, 0);
    itemsColumn->setSpacing(2);
    itemsColumn->addWidget(m_itemsTitle);
    itemsColumn->addWidget(m_handled);
    itemsColumn->addWidget(m_items, 1);
    auto *form = new QWidget;
    auto *formColumn = new QVBoxLayout(form);
    formColumn->setContentsMargins(8, 4, 8, 4);
    formColumn->setSpacing(4);
    auto *sendRow = new QHBoxLayout;
    sendRow->setSpacing(8);
    sendRow->addWidget(m_key, 1);
    sendRow->addWidget(m_file);
    sendRow->addWidget(m_send);
    formColumn->addWidget(m_body, 1);
    formColumn->addLayout(sendRow);
    formColumn->addWidget(m_sent);
    auto *content = new QWidget;
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_sources);
    splitter->addWidget(items);
    splitter->addWidget(form);
    splitter->setStretchFactor(0, 4);
    splitter->setStretchFactor(1, 4);
    splitter->setStretchFactor(2, 3);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(splitter, 1);
    m_stack->addWidget(m_state);
    m_stack->addWidget(content);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    // What is made while its parent is being shown is not shown with it.
    m_stack->show();
    setFocusProxy(m_sources);
    connectAll();
}

void SourcesPanel::connectAll()
{
    connect(m_serve, &QPushButton::clicked, this, [this] {
        if (!m_serving.isStarting())
            m_serving.ports() ? m_serving.stop() : m_serving.start();
    });
    connect(&m_serving, &services::Serving::changed, this, &SourcesPanel::updateState);
    connect(m_state, &StatePage::actionTriggered, this, &SourcesPanel::sourceRequested);
    connect(m_sources, &QTreeWidget::currentItemChanged, this, &SourcesPanel::chosen);
    connect(m_sources, &QTreeWidget::itemActivated, this, [this] {
        const SourceSummary *source = current();
        if (source && !source->location.file.isEmpty())
            Q_EMIT placeRequested(source->location.file, source->location.line, source->location.column);
    });
    connect(m_send, &QPushButton::clicked, this, &SourcesPanel::send);
    connect(m_file, &QPushButton::clicked, this, &SourcesPanel::chooseFile);
    auto *sendKey = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), m_body);
    sendKey->setContext(Qt::WidgetShortcut);
    connect(sendKey, &QShortcut::activated, this, &SourcesPanel::send);
    connect(m_key, &QLineEdit::returnPressed, this, &SourcesPanel::send);
    connect(m_back, &QPushButton::clicked, this, [this] {
        if (const SourceSummary *source = current())
            change([source = *source](SourceService &service) { return service.sendBack(source).map([](qint64) {}); });
    });
    connect(m_purge, &QPushButton::clicked, this, &SourcesPanel::askToPurge);
}

void SourcesPanel::askToPurge()
{
    const SourceSummary *source = current();
    if (!source)
        return;
    const qint64 count = source->waiting + source->inFlight + source->delayed;
    auto *question = new QMessageBox(QMessageBox::NoIcon, tr("Purge"), tr("Take %n message(s) of “%1” away? They are gone then.", nullptr, int(count)).arg(source->name), QMessageBox::NoButton, this);
    question->setObjectName(u"purgeQuestion"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton *purge = question->addButton(tr("Take them away"), QMessageBox::DestructiveRole);
    question->setDefaultButton(question->addButton(tr("Keep them"), QMessageBox::RejectRole));
    connect(question, &QMessageBox::buttonClicked, this, [this, purge, source = *source](const QAbstractButton *button) {
        if (button == purge)
            change([source](SourceService &service) { return service.purge(source).map([](qint64) {}); });
    });
    question->open();
}

void SourcesPanel::showEvent(QShowEvent *event)
{
    if (!m_stack)
        make();
    updateState();
    look();
    m_timer.start();
    QWidget::showEvent(event);
}

void SourcesPanel::hideEvent(QHideEvent *event)
{
    m_timer.stop();
    QWidget::hideEvent(event);
}

void SourcesPanel::setProject(const std::shared_ptr<const project::Project> &project)
{
    const bool other = !m_project || !project || m_project->folder != project->folder;
    m_project = project;
    if (!m_stack)
        return;
    if (other) {
        m_looked = false;
        m_problem.reset();
        show({});
        m_drafts.clear();
    }
    updateState();
    look();
}

const SourceSummary *SourcesPanel::current() const
{
    const int row = m_sources->indexOfTopLevelItem(m_sources->currentItem());
    return row >= 0 && row < int(m_picture.sources.size()) ? &m_picture.sources.at(row) : nullptr;
}

/// Reads the project's file on another thread: it may hold millions of messages.
void SourcesPanel::look()
{
    const bool any = m_project && !(m_project->eventSources.isEmpty() && !QFile::exists(sources::SourceStores::pathIn(m_project->folder)));
    if (!any || m_looking || !isVisible())
        return;
    m_looking = true;
    const SourceSummary *chosen = current();
    m_jobs.run([project = m_project, chosen = chosen ? std::optional(*chosen) : std::nullopt]() -> Result<Picture> {
        auto service = SourceService::open(*project);
        if (!service)
            return tl::unexpected(service.error());
        Picture picture{service->all(), {}, {}};
        if (chosen) {
            picture.name = chosen->name;
            picture.items = service->peek(*chosen, MaxItems);
        }
        return picture;
    }, [this](const Result<Picture> &picture) {
        m_looking = false;
        m_looked = true;
        m_problem = picture ? std::nullopt : std::optional(picture.error());
        show(picture.value_or(Picture()));
    });
}

void SourcesPanel::show(const Picture &picture)
{
    const bool sameNames = std::equal(picture.sources.begin(), picture.sources.end(), m_picture.sources.begin(), m_picture.sources.end(), [](const SourceSummary &a, const SourceSummary &b) { return a.name == b.name && a.kind == b.kind; });
    const SourceSummary *before = current();
    const QString chosenName = before ? before->name : QString();
    m_picture = picture;
    const QSignalBlocker blocked(m_sources);
    if (!sameNames)
        m_sources->clear();
    for (int row = 0; row < int(picture.sources.size()); ++row) {
        const SourceSummary &source = picture.sources.at(row);
        QTreeWidgetItem *item = sameNames ? m_sources->topLevelItem(row) : new QTreeWidgetItem(m_sources);
        const bool queue = source.kind == SourceKind::Queue;
        item->setText(NameColumn, source.name);
        item->setText(KindColumn, kindText(source));
        item->setText(WaitingColumn, source.kind == SourceKind::Topic ? QString() : QLocale().toString(source.waiting));
        item->setText(FlightColumn, queue ? QLocale().toString(source.inFlight) : QString());
        item->setText(FeedsColumn, source.feeds.join(u", "_s));
        for (const int column : {WaitingColumn, FlightColumn})
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        item->setToolTip(NameColumn, source.location.file.isEmpty() ? tr("Made by a call, not by the template") : tr("Enter or double click opens it in the template"));
        item->setToolTip(WaitingColumn, queue ? tr("%1 more are delayed").arg(source.delayed) : QString());
        if (!sameNames && source.name == chosenName)
            m_sources->setCurrentItem(item);
    }
    if (!m_sources->currentItem() && m_sources->topLevelItemCount() > 0)
        m_sources->setCurrentItem(m_sources->topLevelItem(0));
    takeDraft();
    showItems(picture);
    updateState();
}

QString SourcesPanel::placeholder(const SourceSummary &source) const
{
    if (source.kind == SourceKind::Table)
        return u"{\"eventName\": \"INSERT\", \"dynamodb\": {\"Keys\": {\"id\": {\"S\": \"1\"}}, \"NewImage\": {\"id\": {\"S\": \"1\"}}}}"_s;
    if (source.kind == SourceKind::Bucket)
        return tr("The content of an object for “%1”").arg(source.name);
    return source.kind == SourceKind::Stream ? tr("A record for “%1”").arg(source.name) : tr("A message for “%1”").arg(source.name);
}

/// What was written for one source is not for another.
void SourcesPanel::takeDraft()
{
    const SourceSummary *source = current();
    const QString name = source ? source->name : QString();
    if (name == m_draftOf)
        return;
    m_drafts.insert(m_draftOf, {m_body->toPlainText(), m_key->text()});
    m_draftOf = name;
    const auto [body, key] = m_drafts.value(name);
    m_body->setPlainText(body);
    m_key->setText(key);
    m_sent->clear();
}

void SourcesPanel::chosen()
{
    takeDraft();
    showItems({m_picture.sources, {}, {}});
    updateState();
    look();
}

void SourcesPanel::updateState()
{
    if (!m_stack)
        return;
    const SourceSummary *source = current();
    const bool reads = m_project && !m_looked && !m_project->eventSources.isEmpty();
    if (m_problem) {
        m_state->showError(*m_problem, tr("Open the template"));
    } else if (reads) {
        m_state->showLoading(tr("Looking what they hold…"));
    } else if (m_picture.sources.isEmpty()) {
        m_project ? m_state->showEmpty(tr("The project declares no queue, topic, stream, table stream or bucket. Declare one in the template, such as {Type: AWS::SQS::Queue}, or make one by a call."), tr("Open the template"))
                  : m_state->showEmpty(tr("Queues, topics, streams, table streams and buckets of a project are listed here, with what they hold."));
    }
    m_stack->setCurrentIndex(m_picture.sources.isEmpty() ? 0 : 1);
    const auto &ports = m_serving.ports();
    // Never disabled: its focus would go to the next button.
    m_serve->setText(m_serving.isStarting() ? tr("Starting…") : ports ? tr("Stop serving") : tr("Serve"));
    m_serve->setToolTip(ports ? tr("Call no function from them any more") : tr("Call the functions that they feed, and answer the AWS command line and SDKs"));
    QString problem;
    const QList<cloud::MappingState> mappings = ports ? m_cloud.mappings() : QList<cloud::MappingState>();
    for (const cloud::MappingState &mapping : mappings) {
        if (!mapping.problem.isEmpty())
            problem = tr("%1: %2", "mapping: problem").arg(mapping.id, mapping.problem);
    }
    setTone(m_told, problem.isEmpty() ? Token::Muted : Token::Bad);
    m_told->setText(!problem.isEmpty() ? problem : ports ? tr("Functions are called. Endpoint: %1").arg(ports->endpointUrl()) : tr("Not served: what is sent waits."));
    const bool queue = source && source->kind == SourceKind::Queue;
    m_purge->setEnabled(queue && source->waiting + source->inFlight + source->delayed > 0);
    m_back->setVisible(queue && source->isDeadLetter);
    m_back->setEnabled(queue && source->waiting + source->inFlight > 0);
    m_send->setEnabled(source);
    const bool bucket = source && source->kind == SourceKind::Bucket;
    m_file->setVisible(bucket);
    // A file that is dropped there is meant for the bucket.
    m_body->setAcceptDrops(!bucket);
    m_key->setVisible(source && (source->kind == SourceKind::Stream || source->kind == SourceKind::Table || source->kind == SourceKind::Bucket || source->name.endsWith(".fifo"_L1)));
    m_key->setPlaceholderText(queue ? tr("Message group") : source && source->kind == SourceKind::Bucket ? tr("Key: cats/cat.jpg") : tr("Partition key"));
    m_body->setPlaceholderText(source ? placeholder(*source) : QString());
}

void SourcesPanel::send()
{
    const SourceSummary *source = current();
    if (!source)
        return;
    services::SourceMessage message;
    message.body = m_body->toPlainText().toUtf8();
    message.key = m_key->isHidden() ? QString() : m_key->text();
    // Whoever types on replaces it; whoever sends again sends the same.
    m_body->selectAll();
    change([source = *source, message](SourceService &service) { return service.send(source, message).map([](const QString &) {}); }, tr("Sent to “%1”").arg(source->name));
}

void SourcesPanel::putFile(const SourceSummary &bucket, const QString &path, const QString &key)
{
    change([bucket, path, key](SourceService &service) { return service.sendFile(bucket, key, path); }, tr("“%1” is in “%2”").arg(key, bucket.name));
}

void SourcesPanel::dragEnterEvent(QDragEnterEvent *event)
{
    const SourceSummary *source = current();
    if (source && source->kind == SourceKind::Bucket && !filesOf(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void SourcesPanel::dropEvent(QDropEvent *event)
{
    const SourceSummary *source = current();
    const QStringList files = filesOf(*event->mimeData());
    if (!source || source->kind != SourceKind::Bucket)
        return;
    event->acceptProposedAction();
    // One has the key that is written there; of several each its own name.
    const QString wanted = files.size() == 1 ? m_key->text() : QString();
    for (const QString &path : files)
        putFile(*source, path, wanted.isEmpty() ? QFileInfo(path).fileName() : wanted);
}

void SourcesPanel::chooseFile()
{
    const SourceSummary *source = current();
    if (!source || source->kind != SourceKind::Bucket)
        return;
    auto *dialog = new QFileDialog(this, tr("Put a file into “%1”").arg(source->name), m_project->folder);
    dialog->setObjectName(u"sourcesFileDialog"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this, bucket = *source, wanted = m_key->text()](const QString &path) {
        putFile(bucket, path, wanted.isEmpty() ? QFileInfo(path).fileName() : wanted);
    });
    dialog->open();
}

void SourcesPanel::change(const Work &work, const QString &told)
{
    m_waiting.append({work, told});
    if (m_waiting.size() == 1)
        changeNext();
}

/// One after the other: what is sent first comes first.
void SourcesPanel::changeNext()
{
    m_jobs.run([project = m_project, work = m_waiting.first().first]() -> Result<void> {
        auto service = SourceService::open(*project);
        if (!service)
            return tl::unexpected(service.error());
        return work(*service);
    }, [this](const Result<void> &done) {
        const QString told = m_waiting.takeFirst().second;
        if (!done)
            Q_EMIT failed(done.error());
        else if (!told.isEmpty())
            m_sent->setText(tr("%1, %2", "what was done, when").arg(told, QTime::currentTime().toString(u"HH:mm:ss"_s)));
        if (m_waiting.isEmpty())
            look();
        else
            changeNext();
    });
}

} // namespace eph::ui
