// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/palette.h"

#include "widgets/common/theme.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QTreeWidget>
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
    , m_list(new QTreeWidget)
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
    m_list->setColumnCount(2);
    m_list->setHeaderHidden(true);
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_text);
    layout->addWidget(m_list, 1);
    resize(std::min(Width, parent->width() - 32), std::min(Height, parent->height() - 64));
    move(parent->mapToGlobal(QPoint((parent->width() - width()) / 2, 48)));
    connect(m_text, &QLineEdit::textChanged, this, &CommandPalette::narrow);
    connect(m_list, &QTreeWidget::itemClicked, this, &CommandPalette::choose);
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
        auto *row = new QTreeWidgetItem(m_list, {item.text, item.detail});
        row->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
        row->setForeground(1, theme().color(Token::Muted));
    }
    if (m_shown.isEmpty())
        (new QTreeWidgetItem(m_list, {text.isEmpty() ? tr("Nothing is here.") : tr("Nothing matches “%1”.").arg(text), QString()}))->setFlags(Qt::NoItemFlags);
    setCurrentRow(0);
}

int CommandPalette::currentRow() const
{
    return m_list->indexOfTopLevelItem(m_list->currentItem());
}

void CommandPalette::setCurrentRow(int row)
{
    m_list->setCurrentItem(m_list->topLevelItem(row));
}

void CommandPalette::choose()
{
    const int row = currentRow();
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
        const int rows = m_list->topLevelItemCount();
        if (key->key() == Qt::Key_Down && rows > 0)
            return setCurrentRow((currentRow() + 1) % rows), true;
        if (key->key() == Qt::Key_Up && rows > 0)
            return setCurrentRow((currentRow() + rows - 1) % rows), true;
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter)
            return choose(), true;
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace eph::ui
