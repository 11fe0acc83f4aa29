// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace eph::ui {

/// What the window remembers of a person's taste; each change is in force at once.
class SettingsDialog : public QDialog
{
    Q_OBJECT
public:
    struct Values {
        QString scheme; ///< `system`, `light`, `dark` or `high-contrast`.
        int codePoints = 10;
        bool wrapLines = false;
        bool sharesProcessor = false;
    };
    explicit SettingsDialog(const Values &values, QWidget *parent = nullptr);

Q_SIGNALS:
    void schemeChosen(const QString &name);
    void codePointsChosen(int points);
    void wrapLinesChosen(bool wrap);
    void sharesProcessorChosen(bool shares);
};

} // namespace eph::ui
