// SPDX-License-Identifier: GPL-3.0-or-later
// keylatency FILE [KEYS]: types into the editor at the start, the middle and the end of a file, with the whole file
// highlighted before. Prints one JSON line a place: how long a key takes until it is painted, and the longest turn of the
// event loop between two keys.
#include "widgets/common/theme.h"
#include "widgets/editor/codeeditor.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QKeyEvent>
#include <algorithm>
#include <cstdio>
#include <vector>

using namespace eph;

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    if (argc < 2) {
        std::fputs("keylatency FILE [KEYS]\n", stderr);
        return 2;
    }
    QFile file(QString::fromLocal8Bit(argv[1]));
    if (!file.open(QIODevice::ReadOnly)) {
        std::fprintf(stderr, "keylatency: %s cannot be read\n", argv[1]);
        return 1;
    }
    constexpr int StandardKeys = 200;
    const int keys = argc > 2 ? std::max(1, std::atoi(argv[2])) : StandardKeys;
    ui::Theme theme;
    theme.apply(ui::Scheme::Light);
    ui::CodeEditor editor(ui::CodeEditor::Role::File);
    constexpr QSize Size(900, 700);
    editor.resize(Size);
    editor.setContent(file.readAll());
    editor.setLanguageFor(file.fileName());
    editor.show();
    editor.setFocus();

    const auto at = [&](const char *place, int line) {
        editor.goTo(line + 1);
        // What is highlighted in slices in the background is let finish first: the quiet state is what one types in.
        QElapsedTimer quiet;
        quiet.start();
        constexpr int SettleMs = 3000;
        while (quiet.elapsed() < SettleMs)
            QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
        std::vector<double> times;
        double longestTurn = 0;
        const QString typed = QStringLiteral("const x = `a${b}`; // c\n/* d */ ");
        for (int i = 0; i < keys; ++i) {
            const QChar letter = typed.at(i % typed.size());
            const int code = letter == u'\n' ? int(Qt::Key_Return) : letter.toUpper().unicode();
            QKeyEvent press(QEvent::KeyPress, code, Qt::NoModifier, letter == u'\n' ? QStringLiteral("\r") : QString(letter));
            QElapsedTimer timer;
            timer.start();
            QCoreApplication::sendEvent(&editor, &press);
            editor.viewport()->repaint();
            times.push_back(double(timer.nsecsElapsed()) / 1e6);
            // What goes on between two keys may hold up the next one.
            timer.start();
            QCoreApplication::processEvents();
            longestTurn = std::max(longestTurn, double(timer.nsecsElapsed()) / 1e6);
        }
        std::sort(times.begin(), times.end());
        std::printf("{\"place\":\"%s\",\"keys\":%d,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f,\"turn_ms\":%.2f}\n", place, keys, times[times.size() / 2], times[times.size() * 99 / 100], times.back(), longestTurn);
    };
    at("start", 0);
    at("middle", editor.lines() / 2);
    at("end", editor.lines() - 1);
    return 0;
}
