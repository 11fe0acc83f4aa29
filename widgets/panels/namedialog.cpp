// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/namedialog.h"

#include "widgets/common/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

NameDialog::NameDialog(const Question &question, Use use, QWidget *parent)
    : QDialog(parent)
    , m_use(std::move(use))
    , m_name(new QLineEdit(question.name))
    , m_message(new QLabel)
{
    constexpr int Width = 420;
    setObjectName(u"nameDialog"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(question.title);
    m_name->setObjectName(u"nameField"_s);
    m_message->setObjectName(u"nameMessage"_s);
    m_message->setWordWrap(true);
    // Room for a sentence: the button does not move away from under the pointer.
    m_message->setMinimumHeight(QFontMetrics(font()).height() * 2);
    m_message->setAlignment(Qt::AlignTop);
    setTone(m_message, Token::Bad);
    auto *label = new QLabel(question.label);
    label->setBuddy(m_name);
    label->setWordWrap(true);
    auto *button = new QPushButton(question.action);
    button->setObjectName(u"nameUse"_s);
    button->setProperty("primary", true);
    button->setDefault(true);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setObjectName(u"nameCancel"_s);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(button);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    layout->addWidget(label);
    layout->addWidget(m_name);
    layout->addWidget(m_message);
    layout->addLayout(buttons);
    resize(Width, sizeHint().height());
    const auto isNamed = [this, button] { button->setEnabled(!m_name->text().trimmed().isEmpty()); };
    isNamed();
    connect(m_name, &QLineEdit::textChanged, this, [this, isNamed] {
        m_message->clear();
        isNamed();
    });
    connect(button, &QPushButton::clicked, this, &NameDialog::tryName);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    const auto dot = question.name.lastIndexOf(u'.');
    m_name->setSelection(0, int(dot > 0 ? dot : question.name.size()));
    m_name->setFocus();
}

void NameDialog::tryName()
{
    const auto used = m_use(m_name->text().trimmed());
    if (used)
        return accept();
    m_message->setText(used.error().hint.isEmpty() ? used.error().message : QString(used.error().message + u' ' + used.error().hint));
}

} // namespace eph::ui
