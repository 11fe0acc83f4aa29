// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/catalogue.h"

#include <QDialog>

class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;

namespace eph::ui {

class CodeEditor;

/// What each source sends to a function: choose it, fill it in, take it as the event to invoke with.
class EventDialog : public QDialog
{
    Q_OBJECT
public:
    EventDialog(QList<events::SampleEvent> catalogue, QWidget *parent = nullptr);

    /// Chooses one, filled in with these values.
    void choose(const QString &sampleId, const QHash<QString, QString> &values);

Q_SIGNALS:
    void chosen(const QByteArray &event);

private:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void filter(const QString &text);
    void showSample();
    void makeFields(const events::SampleEvent &sample);
    void generate();
    [[nodiscard]] const events::SampleEvent *current() const;

    QList<events::SampleEvent> m_catalogue;
    QLineEdit *m_search;
    QListWidget *m_list;
    QWidget *m_form;
    QFormLayout *m_fields;
    QSpinBox *m_count = nullptr; ///< Where the source sends several records.
    QList<QPair<QString, QWidget *>> m_values; ///< By the field's key.
    CodeEditor *m_preview;
    QLabel *m_problem;
    QPushButton *m_use;
    QByteArray m_event; ///< Empty while something is wrong.
};

} // namespace eph::ui
