// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"
#include "core/services/scenarios.h"
#include "core/services/workbench.h"
#include "core/sys/background.h"

#include <QTimer>
#include <QWidget>
#include <atomic>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace eph::ui {

class Chart;
class WhatIfKnobs;

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
    struct Kept {
        QString name;
        services::WhatIfResult result;
    };
    /// Where requests come from.
    enum class Source { Recorded, Shape, File };

    void showEvent(QShowEvent *event) override;
    [[nodiscard]] QWidget *makeForm();
    [[nodiscard]] QWidget *makeResult();
    void chooseSource();
    void chooseFile();
    void takeShape();
    void load();
    void takeBench(const Result<services::Workbench> &bench);
    void run();
    void runSoon();
    void keep();
    void showResult();
    void showProblem(const Error &error);
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
    WhatIfKnobs *m_knobs = nullptr;
    QPushButton *m_keep;
    QTableWidget *m_table;
    QTableWidget *m_others;
    Chart *m_chart;
};

} // namespace eph::ui
