// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"
#include "core/services/scenarios.h"
#include "core/sys/background.h"

#include <QTimer>
#include <QWidget>
#include <atomic>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSlider;
class QTableWidget;

namespace eph::ui {

class Chart;

/// What would happen if: sliders over a simulation that answers while one drags, beside what is now and what was kept before.
class WhatIfView : public QWidget
{
    Q_OBJECT
public:
    explicit WhatIfView(QWidget *parent = nullptr);
    ~WhatIfView() override;

    void setProject(const std::shared_ptr<const project::Project> &project, const cost::PriceBook &prices);
    void exportAs();

Q_SIGNALS:
    void failed(const eph::Error &error);

private:
    /// A choice on a line with its value in words.
    struct Knob {
        QSlider *slider = nullptr;
        QLabel *value = nullptr;
        std::vector<double> steps; ///< What the slider's places stand for.
        std::function<QString(double)> format;
        double standard = 0;

        [[nodiscard]] double chosen() const;
    };
    struct Kept {
        QString name;
        services::WhatIfResult result;
    };
    /// Where requests come from.
    enum class Source { Recorded, Shape, File };

    void showEvent(QShowEvent *event) override;
    [[nodiscard]] QWidget *makeForm();
    [[nodiscard]] QWidget *makeResult();
    [[nodiscard]] Knob addKnob(QFormLayout *form, const QString &objectName, const QString &name, std::vector<double> steps, double standard, std::function<QString(double)> format);
    void chooseSource();
    void chooseFile();
    void takeShape();
    void load();
    void takeBench(const Result<services::Workbench> &bench);
    void run();
    void runSoon();
    void keep();
    void reset();
    void showResult();
    void showProblem(const Error &error);
    [[nodiscard]] services::WhatIf change() const;
    [[nodiscard]] QString changeText() const;
    void fillTable();

    std::shared_ptr<const project::Project> m_project;
    cost::PriceBook m_prices;
    std::shared_ptr<const services::Workbench> m_bench; ///< Null: there is nothing to simulate.
    std::shared_ptr<std::atomic<bool>> m_stop;
    sys::BackgroundJobs m_jobs{this};
    quint64 m_generation = 0; ///< Of the bench.
    quint64 m_run = 0;
    QTimer m_soon;
    std::optional<services::WhatIfResult> m_now; ///< As it is.
    std::optional<services::WhatIfResult> m_then;
    QList<Kept> m_kept;
    QList<services::Scenario> m_scenarios;
    QString m_file;

    QComboBox *m_source;
    QComboBox *m_function;
    QLineEdit *m_shape;
    QLabel *m_text;
    Knob m_memory;
    Knob m_traffic;
    Knob m_speed;
    Knob m_bound;
    Knob m_provisioned;
    Knob m_warmUps;
    Knob m_limit;
    QComboBox *m_architecture;
    QCheckBox *m_queue;
    QCheckBox *m_free;
    QPushButton *m_keep;
    QTableWidget *m_table;
    QTableWidget *m_others;
    Chart *m_chart;
};

} // namespace eph::ui
