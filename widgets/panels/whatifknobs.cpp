// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/whatifknobs.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QSlider>
#include <algorithm>

namespace eph::ui {

using namespace Qt::StringLiterals;
using services::WhatIf;

double WhatIfKnobs::Knob::chosen() const
{
    return steps[size_t(slider->value())];
}

void WhatIfKnobs::Knob::reset() const
{
    slider->setValue(int(std::find(steps.begin(), steps.end(), standard) - steps.begin()));
}

WhatIfKnobs::WhatIfKnobs(QFormLayout *form)
    : QObject(form->parentWidget())
    , m_architecture(new QComboBox)
    , m_queue(new QCheckBox(tr("What finds no room waits")))
    , m_free(new QCheckBox(tr("With the free tier")))
{
    m_architecture->setObjectName(u"whatIfArchitecture"_s);
    m_architecture->setAccessibleName(tr("Architecture"));
    m_architecture->addItems({tr("as it is"), u"x86_64"_s, u"arm64"_s});
    m_queue->setObjectName(u"whatIfQueue"_s);
    m_queue->setToolTip(tr("As behind a queue; otherwise it is throttled"));
    m_free->setObjectName(u"whatIfFree"_s);

    const auto plain = [](double number) { return QLocale().toString(number, 'g', 4); };
    const auto none = [plain](double number) { return number <= 0 ? tr("none") : plain(number); };
    m_traffic = addKnob(form, u"whatIfTraffic"_s, tr("Requests"), {0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100}, 1, [plain](double number) { return tr("%1 times").arg(plain(number)); });
    m_memory = addKnob(form, u"whatIfMemory"_s, tr("Memory"), {0, 128, 192, 256, 384, 512, 768, 1024, 1536, 1769, 2048, 3008, 4096, 6144, 8192, 10240}, 0, [](double number) { return number <= 0 ? tr("as it is") : tr("%1 MB").arg(number); });
    m_bound = addKnob(form, u"whatIfBound"_s, tr("Goes with memory"), {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}, 0, [](double number) { return tr("%1 % of the time").arg(number * 100); });
    m_bound.slider->setToolTip(tr("Which share of the duration is processor time, and so gets shorter with more memory"));
    m_speed = addKnob(form, u"whatIfSpeed"_s, tr("Duration"), {0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 3, 5, 10}, 1, [](double number) { return tr("%1 %").arg(number * 100); });
    m_provisioned = addKnob(form, u"whatIfProvisioned"_s, tr("Kept ready"), {0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500}, 0, none);
    m_provisioned.slider->setToolTip(tr("Provisioned concurrency, for each function"));
    m_warmUps = addKnob(form, u"whatIfWarmUps"_s, tr("Warmed by pings"), {0, 1, 2, 3, 5, 10, 20, 50}, 0, none);
    m_warmUps.slider->setToolTip(tr("Environments of each function that a ping keeps, every five minutes"));
    m_limit = addKnob(form, u"whatIfLimit"_s, tr("Limit at once"), {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000}, 1000, plain);
    form->addRow(tr("Architecture"), m_architecture);
    form->addRow(m_queue);
    form->addRow(m_free);
    connect(m_architecture, &QComboBox::activated, this, &WhatIfKnobs::changed);
    connect(m_queue, &QCheckBox::toggled, this, &WhatIfKnobs::changed);
    connect(m_free, &QCheckBox::toggled, this, [this] {
        Q_EMIT termsChanged();
        Q_EMIT changed();
    });
}

WhatIfKnobs::Knob WhatIfKnobs::addKnob(QFormLayout *form, const QString &objectName, const QString &name, std::vector<double> steps, double standard, std::function<QString(double)> format)
{
    Knob knob{new QSlider(Qt::Horizontal), new QLabel, std::move(steps), std::move(format), standard};
    knob.slider->setObjectName(objectName);
    knob.slider->setAccessibleName(name);
    knob.slider->setRange(0, int(knob.steps.size()) - 1);
    knob.slider->setPageStep(1);
    knob.reset();
    knob.value->setMinimumWidth(form->parentWidget()->fontMetrics().horizontalAdvance(u"provisioned 00"_s) * 2 / 3);
    knob.value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    knob.value->setText(knob.format(standard));
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(knob.slider, 1);
    row->addWidget(knob.value);
    form->addRow(name, row);
    connect(knob.slider, &QSlider::valueChanged, this, [this, slider = knob.slider, value = knob.value, all = knob.steps, write = knob.format](int place) {
        const QString text = write(all[size_t(place)]);
        value->setText(text);
        slider->setAccessibleDescription(text);
        Q_EMIT changed();
    });
    return knob;
}

WhatIf WhatIfKnobs::asItIs() const
{
    WhatIf same;
    same.freeTier = m_free->isChecked();
    return same;
}

WhatIf WhatIfKnobs::change() const
{
    WhatIf change = asItIs();
    change.traffic = m_traffic.chosen();
    change.memoryMiB = int(m_memory.chosen());
    change.processorBound = m_bound.chosen();
    change.speed = m_speed.chosen();
    change.provisionedConcurrency = int(m_provisioned.chosen());
    change.warmUps = int(m_warmUps.chosen());
    change.accountConcurrency = int(m_limit.chosen());
    if (m_architecture->currentIndex() > 0)
        change.arm = m_architecture->currentIndex() == 2;
    change.overload = m_queue->isChecked() ? cost::Overload::Queue : cost::Overload::Throttle;
    return change;
}

QString WhatIfKnobs::text() const
{
    QStringList parts;
    for (const Knob *knob : {&m_traffic, &m_memory, &m_speed, &m_provisioned, &m_warmUps, &m_limit}) {
        if (knob->chosen() != knob->standard)
            parts << knob->slider->accessibleName() + u' ' + knob->value->text();
    }
    if (m_architecture->currentIndex() > 0)
        parts << m_architecture->currentText();
    if (m_queue->isChecked())
        parts << m_queue->text();
    return parts.isEmpty() ? tr("As it is") : parts.join(", "_L1);
}

void WhatIfKnobs::reset()
{
    for (const Knob *knob : {&m_traffic, &m_memory, &m_bound, &m_speed, &m_provisioned, &m_warmUps, &m_limit})
        knob->reset();
    m_architecture->setCurrentIndex(0);
    m_queue->setChecked(false);
    Q_EMIT changed();
}

} // namespace eph::ui
