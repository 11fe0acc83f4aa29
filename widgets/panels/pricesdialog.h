// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/pricebook.h"

#include <QDialog>

class QLabel;
class QTreeWidget;

namespace eph::ui {

/// The prices in force with their dates and sources, and the way to newer ones.
class PricesDialog : public QDialog
{
    Q_OBJECT
public:
    PricesDialog(const cost::PriceBook &prices, QDate today, QWidget *parent = nullptr);

private:
    void fill(const cost::PriceBook &prices);
    void import();

    QDate m_today;
    QString m_region;
    QLabel *m_head;
    QLabel *m_told;
    QTreeWidget *m_table;
};

} // namespace eph::ui
