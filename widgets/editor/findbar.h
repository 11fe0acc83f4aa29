// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/editor/textsearch.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace eph::ui {

class CodeEditor;

/// Find and replace in one editor, with regular expressions.
class FindBar : public QWidget
{
    Q_OBJECT
public:
    enum class Shape { Row, Column }; ///< A column is for narrow places.
    explicit FindBar(Shape shape = Shape::Row, QWidget *parent = nullptr);

    void setEditor(CodeEditor *editor);
    enum class Mode { Find, Replace };
    void open(Mode mode);
    void findNext(bool forward = true);

private:
    void search();
    [[nodiscard]] TextSearch textSearch() const;
    void show(const std::optional<TextSearch::Match> &match, const TextSearch &search);
    void replace();
    void replaceAll();
    void close();
    void tell(const QString &text, bool bad = false);
    void keyPressEvent(QKeyEvent *event) override;

    CodeEditor *m_editor = nullptr;
    QLineEdit *m_pattern;
    QLineEdit *m_replacement;
    QToolButton *m_case;
    QToolButton *m_word;
    QToolButton *m_regex;
    QWidget *m_replaceRow;
    QLabel *m_message;
};

} // namespace eph::ui
