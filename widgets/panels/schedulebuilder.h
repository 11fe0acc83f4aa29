// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/scheduleservice.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDateTimeEdit;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QToolButton;

namespace eph::ui {

class CronFields;
class ExpressionEdit;
class NextRuns;

/// Makes a schedule: as text and by its fields, each following the other, beside what will happen.
class ScheduleBuilder : public QDialog
{
    Q_OBJECT
public:
    /// What a run of a function costs, and where that is known from.
    struct Surroundings {
        std::shared_ptr<const project::Project> project;
        cost::PriceBook prices;
        QHash<QString, std::chrono::milliseconds> durations; ///< Measured, by function.
        schedule::Instant now;
    };
    ScheduleBuilder(Surroundings surroundings, QWidget *parent = nullptr);

    /// A new one for a function.
    void begin(const QString &function);
    /// What is there.
    void edit(const cloud::ProjectSchedule &schedule);

Q_SIGNALS:
    /// To be written; it has been looked through.
    void chosen(const QString &function, const eph::services::ScheduleDraft &draft);
    /// Of a resource of its own only the expression may change.
    void expressionChosen(const QString &expression);

private:
    QWidget *makeForm();
    QWidget *makeKinds();
    void makeAdvanced(QFormLayout *form);
    void dialectChosen();
    void presetChosen(int index);
    void kindChosen(int kind);
    void textChanged();
    void showTiming(const schedule::Expression &expression);
    void showProblem(const schedule::ExpressionError &error);
    void frameChanged();
    void showOutcome();
    void convertToEventBridge();
    void save();
    void setError(const QString &text);
    void setText(const QString &text);
    [[nodiscard]] schedule::Dialect dialect() const;
    [[nodiscard]] services::ScheduleDraft draft() const;
    [[nodiscard]] std::optional<schedule::Frame> frame(QString *problem) const;
    [[nodiscard]] QString costText(const schedule::FireTimes &times) const;

    Surroundings m_surroundings;
    std::optional<schedule::Expression> m_expression; ///< Of the text, while it can be read.
    bool m_following = false; ///< One control sets another.
    bool m_ownResource = false;

    QComboBox *m_function;
    QLineEdit *m_name;
    QComboBox *m_dialect;
    QComboBox *m_preset;
    ExpressionEdit *m_text;
    QLabel *m_words;
    QLabel *m_hint;
    QList<QToolButton *> m_kinds;
    QStackedWidget *m_kind;
    CronFields *m_fields;
    QSpinBox *m_rate;
    QComboBox *m_unit;
    QDateTimeEdit *m_once;
    QComboBox *m_zone;
    QLineEdit *m_start;
    QLineEdit *m_end;
    QSpinBox *m_flexible;
    QLineEdit *m_input;
    QCheckBox *m_enabled;
    NextRuns *m_runs;
    QPushButton *m_convert;
    QPushButton *m_save;
};

} // namespace eph::ui
