// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/togglerow.h"

#include <QHBoxLayout>
#include <QToolButton>

namespace eph::ui {

ToggleRow::ToggleRow(const QString &name, const QList<Value> &values, QWidget *parent)
    : QWidget(parent)
{
    setAccessibleName(name);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    for (const Value &value : values) {
        auto *button = new QToolButton;
        button->setText(value.text);
        button->setToolTip(value.name);
        button->setAccessibleName(value.name);
        button->setObjectName(QStringLiteral("toggle_") + value.name);
        button->setCheckable(true);
        button->setFocusPolicy(Qt::StrongFocus);
        // The row decides how wide they are: twelve months fit beside the runs.
        button->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        button->setMinimumWidth(button->fontMetrics().horizontalAdvance(value.text) + 6);
        row->addWidget(button);
        m_buttons << button;
        connect(button, &QToolButton::clicked, this, [this] { Q_EMIT edited(bits()); });
    }
}

void ToggleRow::setBits(quint32 bits)
{
    for (qsizetype i = 0; i < m_buttons.size(); ++i)
        m_buttons.at(i)->setChecked(bits >> i & 1);
}

quint32 ToggleRow::bits() const
{
    quint32 bits = 0;
    for (qsizetype i = 0; i < m_buttons.size(); ++i)
        bits |= quint32(m_buttons.at(i)->isChecked()) << i;
    return bits;
}

} // namespace eph::ui
