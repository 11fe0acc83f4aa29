// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/processors.h"

#include <QTest>
#include <QThread>
#include <atomic>

using namespace eph;

class tst_Processors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thereIsOne() { QVERIFY(sys::processorCount() >= 1); }

    void noneIsIdleWhileMoreSpinThanThereAre()
    {
        std::atomic<bool> ends = false;
        std::atomic<int> spinning = 0;
        std::vector<std::unique_ptr<QThread>> threads;
        for (int i = 0; i < sys::processorCount(); ++i) {
            threads.emplace_back(QThread::create([&] {
                ++spinning;
                while (!ends) {
                }
            }));
            threads.back()->start();
        }
        QTRY_COMPARE(spinning, sys::processorCount());
        const sys::ProcessorLoad load;
        int idle = 0;
        for (int i = 0; i < 100; ++i)
            idle += load.isOneIdle();
        ends = true;
        for (const auto &thread : threads)
            thread->wait();
        QCOMPARE(idle, 0);
    }
};

QTEST_GUILESS_MAIN(tst_Processors)
#include "tst_processors.moc"
