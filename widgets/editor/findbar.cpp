// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/editor/findbar.h"

#include "widgets/common/theme.h"
#include "widgets/editor/codeeditor.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QToolButton>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

QToolButton *toggle(const QString &text, const QString &name, const QString &tip)
{
    auto *button = new QToolButton;
    button->setText(text);
    button->setCheckable(true);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setObjectName(name);
    return button;
}

} // namespace

FindBar::FindBar(QWidget *parent)
    : QWidget(parent)
    , m_pattern(new QLineEdit)
    , m_replacement(new QLineEdit)
    , m_case(toggle(u"Aa"_s, u"findCase"_s, tr("Match case")))
    , m_word(toggle(u"“w”"_s, u"findWord"_s, tr("Whole words")))
    , m_regex(toggle(u".*"_s, u"findRegex"_s, tr("Regular expression")))
    , m_replaceRow(new QWidget)
    , m_message(new QLabel)
{
    setProperty("notice", true);
    setAttribute(Qt::WA_StyledBackground);
    m_pattern->setObjectName(u"findPattern"_s);
    m_pattern->setPlaceholderText(tr("Find"));
    m_pattern->setAccessibleName(tr("Find"));
    m_pattern->setClearButtonEnabled(true);
    m_replacement->setObjectName(u"findReplacement"_s);
    m_replacement->setPlaceholderText(tr("Replace with"));
    m_replacement->setAccessibleName(tr("Replace with"));
    m_message->setProperty("muted", true);
    constexpr int MinimumPattern = 140;
    m_pattern->setMinimumWidth(MinimumPattern);
    m_replacement->setMinimumWidth(MinimumPattern);

    const auto quiet = [this](const QString &text, const QString &name, auto slot) {
        auto *button = new QPushButton(text);
        button->setProperty("quiet", true);
        button->setObjectName(name);
        connect(button, &QPushButton::clicked, this, slot);
        return button;
    };
    auto *findRow = new QHBoxLayout;
    findRow->setSpacing(4);
    findRow->addWidget(m_pattern, 1);
    findRow->addWidget(m_case);
    findRow->addWidget(m_word);
    findRow->addWidget(m_regex);
    findRow->addWidget(quiet(tr("Previous"), u"findPrevious"_s, [this] { findNext(false); }));
    findRow->addWidget(quiet(tr("Next"), u"findNext"_s, [this] { findNext(true); }));
    findRow->addWidget(m_message);
    findRow->addWidget(quiet(tr("Close"), u"findClose"_s, [this] { close(); }));
    auto *replaceRow = new QHBoxLayout(m_replaceRow);
    replaceRow->setContentsMargins(0, 0, 0, 0);
    replaceRow->setSpacing(4);
    replaceRow->addWidget(m_replacement, 1);
    replaceRow->addWidget(quiet(tr("Replace"), u"replaceOne"_s, [this] { replace(); }));
    replaceRow->addWidget(quiet(tr("Replace all"), u"replaceAll"_s, [this] { replaceAll(); }));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 4);
    layout->setSpacing(4);
    layout->addLayout(findRow);
    layout->addWidget(m_replaceRow);

    connect(m_pattern, &QLineEdit::textEdited, this, [this] { search(true); });
    for (QToolButton *button : {m_case, m_word, m_regex})
        connect(button, &QToolButton::toggled, this, [this] { search(true); });
    hide();
}

void FindBar::setEditor(CodeEditor *editor)
{
    m_editor = editor;
    if (!editor)
        close();
}

void FindBar::open(Mode mode)
{
    if (!m_editor)
        return;
    m_replaceRow->setVisible(mode == Mode::Replace);
    const QString selected = m_editor->selectedText();
    if (!selected.isEmpty() && !selected.contains(u'\n'))
        m_pattern->setText(selected);
    show();
    m_pattern->selectAll();
    m_pattern->setFocus();
}

void FindBar::search(bool fromStart)
{
    if (!m_editor || m_pattern->text().isEmpty())
        return tell({});
    if (m_regex->isChecked()) {
        const QRegularExpression expression(m_pattern->text());
        if (!expression.isValid())
            return tell(expression.errorString(), true);
    }
    int line = -1;
    int index = -1;
    if (fromStart) {
        int endLine = 0;
        int endIndex = 0;
        m_editor->getSelection(&line, &index, &endLine, &endIndex);
        if (line < 0)
            m_editor->getCursorPosition(&line, &index);
    }
    const bool found = m_editor->findFirst(m_pattern->text(), m_regex->isChecked(), m_case->isChecked(), m_word->isChecked(), true, true, line, index, true, false, m_regex->isChecked());
    tell(found ? QString() : tr("Not found"), !found);
}

void FindBar::findNext(bool forward)
{
    if (!m_editor || m_pattern->text().isEmpty())
        return;
    int line = 0;
    int index = 0;
    m_editor->getCursorPosition(&line, &index);
    if (!forward && m_editor->hasSelectedText()) {
        int endLine = 0;
        int endIndex = 0;
        m_editor->getSelection(&line, &index, &endLine, &endIndex);
    }
    const bool found = m_editor->findFirst(m_pattern->text(), m_regex->isChecked(), m_case->isChecked(), m_word->isChecked(), true, forward, line, index, true, false, m_regex->isChecked());
    tell(found ? QString() : tr("Not found"), !found);
}

void FindBar::replace()
{
    if (!m_editor || !m_editor->hasSelectedText())
        return findNext(true);
    m_editor->replace(m_replacement->text());
    findNext(true);
}

void FindBar::replaceAll()
{
    if (!m_editor || m_pattern->text().isEmpty())
        return;
    int count = 0;
    m_editor->beginUndoAction();
    bool found = m_editor->findFirst(m_pattern->text(), m_regex->isChecked(), m_case->isChecked(), m_word->isChecked(), false, true, 0, 0, false, false, m_regex->isChecked());
    while (found) {
        m_editor->replace(m_replacement->text());
        ++count;
        found = m_editor->findNext();
    }
    m_editor->endUndoAction();
    tell(tr("%1 replaced").arg(count));
}

void FindBar::close()
{
    hide();
    if (m_editor)
        m_editor->setFocus();
}

void FindBar::tell(const QString &text, bool bad)
{
    m_message->setText(text);
    QPalette palette = m_message->palette();
    palette.setColor(QPalette::WindowText, theme().color(bad ? Token::Bad : Token::Muted));
    m_message->setPalette(palette);
}

void FindBar::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        return close();
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        return m_replacement->hasFocus() ? replace() : findNext(!event->modifiers().testFlag(Qt::ShiftModifier));
    QWidget::keyPressEvent(event);
}

} // namespace eph::ui
