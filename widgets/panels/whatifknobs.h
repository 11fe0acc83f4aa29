// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/whatif.h"

#include <QObject>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QSlider;

namespace eph::ui {

/// What can be different in a simulation: rows of a form with a slider or a box for each.
class WhatIfKnobs : public QObject
{
    Q_OBJECT
public:
    /// Adds its rows to the form of a page, and belongs to that page.
    explicit WhatIfKnobs(QFormLayout *form);

    [[nodiscard]] services::WhatIf change() const;
    /// Nothing is different; on the terms that are chosen.
    [[nodiscard]] services::WhatIf asItIs() const;
    /// What is different, in words.
    [[nodiscard]] QString text() const;
    void reset();

Q_SIGNALS:
    void changed();
    /// Bills from before stand on other terms. Comes before changed().
    void termsChanged();

private:
    /// A choice on a line with its value in words.
    struct Knob {
        QSlider *slider = nullptr;
        QLabel *value = nullptr;
        std::vector<double> steps; ///< What the slider's places stand for.
        std::function<QString(double)> format;
        double standard = 0;

        [[nodiscard]] double chosen() const;
        void reset() const;
    };
    [[nodiscard]] Knob addKnob(QFormLayout *form, const QString &objectName, const QString &name, std::vector<double> steps, double standard, std::function<QString(double)> format);

    Knob m_traffic;
    Knob m_memory;
    Knob m_bound;
    Knob m_speed;
    Knob m_provisioned;
    Knob m_warmUps;
    Knob m_limit;
    QComboBox *m_architecture;
    QCheckBox *m_queue;
    QCheckBox *m_free;
};

} // namespace eph::ui
