// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/statepage.h"

#include "core/base/error.h"
#include "widgets/common/theme.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

StatePage::StatePage(QWidget *parent)
    : QWidget(parent)
    , m_icon(new QLabel)
    , m_title(new QLabel)
    , m_text(new QLabel)
    , m_progress(new QProgressBar)
    , m_action(new QPushButton)
{
    setProperty("surface", true);
    setAttribute(Qt::WA_StyledBackground);
    m_title->setWordWrap(true);
    m_title->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setProperty("muted", true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_icon->setAlignment(Qt::AlignCenter);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setMaximumWidth(160);
    m_action->setObjectName(u"stateAction"_s);
    connect(m_action, &QPushButton::clicked, this, &StatePage::actionTriggered);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    layout->addStretch();
    layout->addWidget(m_icon);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addWidget(m_progress, 0, Qt::AlignHCenter);
    layout->addWidget(m_action, 0, Qt::AlignHCenter);
    layout->addStretch();
}

void StatePage::show(const QString &icon, const QString &title, const QString &text, const QString &action)
{
    m_icon->setVisible(!icon.isEmpty());
    if (!icon.isEmpty())
        m_icon->setPixmap(theme().icon(icon, Token::Muted).pixmap(24, 24));
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    m_progress->hide();
    m_action->setText(action);
    m_action->setAccessibleName(action);
    m_action->setVisible(!action.isEmpty());
}

void StatePage::showEmpty(const QString &text, const QString &action)
{
    show({}, {}, text, action);
}

void StatePage::showLoading(const QString &text)
{
    show({}, {}, text, {});
    m_progress->show();
}

void StatePage::showError(const eph::Error &error, const QString &action)
{
    show(u"error"_s, error.message, error.hint, action);
}

} // namespace eph::ui
