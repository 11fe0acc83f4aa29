// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/money.h"

#include <QTest>

using eph::Money;

class tst_Money : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void printsEveryDecimal_data()
    {
        QTest::addColumn<qint64>("pico");
        QTest::addColumn<QString>("exact");
        QTest::addColumn<QString>("readable");
        QTest::newRow("zero") << qint64(0) << "0" << "$0";
        QTest::newRow("one invocation") << qint64(227'083) << "0.000000227083" << "$0.00000023";
        QTest::newRow("a cent") << qint64(10'000'000'000) << "0.01" << "$0.01";
        QTest::newRow("dollars") << qint64(12'340'000'000'000) << "12.34" << "$12.34";
        QTest::newRow("one pico") << qint64(1) << "0.000000000001" << "$0.000000000001";
        QTest::newRow("negative") << qint64(-500'000'000'000) << "-0.5" << QString::fromUtf8("\u2212$0.50");
        QTest::newRow("lowest") << std::numeric_limits<qint64>::min() << "-9223372.036854775808" << QString::fromUtf8(">\u2212$9.2 million");
        QTest::newRow("thousands") << qint64(2'098'843'650'000'000'000) << "2098843.65" << "$2,098,843.65";
        QTest::newRow("a thousand") << qint64(1'000'000'000'000'000) << "1000" << "$1,000.00";
        QTest::newRow("below a thousand") << qint64(999'990'000'000'000) << "999.99" << "$999.99";
    }
    void printsEveryDecimal()
    {
        QFETCH(qint64, pico);
        QTEST(Money{pico}.exact(), "exact");
        QTEST(Money{pico}.readable(), "readable");
    }
    void sumsSaturate()
    {
        const Money most{std::numeric_limits<qint64>::max()};
        QCOMPARE((most + Money{1}).pico, most.pico);
        QVERIFY((most + most).isSaturated());
        QCOMPARE((Money{5} - Money{7}).pico, qint64(-2));
    }
    void timesSaturates()
    {
        QCOMPARE(Money{227'083}.times(1'000'000).exact(), "0.227083");
        QCOMPARE(Money{std::numeric_limits<qint64>::max()}.times(2).pico, std::numeric_limits<qint64>::max());
        QCOMPARE(Money{std::numeric_limits<qint64>::max()}.times(-2).pico, std::numeric_limits<qint64>::min());
    }
};

QTEST_GUILESS_MAIN(tst_Money)
#include "tst_money.moc"
