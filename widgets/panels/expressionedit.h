// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

namespace eph::ui {

/// One line of text with a wave under the part that cannot be read.
class ExpressionEdit : public QLineEdit
{
    Q_OBJECT
public:
    explicit ExpressionEdit(QWidget *parent = nullptr);

    /// In UTF-16 units; a length of 0 marks a place where something is missing.
    void setFault(qsizetype offset, qsizetype length);
    void clearFault();
    [[nodiscard]] bool hasFault() const { return m_offset >= 0; }

private:
    void paintEvent(QPaintEvent *event) override;
    [[nodiscard]] int xOf(qsizetype position) const;

    qsizetype m_offset = -1;
    qsizetype m_length = 0;
};

} // namespace eph::ui
