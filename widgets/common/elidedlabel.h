// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace eph::ui {

/// One line that takes what room there is, and shows its end as dots where that is too little; a tool tip tells it whole.
class ElidedLabel final : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    [[nodiscard]] QString shown() const;
};

} // namespace eph::ui
