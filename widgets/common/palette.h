// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>
#include <functional>

class QLineEdit;
class QTreeWidget;

namespace eph::ui {

/// One line of a palette.
struct PaletteItem {
    QString text;
    QString detail;
    std::function<void()> run;
};

/// A list that is narrowed by typing: commands, files.
class CommandPalette : public QDialog
{
    Q_OBJECT
public:
    CommandPalette(const QString &hint, QList<PaletteItem> items, QWidget *parent);

private:
    void narrow(const QString &text);
    void choose();
    [[nodiscard]] int currentRow() const;
    void setCurrentRow(int row);
    bool eventFilter(QObject *watched, QEvent *event) override;

    QList<PaletteItem> m_items;
    QList<qsizetype> m_shown;
    QLineEdit *m_text;
    QTreeWidget *m_list;
};

/// How well a pattern's letters are found in a text, in order; -1 when not all are. Beginnings of words and runs count more.
[[nodiscard]] int fuzzyScore(QStringView pattern, QStringView text);

} // namespace eph::ui
