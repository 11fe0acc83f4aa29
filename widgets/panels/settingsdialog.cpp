// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/settingsdialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

SettingsDialog::SettingsDialog(const Values &values, QWidget *parent)
    : QDialog(parent)
{
    setObjectName(u"settingsDialog"_s);
    setWindowTitle(tr("Settings"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *scheme = new QComboBox;
    scheme->setObjectName(u"settingsScheme"_s);
    scheme->setAccessibleName(tr("Colours"));
    scheme->addItem(tr("As the system"), u"system"_s);
    scheme->addItem(tr("Light"), u"light"_s);
    scheme->addItem(tr("Dark"), u"dark"_s);
    scheme->addItem(tr("High contrast"), u"high-contrast"_s);
    scheme->setCurrentIndex(std::max(0, scheme->findData(values.scheme)));
    auto *points = new QSpinBox;
    points->setObjectName(u"settingsCodePoints"_s);
    points->setAccessibleName(tr("Size of code"));
    constexpr int Smallest = 6;
    constexpr int Largest = 32;
    points->setRange(Smallest, Largest);
    points->setSuffix(tr(" pt"));
    points->setValue(values.codePoints);
    auto *wrap = new QCheckBox(tr("Wrap long lines"));
    wrap->setObjectName(u"settingsWrapLines"_s);
    wrap->setChecked(values.wrapLines);
    auto *share = new QCheckBox(tr("Give functions no more processor time than the cloud"));
    share->setObjectName(u"settingsSharesProcessor"_s);
    share->setToolTip(tr("1,769 MB of memory buy one processor. Durations come nearer to the cloud's, and functions run slower here."));
    share->setChecked(values.sharesProcessor);
    auto *close = new QPushButton(tr("Close"));
    close->setObjectName(u"settingsClose"_s);
    close->setDefault(true);

    auto *form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->addRow(tr("Colours"), scheme);
    form->addRow(tr("Size of code"), points);
    form->addRow(QString(), wrap);
    form->addRow(tr("Local cloud"), share);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(16);
    layout->addLayout(form);
    layout->addLayout(buttons);

    connect(scheme, &QComboBox::activated, this, [this, scheme] { Q_EMIT schemeChosen(scheme->currentData().toString()); });
    connect(points, &QSpinBox::valueChanged, this, &SettingsDialog::codePointsChosen);
    connect(wrap, &QCheckBox::toggled, this, &SettingsDialog::wrapLinesChosen);
    connect(share, &QCheckBox::toggled, this, &SettingsDialog::sharesProcessorChosen);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

} // namespace eph::ui
