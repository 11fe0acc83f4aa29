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

FindBar::FindBar(Shape shape, QWidget *parent)
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
    m_pattern->setObjectName(shape == Shape::Row ? u"findPattern"_s : u"resultFindPattern"_s);
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
    auto *layout = new QVBoxLayout(this);
    auto *findRow = new QHBoxLayout;
    findRow->setSpacing(4);
    if (shape == Shape::Row)
        findRow->addWidget(m_pattern, 1);
    else
        layout->addWidget(m_pattern);
    findRow->addWidget(m_case);
    findRow->addWidget(m_word);
    findRow->addWidget(m_regex);
    findRow->addWidget(quiet(tr("Previous"), u"findPrevious"_s, [this] { findNext(false); }));
    findRow->addWidget(quiet(tr("Next"), u"findNext"_s, [this] { findNext(true); }));
    if (shape == Shape::Row)
        findRow->addWidget(m_message);
    else
        findRow->addStretch();
    findRow->addWidget(quiet(tr("Close"), u"findClose"_s, [this] { close(); }));
    auto *replaceRow = new QHBoxLayout(m_replaceRow);
    replaceRow->setContentsMargins(0, 0, 0, 0);
    replaceRow->setSpacing(4);
    replaceRow->addWidget(m_replacement, 1);
    replaceRow->addWidget(quiet(tr("Replace"), u"replaceOne"_s, [this] { replace(); }));
    replaceRow->addWidget(quiet(tr("Replace all"), u"replaceAll"_s, [this] { replaceAll(); }));
    layout->setContentsMargins(8, 4, 8, 4);
    layout->setSpacing(4);
    layout->addLayout(findRow);
    if (shape == Shape::Column) {
        m_message->setWordWrap(true);
        m_message->hide();
        layout->addWidget(m_message);
        // Two of them may be in one window.
        const QList<QWidget *> named = findChildren<QWidget *>(QRegularExpression(u"^(find|replace)"_s));
        for (QWidget *each : named)
            each->setObjectName(u"result"_s + each->objectName().at(0).toUpper() + each->objectName().sliced(1));
    }
    layout->addWidget(m_replaceRow);

    connect(m_pattern, &QLineEdit::textEdited, this, [this] { search(); });
    for (QToolButton *button : {m_case, m_word, m_regex})
        connect(button, &QToolButton::toggled, this, [this] { search(); });
    hide();
}

void FindBar::setEditor(CodeEditor *editor)
{
    if (std::exchange(m_editor, editor) != editor)
        tell({});
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
    QWidget::show();
    m_pattern->selectAll();
    m_pattern->setFocus();
}

TextSearch FindBar::textSearch() const
{
    return {*m_editor, {m_pattern->text(), m_regex->isChecked(), m_case->isChecked(), m_word->isChecked()}};
}

void FindBar::show(const std::optional<TextSearch::Match> &match, const TextSearch &search)
{
    if (!match)
        return tell(search.isInvalid() ? tr("This expression cannot be searched for here") : tr("Not found"), true);
    tell({});
    m_editor->select(match->begin, match->end);
}

void FindBar::search()
{
    if (!m_editor || m_pattern->text().isEmpty())
        return tell({});
    if (m_regex->isChecked()) {
        const QRegularExpression expression(m_pattern->text());
        if (!expression.isValid())
            return tell(expression.errorString(), true);
    }
    const TextSearch text = textSearch();
    show(text.next(m_editor->selectionStart()), text);
}

void FindBar::findNext(bool forward)
{
    if (!m_editor || m_pattern->text().isEmpty())
        return;
    const TextSearch text = textSearch();
    const TextSearch::Match here{m_editor->selectionStart(), m_editor->selectionEnd()};
    if (!forward)
        return show(text.previous(here.begin), text);
    auto found = text.next(here.end);
    // An empty match where the caret is already is no next one.
    if (found && found->begin == found->end && *found == here)
        found = text.next(here.end + 1);
    show(found, text);
}

void FindBar::replace()
{
    if (!m_editor || m_pattern->text().isEmpty())
        return;
    const TextSearch text = textSearch();
    // Only a match is replaced; any other selection is only where to look from.
    if (const auto end = text.replaceAt({m_editor->selectionStart(), m_editor->selectionEnd()}, m_replacement->text()))
        m_editor->select(*end, *end);
    findNext(true);
}

void FindBar::replaceAll()
{
    if (m_editor && !m_pattern->text().isEmpty())
        tell(tr("%1 replaced").arg(textSearch().replaceAll(m_replacement->text())));
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
    // In a column it has a row of its own.
    m_message->setVisible(!text.isEmpty());
    setTone(m_message, bad ? Token::Bad : Token::Muted);
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
