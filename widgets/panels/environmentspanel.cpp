// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/environmentspanel.h"

#include "widgets/common/durations.h"
#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"
#include "widgets/panels/histogramview.h"
#include "widgets/panels/lanesview.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int MostRequests = 100'000;
constexpr int MostAtOnce = 1000;

QLabel *swatch(const QString &text, Token token, QChar symbol = u'■')
{
    // Colour and word together.
    auto *label = new QLabel(symbol + u' ' + text);
    label->setFont(Theme::smallFont());
    const auto paint = [label, token] {
        QPalette palette = label->palette();
        palette.setColor(QPalette::WindowText, theme().color(token));
        label->setPalette(palette);
    };
    paint();
    QObject::connect(&theme(), &Theme::changed, label, paint);
    return label;
}

} // namespace

EnvironmentsPanel::EnvironmentsPanel(services::LocalCloud &cloud, services::InvokeService &service, QWidget *parent)
    : QWidget(parent)
    , m_cloud(cloud)
    , m_service(service)
    , m_requests(new QSpinBox)
    , m_concurrency(new QSpinBox)
    , m_burst(new QPushButton(tr("Burst")))
    , m_halt(new QPushButton(tr("Kill switch")))
    , m_summary(new QLabel)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
    , m_lanes(new LanesView(cloud.lanes()))
    , m_outcome(new QWidget)
    , m_figure(new QLabel)
    , m_text(new QLabel)
    , m_histogram(new HistogramView)
{
    m_requests->setObjectName(u"burstRequests"_s);
    m_requests->setAccessibleName(tr("Requests of a burst"));
    m_requests->setRange(1, MostRequests);
    m_requests->setValue(100);
    m_requests->setSuffix(tr(" requests"));
    m_concurrency->setObjectName(u"burstConcurrency"_s);
    m_concurrency->setAccessibleName(tr("Requests at the same time"));
    m_concurrency->setRange(1, MostAtOnce);
    m_concurrency->setValue(10);
    m_concurrency->setSuffix(tr(" at once"));
    m_burst->setObjectName(u"burstButton"_s);
    updateBurst();
    m_halt->setObjectName(u"killSwitch"_s);
    m_halt->setCheckable(true);
    m_halt->setProperty("quiet", true);
    m_halt->setToolTip(tr("End everything that runs and refuse every invocation until it is switched off, as a reserved concurrency of 0 does"));
    auto *cold = new QPushButton(tr("Next one cold"));
    cold->setObjectName(u"makeCold"_s);
    cold->setProperty("quiet", true);
    cold->setToolTip(tr("End all environments; the next invocation starts a new one"));
    auto *clear = new QPushButton(tr("Clear"));
    clear->setObjectName(u"lanesClear"_s);
    clear->setProperty("quiet", true);
    clear->setToolTip(tr("Forget environments that have ended"));
    auto *live = new QPushButton(tr("Live"));
    live->setObjectName(u"lanesLive"_s);
    live->setToolTip(tr("Go with the present again (End)"));
    live->hide();
    m_summary->setObjectName(u"lanesSummary"_s);
    setTone(m_summary, Token::Muted);
    m_lanes->setObjectName(u"lanes"_s);
    m_lanes->setAccessibleName(tr("Environments along time"));

    auto *row = new QHBoxLayout;
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(8);
    row->addWidget(m_requests);
    row->addWidget(m_concurrency);
    row->addWidget(m_burst);
    row->addWidget(cold);
    row->addStretch();
    row->addWidget(swatch(tr("init"), LanesView::colorOf(runtime::LanePhase::Init)));
    row->addWidget(swatch(tr("invoke"), LanesView::colorOf(runtime::LanePhase::Invoke)));
    row->addWidget(swatch(tr("failed"), LanesView::colorOf(runtime::LanePhase::Invoke, true)));
    // Lines in the lanes, as they are here.
    row->addWidget(swatch(tr("idle"), LanesView::colorOf(runtime::LanePhase::Idle), u'━'));
    row->addWidget(swatch(tr("frozen"), LanesView::colorOf(runtime::LanePhase::Frozen), u'─'));
    row->addWidget(swatch(tr("ready"), LanesView::colorOf(runtime::LanePhase::Waiting), u'┄'));
    row->addWidget(live);
    row->addWidget(m_summary);
    row->addWidget(m_halt);
    row->addWidget(clear);

    m_figure->setObjectName(u"burstFigure"_s);
    m_figure->setFont(Theme::largeFont());
    m_text->setObjectName(u"burstText"_s);
    m_text->setWordWrap(true);
    setTone(m_text, Token::Muted);
    auto *outcome = new QVBoxLayout(m_outcome);
    outcome->setContentsMargins(16, 8, 16, 8);
    outcome->setSpacing(4);
    outcome->addWidget(m_figure);
    outcome->addWidget(m_text);
    outcome->addWidget(m_histogram, 1);
    m_outcome->hide();
    auto *content = new QSplitter;
    content->addWidget(m_lanes);
    content->addWidget(m_outcome);
    content->setStretchFactor(0, 1);
    content->setChildrenCollapsible(false);
    m_stack->addWidget(m_state);
    m_stack->addWidget(content);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(row);
    layout->addWidget(m_stack, 1);
    setFocusProxy(m_lanes);

    connect(m_burst, &QPushButton::clicked, this, &EnvironmentsPanel::burst);
    connect(m_state, &StatePage::actionTriggered, this, &EnvironmentsPanel::burst);
    connect(cold, &QPushButton::clicked, this, [this] { m_cloud.retireAll(); });
    connect(clear, &QPushButton::clicked, this, [this] {
        m_cloud.clearLanes();
        m_outcome->hide();
        updateState();
    });
    connect(m_halt, &QPushButton::toggled, this, &EnvironmentsPanel::setHalted);
    connect(m_lanes, &LanesView::changed, this, &EnvironmentsPanel::updateState);
    connect(live, &QPushButton::clicked, this, [this] {
        // The button goes: what it held must not fall to the kill switch beside it.
        m_lanes->setFocus();
        m_lanes->follow();
    });
    connect(m_lanes, &LanesView::followsChanged, live, [live](bool follows) { live->setVisible(!follows); });
    connect(&m_cloud, &services::LocalCloud::countsChanged, this, &EnvironmentsPanel::updateState);
    showWaiting();
    updateState();
}

void EnvironmentsPanel::showWaiting()
{
    m_state->showEmpty(tr("Each environment of the local cloud gets a line here: cold start, invocations, and the time it stands frozen in between."), tr("Run a burst"));
}

void EnvironmentsPanel::updateState()
{
    // The store's word, not the view's: a view that is hidden looks at nothing.
    const bool any = !m_cloud.lanes().isEmpty();
    m_stack->setCurrentIndex(any ? 1 : 0);
    m_summary->setText(any ? m_lanes->summary() : QString());
    m_lanes->setAccessibleDescription(m_summary->text());
}

void EnvironmentsPanel::setHalted(bool halted)
{
    m_cloud.setHalted(halted);
    m_halt->setText(halted ? tr("Stopped: let it go on") : tr("Kill switch"));
    setTone(m_halt, halted ? Token::Bad : Token::Text);
}

void EnvironmentsPanel::focusBurst()
{
    m_requests->setFocus(Qt::ShortcutFocusReason);
    m_requests->selectAll();
}

void EnvironmentsPanel::burst()
{
    if (m_running) {
        m_running->request_stop();
        return;
    }
    const auto request = preparedRequest();
    if (!request)
        return showResult(tl::unexpected(request.error()));
    showWaiting();
    m_running.emplace();
    updateBurst();
    services::runBurst(m_service, {*request, m_requests->value(), m_concurrency->value(), m_running->get_token()}).then(this, [this](const Result<services::BurstResult> &result) {
        m_running.reset();
        updateBurst();
        showResult(result);
    });
}

void EnvironmentsPanel::updateBurst()
{
    m_burst->setText(m_running ? tr("Stop") : tr("Burst"));
    m_burst->setToolTip(m_running ? tr("Start no further request of this burst") : tr("Invoke the chosen function with the chosen event that many times"));
}

void EnvironmentsPanel::showResult(const Result<services::BurstResult> &result)
{
    m_outcome->show();
    if (!result) {
        m_figure->setText(tr("The burst could not run"));
        m_text->setText(result.error().message + u' ' + result.error().hint);
        // Where there are no lanes yet, what is beside them is not seen.
        m_state->showError(result.error(), tr("Run a burst"));
        m_histogram->hide();
        return;
    }
    const QLocale locale;
    const auto within = [&](double share) { return durationText(result->percentileMs(share)); };
    const double share = result->requests > 0 ? 100.0 * result->coldStarts / result->requests : 0;
    m_figure->setText(tr("%1 cold of %2 (%3 %)").arg(result->coldStarts).arg(result->requests).arg(locale.toString(share, 'f', share < 10 ? 1 : 0)));
    QStringList parts{tr("half within %1").arg(within(0.5)), tr("95 % within %1").arg(within(0.95)), tr("99 % within %1").arg(within(0.99)), tr("all in %1").arg(durationText(result->wallMs)), result->cost.readable()};
    if (result->errors > 0)
        parts.prepend(result->timeouts > 0 ? tr("%1 failed, %2 of them timed out").arg(result->errors).arg(result->timeouts) : tr("%1 failed").arg(result->errors));
    if (result->throttles > 0)
        parts.prepend(tr("%1 throttled").arg(result->throttles));
    m_text->setText(parts.join(u" · "_s));
    m_text->setToolTip(result->firstError);
    m_histogram->show();
    m_histogram->setResult(*result);
    // The burst is to be seen, and a little of what was before.
    constexpr double Around = 1.6;
    m_lanes->hold(std::max(0.5, result->wallMs / 1000 * Around));
}

} // namespace eph::ui
