// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/welcomepage.h"

#include "core/services/projecttemplates.h"
#include "widgets/common/theme.h"

#include <QDir>
#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

QPushButton *entry(const QString &title, const QString &name)
{
    auto *button = new QPushButton(title);
    button->setObjectName(name);
    button->setProperty("link", true);
    button->setCursor(Qt::PointingHandCursor);
    button->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    return button;
}

QLabel *muted(const QString &text)
{
    auto *label = new QLabel(text);
    label->setProperty("muted", true);
    label->setWordWrap(true);
    label->setContentsMargins(6, 0, 0, 8);
    return label;
}

QLabel *heading(const QString &text)
{
    auto *label = new QLabel(text);
    QFont font = label->font();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    label->setContentsMargins(6, 0, 0, 4);
    return label;
}

} // namespace

WelcomePage::WelcomePage(QWidget *parent)
    : QWidget(parent)
    , m_recent(new QVBoxLayout)
    , m_recentColumn(new QWidget)
{
    auto *title = new QLabel(u"Ephemera"_s);
    title->setFont(Theme::largeFont());
    title->setContentsMargins(6, 0, 0, 0);
    auto *subtitle = muted(tr("Serverless functions on this machine, as the cloud runs them."));

    auto *open = new QPushButton(tr("Open a folder"));
    open->setObjectName(u"welcomeOpen"_s);
    open->setProperty("primary", true);
    auto *create = new QPushButton(tr("New project"));
    create->setObjectName(u"welcomeNew"_s);
    connect(open, &QPushButton::clicked, this, &WelcomePage::openRequested);
    connect(create, &QPushButton::clicked, this, &WelcomePage::newRequested);
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(6, 0, 0, 16);
    buttons->setSpacing(8);
    buttons->addWidget(open);
    buttons->addWidget(create);
    buttons->addStretch();

    auto *examples = new QVBoxLayout;
    examples->setSpacing(0);
    examples->addWidget(heading(tr("Examples")));
    const QList<services::Starter> all = services::starters();
    for (const services::Starter &starter : all) {
        if (!starter.example)
            continue;
        QPushButton *button = entry(starter.title, "example_"_L1 + starter.id);
        connect(button, &QPushButton::clicked, this, [this, id = starter.id] { Q_EMIT exampleRequested(id); });
        examples->addWidget(button);
        examples->addWidget(muted(starter.description));
    }
    examples->addStretch();
    m_recent->setSpacing(0);
    m_recent->setContentsMargins(0, 0, 0, 0);
    m_recentColumn->setLayout(m_recent);
    auto *columns = new QHBoxLayout;
    columns->setSpacing(32);
    columns->addLayout(examples, 1);
    columns->addWidget(m_recentColumn, 1);

    auto *content = new QWidget;
    content->setProperty("surface", true);
    content->setMaximumWidth(820);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(32, 48, 32, 32);
    layout->setSpacing(4);
    layout->addWidget(title);
    layout->addWidget(subtitle);
    layout->addLayout(buttons);
    layout->addLayout(columns);
    layout->addStretch();
    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setAlignment(Qt::AlignHCenter);
    scroll->viewport()->setProperty("surface", true);
    scroll->setWidget(content);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    setRecent({});
}

void WelcomePage::setRecent(const QStringList &folders)
{
    while (QLayoutItem *item = m_recent->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_recentColumn->setVisible(!folders.isEmpty());
    m_recent->addWidget(heading(tr("Recent")));
    for (const QString &folder : folders) {
        QPushButton *button = entry(QDir(folder).dirName(), u"recent"_s);
        connect(button, &QPushButton::clicked, this, [this, folder] { Q_EMIT recentRequested(folder); });
        m_recent->addWidget(button);
        m_recent->addWidget(muted(QDir::toNativeSeparators(folder)));
    }
    m_recent->addStretch();
}

} // namespace eph::ui
