// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/pricesdialog.h"

#include "core/cost/bill.h"
#include "core/cost/currentprices.h"
#include "widgets/common/theme.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

PricesDialog::PricesDialog(const cost::PriceBook &prices, QDate today, QWidget *parent)
    : QDialog(parent)
    , m_today(today)
    , m_region(prices.region())
    , m_head(new QLabel)
    , m_told(new QLabel)
    , m_table(new QTreeWidget)
{
    setObjectName(u"pricesDialog"_s);
    setWindowTitle(tr("Prices"));
    m_head->setObjectName(u"pricesHead"_s);
    m_head->setWordWrap(true);
    m_told->setObjectName(u"pricesTold"_s);
    m_told->setWordWrap(true);
    m_told->hide();
    m_table->setObjectName(u"pricesTable"_s);
    m_table->setAccessibleName(tr("Prices"));
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setHeaderLabels({tr("Price"), tr("USD"), tr("Unit"), tr("Free a month"), tr("Seen"), tr("Source")});
    m_table->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    auto *buttons = new QDialogButtonBox;
    QPushButton *import = buttons->addButton(tr("Import newer prices…"), QDialogButtonBox::ActionRole);
    import->setObjectName(u"pricesImport"_s);
    buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    connect(import, &QPushButton::clicked, this, &PricesDialog::import);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(8);
    column->addWidget(m_head);
    column->addWidget(m_table, 1);
    column->addWidget(m_told);
    column->addWidget(buttons);
    resize(760, 480);
    fill(prices);
}

void PricesDialog::fill(const cost::PriceBook &prices)
{
    const QString warning = prices.warning(m_today);
    m_head->setText(warning.isEmpty() ? tr("Prices of %1 for %2. What is marked * is not known for that region: the price of the book's own is taken.").arg(QLocale().toString(prices.date(), QLocale::LongFormat), prices.region()) : warning);
    setTone(m_head, warning.isEmpty() ? Token::Text : Token::Warning);
    m_table->clear();
    const QStringList ids = prices.ids();
    for (const QString &id : ids) {
        const cost::Price &price = prices.price(id);
        QStringList amounts;
        for (const cost::Tier &tier : price.tiers)
            amounts << (tier.upTo ? tr("%1 up to %2").arg(tier.price.exact(), QLocale().toString(*tier.upTo)) : tier.price.exact());
        auto *item = new QTreeWidgetItem(m_table);
        item->setText(0, cost::priceLabel(id) + (price.assumed ? u" *"_s : QString()));
        item->setToolTip(0, price.note.isEmpty() ? id : QString(id + u'\n' + price.note));
        item->setText(1, amounts.size() == 1 ? amounts.first() : tr("%1, less for much").arg(price.tiers.front().price.exact()));
        item->setToolTip(1, amounts.join(u'\n'));
        item->setText(2, price.unit);
        item->setText(3, price.free > 0 ? QLocale().toString(price.free) : QString());
        item->setText(4, price.verified ? price.seen : tr("%1, in one place only").arg(price.seen));
        item->setText(5, price.source);
        for (const int number : {1, 3})
            item->setTextAlignment(number, Qt::AlignRight | Qt::AlignVCenter);
    }
}

void PricesDialog::import()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Import prices"), {}, tr("Price books (*.json)"));
    if (file.isEmpty())
        return;
    const auto imported = cost::importPriceBook(file);
    m_told->show();
    setTone(m_told, imported ? Token::Good : Token::Bad);
    m_told->setText(imported ? tr("Prices of %1 are kept for all projects; they are in force from the next start on.").arg(QLocale().toString(imported->date(), QLocale::LongFormat))
                             : QString(imported.error().message + u' ' + imported.error().hint));
    if (imported)
        fill(imported->forRegion(m_region));
}

} // namespace eph::ui
