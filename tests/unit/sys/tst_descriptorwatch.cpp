// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/descriptorwatch.h"

#include "core/sys/filedescriptor.h"

#include <QTest>
#include <QThread>
#include <array>
#include <sys/resource.h>
#include <unistd.h>

using namespace eph::sys;

class tst_DescriptorWatch : public QObject
{
    Q_OBJECT

    struct Pipe {
        FileDescriptor read;
        FileDescriptor write;

        Pipe()
        {
            std::array<int, 2> ends{};
            if (::pipe(ends.data()) != 0)
                qFatal("no pipe");
            read = FileDescriptor(ends[0]);
            write = FileDescriptor(ends[1]);
        }
        void say() const { QCOMPARE(::write(write.get(), "x", 1), 1); }
        void hear() const
        {
            char byte = 0;
            QCOMPARE(::read(read.get(), &byte, 1), 1);
        }
    };

    /// Reads what is said to it.
    struct Listener {
        Pipe pipe;
        int told = 0;
        DescriptorWatch watch{pipe.read.get(), [this] {
                                  pipe.hear();
                                  ++told;
                              }};
    };

    /// Whatever could have been told before has been.
    static void waitForAnother()
    {
        Listener another;
        another.pipe.say();
        QTRY_COMPARE(another.told, 1);
    }

private Q_SLOTS:
    void tellsEachTime()
    {
        Listener one;
        one.pipe.say();
        QTRY_COMPARE(one.told, 1);
        one.pipe.say();
        one.pipe.say();
        QTRY_COMPARE(one.told, 3);
    }

    void tellsThatTheOtherEndIsGone()
    {
        Pipe pipe;
        int told = 0;
        std::unique_ptr<DescriptorWatch> watch;
        watch = std::make_unique<DescriptorWatch>(pipe.read.get(), [&] {
            ++told;
            watch->stop();
        });
        pipe.write.reset();
        QTRY_COMPARE(told, 1);
        waitForAnother();
        QCOMPARE(told, 1);
    }

    void oneMayEndAnotherAndItself()
    {
        const Pipe first;
        const Pipe second;
        int told = 0;
        std::unique_ptr<DescriptorWatch> one;
        std::unique_ptr<DescriptorWatch> other;
        const auto end = [&] {
            ++told;
            one.reset();
            other.reset();
        };
        one = std::make_unique<DescriptorWatch>(first.read.get(), end);
        other = std::make_unique<DescriptorWatch>(second.read.get(), end);
        first.say();
        second.say();
        QTRY_COMPARE(told, 1);
        waitForAnother();
        QCOMPARE(told, 1);
    }

    void theLastOneMayBeReplacedWhileItSpeaks()
    {
        const Pipe first;
        std::unique_ptr<Listener> next;
        std::unique_ptr<DescriptorWatch> watch;
        watch = std::make_unique<DescriptorWatch>(first.read.get(), [&] {
            watch.reset();
            next = std::make_unique<Listener>();
            next->pipe.say();
        });
        first.say();
        QTRY_VERIFY(next && next->told == 1);
    }

    void tellsOnceInATurn()
    {
        const Pipe loud;
        Listener quiet;
        loud.say();
        int told = 0;
        // It never reads what makes it speak.
        const DescriptorWatch one(loud.read.get(), [&] { ++told; });
        for (int turn = 1; turn <= 5; ++turn) {
            quiet.pipe.say();
            QCoreApplication::processEvents();
            QCOMPARE(told, turn);
            QCOMPARE(quiet.told, turn);
        }
    }

    void watchesAlsoWhereTheSetIsFull()
    {
        // Nothing can be put into a set that cannot be made.
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
        const Pipe pipe;
        const rlimit none{1, before.rlim_max};
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0);
        int told = 0;
        const DescriptorWatch watch(pipe.read.get(), [&] {
            pipe.hear();
            ++told;
        });
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &before), 0);
        pipe.say();
        QTRY_COMPARE(told, 1);
    }

    void eachThreadHasItsOwn()
    {
        const Pipe pipe;
        Qt::HANDLE toldIn = nullptr;
        Qt::HANDLE madeIn = nullptr;
        const std::unique_ptr<QThread> thread(QThread::create([&] {
            madeIn = QThread::currentThreadId();
            QEventLoop loop;
            const DescriptorWatch watch(pipe.read.get(), [&] {
                toldIn = QThread::currentThreadId();
                loop.quit();
            });
            loop.exec();
        }));
        thread->start();
        pipe.say();
        QVERIFY(thread->wait(5'000));
        QVERIFY(toldIn);
        QCOMPARE(toldIn, madeIn);
    }
};

QTEST_GUILESS_MAIN(tst_DescriptorWatch)
#include "tst_descriptorwatch.moc"
