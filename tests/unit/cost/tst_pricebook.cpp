// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/pricebook.h"

#include <QTest>

using namespace eph;
using namespace Qt::StringLiterals;

class tst_PriceBook : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsTheShippedOne()
    {
        const auto book = cost::loadPriceBook(QStringLiteral(SOURCE_DIR "/resources/pricing/aws.json"));
        QVERIFY(book);
        QCOMPARE(book->request.exact(), "0.0000002");
        QCOMPARE(book->gbSecondX86.exact(), "0.0000166667");
    }

    // Published price of a millisecond on x86, in USD: pricing page of the service.
    void agreesWithThePublishedPricePerMillisecond_data()
    {
        QTest::addColumn<int>("memory");
        QTest::addColumn<double>("published");
        QTest::newRow("128") << 128 << 0.0000000021;
        QTest::newRow("512") << 512 << 0.0000000083;
        QTest::newRow("1024") << 1024 << 0.0000000167;
        QTest::newRow("1536") << 1536 << 0.0000000250;
        QTest::newRow("2048") << 2048 << 0.0000000333;
        QTest::newRow("10240") << 10240 << 0.0000001667;
    }
    void agreesWithThePublishedPricePerMillisecond()
    {
        QFETCH(int, memory);
        QFETCH(double, published);
        const auto book = cost::loadPriceBook(QStringLiteral(SOURCE_DIR "/resources/pricing/aws.json"));
        const Money cost = cost::invocationCost(*book, {memory, 1, false});
        const double duration = double(cost.pico - book->request.pico) / 1e12;
        QVERIFY2(std::abs(duration - published) < 0.00000000006, qPrintable(QString::number(duration, 'g', 12)));
    }

    void isExact()
    {
        const auto book = cost::loadPriceBook(QStringLiteral(SOURCE_DIR "/resources/pricing/aws.json"));
        // 16,666,700 pico · 128 MiB · 13 ms / 1,024,000 = 27083.39, rounded 27083.
        QCOMPARE(cost::invocationCost(*book, {128, 13, false}).pico, 200'000 + 27'083);
        QCOMPARE(cost::invocationCost(*book, {1024, 1000, true}).pico, 200'000 + 13'333'400);
        QCOMPARE(cost::invocationCost(*book, {10240, 900'000, false}).pico, 200'000 + 16'666'700LL * 9000);
    }

    void refusesWhatIsNoAmount()
    {
        for (const auto &text : {u""_s, u"1e-7"_s, u"-1"_s, u"0.0000000000001"_s, u"1,5"_s, u"12345678"_s})
            QVERIFY2(!cost::parseMoney(text), qPrintable(text));
        QVERIFY(!cost::parsePriceBook("{}"));
        QVERIFY(!cost::parsePriceBook("nonsense"));
        QVERIFY(!cost::loadPriceBook(u"/nonexistent"_s));
    }
};

QTEST_GUILESS_MAIN(tst_PriceBook)
#include "tst_pricebook.moc"
