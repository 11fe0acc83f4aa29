// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/logpanel.h"

#include "widgets/common/statepage.h"
#include "widgets/logview/logview.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;

LogPanel::LogPanel(logs::LogStore &store, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_function(new QComboBox)
    , m_text(new QLineEdit)
    , m_follow(new QPushButton(tr("Follow")))
    , m_count(new QLabel)
    , m_stack(new QStackedWidget)
    , m_view(new LogView)
    , m_state(new StatePage)
{
    m_function->setObjectName(u"logFunction"_s);
    m_function->setAccessibleName(tr("Function whose lines are shown"));
    m_function->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_text->setObjectName(u"logFilter"_s);
    m_text->setAccessibleName(tr("Text that shown lines contain"));
    m_text->setPlaceholderText(tr("Filter lines"));
    m_text->setClearButtonEnabled(true);
    m_follow->setObjectName(u"logFollow"_s);
    m_follow->setProperty("quiet", true);
    m_follow->setToolTip(tr("Keep the newest line in view (End)"));
    m_count->setProperty("muted", true);
    auto *clear = new QPushButton(tr("Clear"));
    clear->setObjectName(u"logClear"_s);
    clear->setProperty("quiet", true);
    m_view->setObjectName(u"logView"_s);
    m_view->setStore(&store);
    m_stack->addWidget(m_state);
    m_stack->addWidget(m_view);

    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->setSpacing(8);
    bar->addWidget(m_function);
    bar->addWidget(m_text, 1);
    bar->addWidget(m_count);
    bar->addWidget(m_follow);
    bar->addWidget(clear);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_stack, 1);

    setFocusProxy(m_view);
    setFunctions({});
    connect(m_function, &QComboBox::currentIndexChanged, this, &LogPanel::applyFilter);
    connect(m_text, &QLineEdit::textChanged, this, &LogPanel::applyFilter);
    connect(m_follow, &QPushButton::clicked, this, [this] { m_view->setFollowing(true); });
    connect(clear, &QPushButton::clicked, this, [this] { m_store.clear(); });
    connect(m_view, &LogView::followingChanged, this, [this](bool following) { m_follow->setVisible(!following); });
    connect(m_view, &LogView::contentChanged, this, &LogPanel::updateState);
    connect(m_view, &LogView::lineActivated, this, &LogPanel::lineActivated);
    connect(m_state, &StatePage::actionTriggered, this, [this] {
        if (!m_hidesLines)
            return Q_EMIT invokeRequested();
        m_text->clear();
        m_function->setCurrentIndex(0);
    });
    m_follow->hide();
    updateState();
}

void LogPanel::setFunctions(const QStringList &names)
{
    const QString before = m_function->currentText();
    {
        const QSignalBlocker quiet(m_function);
        m_function->clear();
        m_function->addItem(tr("All functions"));
        m_function->addItems(names);
        m_function->setCurrentIndex(std::max(0, m_function->findText(before)));
    }
    if (m_function->currentText() != before)
        applyFilter();
}

void LogPanel::applyFilter()
{
    m_view->setFilter(m_function->currentIndex() > 0 ? m_function->currentText() : QString(), m_text->text());
    updateState();
}

void LogPanel::updateState()
{
    const bool filtered = m_function->currentIndex() > 0 || !m_text->text().isEmpty();
    const qint64 lines = m_view->shownLines();
    const auto range = m_store.range();
    m_count->setText(lines == 0 ? QString() : tr("%1 lines").arg(QLocale().toString(lines)));
    m_count->setToolTip(range.first > 0 ? tr("%1 older lines are not kept any more.").arg(QLocale().toString(range.first)) : QString());
    if (lines > 0) {
        m_stack->setCurrentWidget(m_view);
        return;
    }
    m_hidesLines = filtered && range.end > range.first;
    if (m_hidesLines)
        m_state->showEmpty(tr("No line matches the filter."), tr("Show all lines"));
    else
        m_state->showEmpty(tr("What functions and the platform write appears here, line by line."), tr("Invoke a function"));
    m_stack->setCurrentWidget(m_state);
}

} // namespace eph::ui
