// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/burst.h"

#include <QWidget>
#include <functional>

class QLabel;
class QPushButton;
class QSpinBox;
class QStackedWidget;

namespace eph::ui {

class HistogramView;
class LanesView;
class StatePage;

/// What the environments of the local cloud do and did, and ways to make them do something.
class EnvironmentsPanel : public QWidget
{
    Q_OBJECT
public:
    EnvironmentsPanel(services::LocalCloud &cloud, services::InvokeService &service, QWidget *parent = nullptr);

    /// What a burst sends, prepared to be run. Set by the window.
    std::function<Result<services::InvokeService::Request>()> preparedRequest;
    [[nodiscard]] LanesView *lanes() const { return m_lanes; }
    /// How many requests a burst has is the first thing to say.
    void focusBurst();

private:
    /// Begins one, or ends the one that runs.
    void burst();
    void updateBurst();
    void showResult(const Result<services::BurstResult> &result);
    void setHalted(bool halted);
    /// Until there is a lane.
    void showWaiting();
    void updateState();

    services::LocalCloud &m_cloud;
    services::InvokeService &m_service;
    std::optional<std::stop_source> m_running; ///< Ends the burst under way.
    QSpinBox *m_requests;
    QSpinBox *m_concurrency;
    QPushButton *m_burst;
    QPushButton *m_halt;
    QLabel *m_summary;
    QStackedWidget *m_stack;
    StatePage *m_state;
    LanesView *m_lanes;
    QWidget *m_outcome;
    QLabel *m_figure;
    QLabel *m_text;
    HistogramView *m_histogram;
};

} // namespace eph::ui
