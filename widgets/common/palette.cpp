// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/palette.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr qsizetype MaxShown = 200;
constexpr int Width = 560;
constexpr int Height = 360;
} // namespace

int fuzzyScore(QStringView pattern, QStringView text)
{
    int score = 0;
    int run = 0;
    qsizetype at = 0;
    for (const QChar wanted : pattern) {
        if (wanted.isSpace())
            continue;
        const qsizetype found = text.indexOf(wanted, at, Qt::CaseInsensitive);
        if (found < 0)
            return -1;
        const bool wordStart = found == 0 || !text.at(found - 1).isLetterOrNumber() || (text.at(found).isUpper() && text.at(found - 1).isLower());
        run = found == at && at > 0 ? run + 1 : 0;
        score += 1 + (wordStart ? 6 : 0) + 3 * run - int(std::min<qsizetype>(found - at, 3));
        at = found + 1;
    }
    return std::max(0, score * 4 - int(text.size()) / 8);
}

CommandPalette::CommandPalette(const QString &hint, QList<PaletteItem> items, QWidget *parent)
    : QDialog(parent, Qt::Popup)
    , m_items(std::move(items))
    , m_text(new QLineEdit)
    , m_list(new QListWidget)
{
    setObjectName(u"palette"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    m_text->setObjectName(u"paletteText"_s);
    m_text->setPlaceholderText(hint);
    m_text->setAccessibleName(hint);
    m_text->installEventFilter(this);
    m_list->setObjectName(u"paletteList"_s);
    m_list->setAccessibleName(hint);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_text);
    layout->addWidget(m_list, 1);
    resize(std::min(Width, parent->width() - 32), std::min(Height, parent->height() - 64));
    move(parent->mapToGlobal(QPoint((parent->width() - width()) / 2, 48)));
    connect(m_text, &QLineEdit::textChanged, this, &CommandPalette::narrow);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::choose);
    narrow({});
    m_text->setFocus();
}

void CommandPalette::narrow(const QString &text)
{
    QList<std::pair<int, qsizetype>> scored;
    for (qsizetype i = 0; i < m_items.size(); ++i) {
        if (const int score = fuzzyScore(text, m_items.at(i).text); score >= 0)
            scored.emplaceBack(score, i);
    }
    std::stable_sort(scored.begin(), scored.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
    m_list->clear();
    m_shown.clear();
    for (const auto &[score, index] : std::as_const(scored)) {
        if (m_shown.size() >= MaxShown)
            break;
        const PaletteItem &item = m_items.at(index);
        m_shown << index;
        m_list->addItem(item.detail.isEmpty() ? item.text : QString(item.text + u"    "_s + item.detail));
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::choose()
{
    const int row = m_list->currentRow();
    if (row < 0 || row >= m_shown.size())
        return;
    const auto run = m_items.at(m_shown.at(row)).run;
    close();
    run();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const int rows = m_list->count();
        if (key->key() == Qt::Key_Down && rows > 0)
            return m_list->setCurrentRow((m_list->currentRow() + 1) % rows), true;
        if (key->key() == Qt::Key_Up && rows > 0)
            return m_list->setCurrentRow((m_list->currentRow() + rows - 1) % rows), true;
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter)
            return choose(), true;
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace eph::ui
