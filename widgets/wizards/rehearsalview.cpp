// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/wizards/rehearsalview.h"

#include "core/events/eventfiles.h"
#include "widgets/common/durations.h"
#include "widgets/common/theme.h"

#include <QFile>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int Runs = 10;

} // namespace

RehearsalView::RehearsalView(const services::InvokeService &invokes, const services::RecentInvocations &recent, QWidget *parent)
    : QWidget(parent)
    , m_recent(recent)
    , m_rehearsal(invokes)
    , m_start(new QPushButton(tr("Rehearse")))
    , m_text(new QLabel)
    , m_table(new QTreeWidget)
{
    m_start->setObjectName(u"rehearsalStart"_s);
    m_start->setAutoDefault(false);
    m_text->setObjectName(u"rehearsalText"_s);
    m_text->setWordWrap(true);
    m_text->setProperty("muted", true);
    m_table->setObjectName(u"rehearsalTable"_s);
    m_table->setAccessibleName(tr("What is live beside what is new"));
    m_table->setRootIsDecorated(false);
    m_table->setHeaderLabels({tr("Function"), tr("Version"), tr("Runs"), tr("Errors"), tr("p50"), tr("p95"), tr("Per million")});
    m_table->header()->setStretchLastSection(false);
    m_table->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_start);
    row->addWidget(m_text, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(row);
    column->addWidget(m_table, 1);
    connect(m_start, &QPushButton::clicked, this, &RehearsalView::start);
    connect(&m_rehearsal, &services::Rehearsal::finished, this, &RehearsalView::show);
    connect(&m_rehearsal, &services::Rehearsal::progressed, this, [this](int done, int all) { m_text->setText(tr("Trying %1: run %2 of %3").arg(m_project->functions.at(m_function).name).arg(done).arg(all)); });
    connect(&m_rehearsal, &services::Rehearsal::failed, this, [this](const Error &error) {
        m_text->setText(error.message + u' ' + error.hint);
        m_start->setEnabled(true);
    });
}

void RehearsalView::setRelease(const std::shared_ptr<const project::Project> &project, const std::optional<deploy::Release> &live)
{
    m_rehearsal.cancel();
    m_project = project;
    m_live = live;
    m_table->clear();
    m_table->hide();
    m_start->setEnabled(true);
    setVisible(m_project && m_live);
    if (m_live)
        m_text->setText(tr("Runs each function at least %1 times as it is, and as often as it is live (%2), on its saved events and those that it was sent lately, on this machine.").arg(Runs).arg(m_live->id));
}

void RehearsalView::start()
{
    m_table->clear();
    m_start->setEnabled(false);
    m_function = -1;
    next();
}

QList<QByteArray> RehearsalView::eventsFor(const project::Function &function) const
{
    QList<QByteArray> events;
    const QList<events::EventFile> files = events::eventsNamedAfter(m_project->eventsFolder(), function.name);
    for (const events::EventFile &file : files) {
        QFile source(file.path);
        if (source.open(QIODevice::ReadOnly))
            events << source.readAll();
    }
    // What it was really sent, here or as a release.
    constexpr qsizetype MostRecorded = 20;
    const deploy::Resource *deployed = m_live->spec.find(deploy::kinds::Function + u':' + function.logicalId);
    const QList<QByteArray> recorded = m_recent.eventsOf({function.name, deployed ? deployed->name : function.name}, MostRecorded);
    for (const QByteArray &event : recorded) {
        if (!events.contains(event))
            events << event;
    }
    return events.isEmpty() ? QList<QByteArray>{"{}"} : events;
}

void RehearsalView::next()
{
    const QString prefix = deploy::kinds::Function + u':';
    do {
        ++m_function;
    } while (m_function < m_project->functions.size() && !m_live->spec.find(prefix + m_project->functions.at(m_function).logicalId));
    if (m_function >= m_project->functions.size()) {
        m_start->setEnabled(true);
        m_text->setText(tr("Done. Measured on this machine, one run after the other."));
        return;
    }
    const project::Function &function = m_project->functions.at(m_function);
    const QList<QByteArray> events = eventsFor(function);
    const auto begun = m_rehearsal.start({*m_project, function, *m_live, events, std::max(Runs, int(events.size()))}, deploy::Vault(m_project->folder));
    if (begun)
        return;
    m_text->setText(begun.error().message + u' ' + begun.error().hint);
    m_start->setEnabled(true);
}

void RehearsalView::addRow(const services::RehearsalResult &result, const services::RehearsalSide &side)
{
    auto *item = new QTreeWidgetItem(m_table, {result.function, side.release.isEmpty() ? tr("new") : side.release, QString::number(side.runs), QString::number(side.errors), durationText(side.percentileMs(0.5)), durationText(side.percentileMs(0.95)), side.perMillion.readable()});
    for (const int column : {2, 3, 4, 5, 6})
        item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    if (side.errors > 0)
        item->setIcon(3, theme().icon(u"warning"_s, Token::Warning));
}

void RehearsalView::show(const services::RehearsalResult &result)
{
    m_table->show();
    addRow(result, result.before);
    addRow(result, result.after);
    for (const services::RehearsalDifference &difference : result.differences) {
        auto *item = new QTreeWidgetItem(m_table, {tr("Event %1 is answered differently: %2 → %3").arg(difference.event + 1).arg(difference.before.left(60), difference.after.left(60))});
        item->setFirstColumnSpanned(true);
        item->setToolTip(0, difference.before + u'\n' + difference.after);
        item->setIcon(0, theme().icon(u"warning"_s, Token::Warning));
    }
    next();
}

} // namespace eph::ui
