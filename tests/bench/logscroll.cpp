// SPDX-License-Identifier: GPL-3.0-or-later
// logscroll FILE: opens a log file among all runs of a project in the log's view, looks for things, scrolls; then follows a live log of ten
// million lines. Prints one JSON object: milliseconds.
#include "core/logs/logarchive.h"
#include "core/logs/logstore.h"
#include "core/services/storedlog.h"
#include "widgets/common/theme.h"
#include "widgets/logview/logview.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QThread>
#include <algorithm>
#include <cstdio>

using namespace eph;

namespace {

struct Spread {
    QList<double> times;
    void add(double ms) { times << ms; }
    [[nodiscard]] double at(double share)
    {
        std::sort(times.begin(), times.end());
        return times.isEmpty() ? 0 : times.at(std::min(times.size() - 1, qsizetype(share * double(times.size()))));
    }
};

double since(const QElapsedTimer &timer)
{
    return double(timer.nsecsElapsed()) / 1e6;
}

/// Turns the event loop until it holds; the longest turn.
template<class Condition>
double waitFor(Condition holds)
{
    double longest = 0;
    while (!holds()) {
        QElapsedTimer turn;
        turn.start();
        QCoreApplication::processEvents();
        longest = std::max(longest, since(turn));
        QThread::usleep(200);
    }
    return longest;
}

/// Somewhere else each time, as whoever drags the bar.
void scroll(ui::LogView &view, Spread &frames)
{
    QRandomGenerator random(1);
    for (int i = 0; i < 300; ++i) {
        QElapsedTimer frame;
        frame.start();
        view.verticalScrollBar()->setValue(random.bounded(view.verticalScrollBar()->maximum()));
        view.viewport()->repaint();
        frames.add(since(frame));
    }
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    if (argc < 2) {
        std::fputs("logscroll FILE\n", stderr);
        return 2;
    }
    ui::Theme theme;
    theme.apply(ui::Scheme::Light);
    const QTemporaryDir project;
    if (!logs::importLog(QString::fromLocal8Bit(argv[1]), logs::LogArchive::folderIn(project.path()), {})) {
        std::fprintf(stderr, "logscroll: %s cannot be taken in\n", argv[1]);
        return 1;
    }
    QJsonObject result;
    services::StoredLog stored;
    logs::LogStore live(8LL * 1024 * 1024 * 1024);
    ui::LogView view;
    view.resize(1440, 700);
    view.show();
    view.setSource(&stored);
    QElapsedTimer timer;
    timer.start();
    stored.search(project.path(), {QString(), -1, -1}, live);
    double turn = waitFor([&] { return view.shownLines() > 0; });
    view.viewport()->repaint();
    result.insert(QStringLiteral("firstScreen"), since(timer));
    turn = std::max(turn, waitFor([&] { return view.overview().lines() == view.shownLines(); }));
    result.insert(QStringLiteral("overview"), since(timer));
    result.insert(QStringLiteral("lines"), view.shownLines());
    Spread frames;
    scroll(view, frames);
    result.insert(QStringLiteral("frameP50"), frames.at(0.5));
    result.insert(QStringLiteral("frameP99"), frames.at(0.99));
    timer.start();
    stored.search(project.path(), {QStringLiteral("level>=error"), -1, -1}, live);
    view.reset();
    turn = std::max(turn, waitFor([&] { return view.shownLines() > 0; }));
    result.insert(QStringLiteral("firstHit"), since(timer));
    bool ended = false;
    QObject::connect(&stored, &services::StoredLog::finished, &view, [&] { ended = true; });
    timer.start();
    stored.cancel();
    turn = std::max(turn, waitFor([&] { return ended; }));
    result.insert(QStringLiteral("cancel"), since(timer));
    result.insert(QStringLiteral("longestTurn"), turn);

    constexpr int Lines = 10'000'000;
    for (int i = 0; i < Lines; ++i)
        live.append({1'770'000'000'000 + i, logs::Source::Function, QStringLiteral("shop"), QStringLiteral("e"), "8476a536-e9f4-11e8-9739-2dfe598c3fcd", "2026-02-02T02:40:00.123Z\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\tINFO\tprocessed order"});
    view.setSource(&live);
    result.insert(QStringLiteral("liveTurn"), waitFor([&] { return view.overview().lines() == Lines; }));
    Spread batches;
    for (int batch = 0; batch < 100; ++batch) {
        for (int i = 0; i < 100; ++i)
            live.append({1'780'000'000'000 + i, logs::Source::Function, QStringLiteral("shop"), QStringLiteral("e"), "8476a536-e9f4-11e8-9739-2dfe598c3fcd", "2026-02-02T02:40:00.123Z\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\tWARN\tstock is low"});
        // The view looks twenty times a second.
        QThread::msleep(55);
        QElapsedTimer taken;
        taken.start();
        QCoreApplication::processEvents();
        batches.add(since(taken));
    }
    result.insert(QStringLiteral("batchP50"), batches.at(0.5));
    result.insert(QStringLiteral("batchMax"), batches.at(1));
    Spread liveFrames;
    scroll(view, liveFrames);
    result.insert(QStringLiteral("liveFrameP99"), liveFrames.at(0.99));
    std::puts(QJsonDocument(result).toJson(QJsonDocument::Compact).constData());
    return 0;
}
