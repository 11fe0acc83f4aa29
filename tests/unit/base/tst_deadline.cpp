// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/deadline.h"

#include <QElapsedTimer>
#include <QTest>

using namespace std::chrono_literals;
using eph::Deadline;

class tst_Deadline : public QObject
{
    Q_OBJECT

    /// Whatever could have passed in that time has.
    static void letPass(std::chrono::milliseconds time)
    {
        bool over = false;
        QTimer::singleShot(time, Qt::PreciseTimer, qApp, [&over] { over = true; });
        QTRY_VERIFY(over);
    }

    struct Counted {
        Deadline deadline;
        int passed = 0;

        Counted()
        {
            deadline.onPassed = [this] { ++passed; };
        }
    };

private Q_SLOTS:
    void passesOnce()
    {
        Counted one;
        QVERIFY(!one.deadline.isActive());
        QElapsedTimer time;
        time.start();
        one.deadline.start(20ms);
        QVERIFY(one.deadline.isActive());
        QTRY_COMPARE(one.passed, 1);
        QVERIFY(time.elapsed() >= 20);
        QVERIFY(!one.deadline.isActive());
        letPass(60ms);
        QCOMPARE(one.passed, 1);
    }

    void doesNotPassAfterItWasStopped()
    {
        Counted one;
        one.deadline.start(10ms);
        one.deadline.stop();
        letPass(50ms);
        QCOMPARE(one.passed, 0);
        one.deadline.start(10ms);
        QTRY_COMPARE(one.passed, 1);
    }

    void isPutOff()
    {
        Counted one;
        QElapsedTimer time;
        time.start();
        one.deadline.start(10ms);
        one.deadline.start(80ms);
        QTRY_COMPARE(one.passed, 1);
        QVERIFY(time.elapsed() >= 80);
    }

    void comesSooner()
    {
        Counted one;
        one.deadline.start(1h);
        one.deadline.start(10ms);
        QTRY_COMPARE(one.passed, 1);
    }

    void isSetAgainWhereItHasPassed()
    {
        Counted one;
        one.deadline.onPassed = [&one] {
            if (++one.passed < 3)
                one.deadline.start(5ms);
        };
        one.deadline.start(5ms);
        QTRY_COMPARE(one.passed, 3);
        QVERIFY(!one.deadline.isActive());
    }

    void mayEndWhatItBelongsTo()
    {
        bool passed = false;
        auto one = std::make_unique<Deadline>();
        one->onPassed = [&one, &passed] {
            one.reset();
            passed = true;
        };
        one->start(1ms);
        QTRY_VERIFY(passed);
        QVERIFY(!one);
    }

    void passesAtOnceWhereNothingIsLeft()
    {
        Counted one;
        one.deadline.start(0ms);
        QCOMPARE(one.passed, 0);
        QTRY_COMPARE(one.passed, 1);
    }
};

QTEST_GUILESS_MAIN(tst_Deadline)
#include "tst_deadline.moc"
