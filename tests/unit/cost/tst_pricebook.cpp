// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/bill.h"
#include "core/cost/currentprices.h"
#include "core/cost/lambdacost.h"
#include "core/cost/priceids.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace eph;
using namespace eph::cost;
using namespace Qt::StringLiterals;

namespace {
QString shippedPath()
{
    return QStringLiteral(SOURCE_DIR "/resources/pricing/prices.json");
}
QJsonObject shipped()
{
    QFile file(shippedPath());
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}
QByteArray bytes(const QJsonObject &json)
{
    return QJsonDocument(json).toJson();
}
} // namespace

class tst_PriceBook : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsAmounts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("pico"); // -1: it is none.
        QTest::newRow("whole") << "5" << qint64(5'000'000'000'000);
        QTest::newRow("smallest") << "0.000000000001" << qint64(1);
        QTest::newRow("largest") << "999999.999999999999" << qint64(999'999'999'999'999'999);
        for (const char *none : {"", ".", "1.", ".5", "1.2.3", "-1", "+1", "1e3", " 1", "1\n", "1,5", "1000000", "0.0000000000001", "\xd9\xa3"})
            QTest::addRow("none: %s", none) << QString::fromUtf8(none) << qint64(-1);
    }
    void readsAmounts()
    {
        QFETCH(QString, text);
        QFETCH(qint64, pico);
        QCOMPARE(parseMoney(text).value_or(Money{-1}).pico, pico);
    }

    void readsTheShippedOne()
    {
        const auto book = loadPriceBook(shippedPath());
        QVERIFY2(book, book ? "" : qPrintable(book.error().message));
        QCOMPARE(book->price(u"aws.lambda.request"_s).tiers.front().price.exact(), "0.0000002");
        QCOMPARE(book->price(u"aws.lambda.duration.x86"_s).tiers.size(), size_t(3));
        for (const QString &id : book->ids()) {
            const Price &price = book->price(id);
            QVERIFY2(price.source.startsWith("https://"_L1) && !price.unit.isEmpty() && price.seen.startsWith("202"_L1), qPrintable(id));
        }
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
        const auto book = loadPriceBook(shippedPath());
        const Money cost = invocationCost(*book, {memory, 1});
        const double duration = double(cost.pico - 200'000) / 1e12;
        QVERIFY2(std::abs(duration - published) < 0.00000000006, qPrintable(QString::number(duration, 'g', 12)));
    }

    void isExact()
    {
        const auto book = loadPriceBook(shippedPath());
        // 16,666,700 pico · 128 MiB · 13 ms / 1,024,000 = 27083.39, rounded 27083.
        QCOMPARE(invocationCost(*book, {128, 13, false}).pico, 200'000 + 27'083);
        QCOMPARE(invocationCost(*book, {1024, 1000, true}).pico, 200'000 + 13'333'400);
        QCOMPARE(invocationCost(*book, {10240, 900'000, false}).pico, 200'000 + 16'666'700LL * 9000);
    }

    void roundsAsOnTheDay()
    {
        const auto book = loadPriceBook(shippedPath());
        const BillingRules now = book->rulesOn({2026, 11, 1});
        QCOMPARE(now.billedMs(12'001, 0), 13);
        QCOMPARE(now.billedMs(12'000, 0), 12);
        QCOMPARE(now.billedMs(0, 0), 1);
        // Init and duration are rounded together: 0.4 + 0.4 is one millisecond.
        QCOMPARE(now.billedMs(400, 400), 1);
        QCOMPARE(book->rulesOn({2025, 8, 1}).billedMs(1'000, 500'000), 501);
        QCOMPARE(book->rulesOn({2025, 7, 31}).billedMs(1'000, 500'000), 1);
        QCOMPARE(book->rulesOn({2020, 12, 1}).billedMs(35'000, 0), 35);
        QCOMPARE(book->rulesOn({2020, 11, 30}).billedMs(35'000, 0), 100);
        QCOMPARE(book->rulesOn({2020, 11, 30}).billedMs(100'001, 0), 200);
    }

    void knowsOtherRegions()
    {
        const auto book = loadPriceBook(shippedPath());
        QVERIFY(book->regions().size() > 20);
        const PriceBook milan = book->forRegion(u"eu-south-1"_s);
        QCOMPARE(milan.price(u"aws.lambda.duration.x86"_s).tiers.front().price.exact(), "0.0000195172");
        QVERIFY(!milan.price(u"aws.lambda.duration.x86"_s).assumed);
        QVERIFY(milan.price(u"aws.sqs.request"_s).assumed);
        QVERIFY(!milan.price(u"gcp.run.vcpu"_s).assumed);
        const PriceBook ireland = book->forRegion(u"eu-west-1"_s);
        QCOMPARE(ireland.price(u"aws.lambda.duration.x86"_s).tiers.size(), size_t(3));
        QCOMPARE(ireland.price(u"aws.lambda.ephemeral"_s).tiers.front().price.exact(), "0.000000034");
        QVERIFY(book->forRegion(u"moon-1"_s).price(u"aws.lambda.request"_s).assumed);
    }

    void saysItsAge()
    {
        const auto book = loadPriceBook(shippedPath());
        QVERIFY(book->warning(book->date().addDays(182)).isEmpty());
        QVERIFY(book->warning(book->date().addDays(200)).contains("200"_L1));
    }

    void refusesWhatIsNoAmount()
    {
        for (const auto &text : {u""_s, u"1e-7"_s, u"-1"_s, u"0.0000000000001"_s, u"1,5"_s, u"12345678"_s})
            QVERIFY2(!parseMoney(text), qPrintable(text));
    }

    void refusesABrokenBook_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("names");
        const auto with = [](const QString &key, const QJsonValue &value) {
            QJsonObject json = shipped();
            json.insert(key, value);
            return bytes(json);
        };
        const auto withPrice = [](const QString &id, const QJsonValue &value) {
            QJsonObject json = shipped();
            QJsonObject prices = json.value("prices"_L1).toObject();
            prices.insert(id, value);
            json.insert(u"prices"_s, prices);
            return bytes(json);
        };
        QTest::newRow("empty") << QByteArray("{}") << u"date"_s;
        QTest::newRow("no JSON") << QByteArray("nonsense") << u"JSON"_s;
        QTest::newRow("no date") << with(u"date"_s, u"soon"_s) << u"date"_s;
        QTest::newRow("euros") << with(u"currency"_s, u"EUR"_s) << u"USD"_s;
        QTest::newRow("nothing in it") << with(u"prices"_s, QJsonObject()) << u"aws.lambda.request"_s;
        QTest::newRow("a number as amount") << withPrice(u"aws.lambda.request"_s, QJsonObject{{u"price"_s, 2e-7}}) << u"aws.lambda.request"_s;
        QTest::newRow("tiers that fall") << withPrice(u"aws.lambda.request"_s, QJsonObject{{u"tiers"_s, QJsonArray{QJsonObject{{u"upTo"_s, 5}, {u"price"_s, u"1"_s}}, QJsonObject{{u"upTo"_s, 4}, {u"price"_s, u"1"_s}}, QJsonObject{{u"price"_s, u"1"_s}}}}}) << u"aws.lambda.request"_s;
        QTest::newRow("tiers that end") << withPrice(u"aws.lambda.request"_s, QJsonObject{{u"tiers"_s, QJsonArray{QJsonObject{{u"upTo"_s, 5}, {u"price"_s, u"1"_s}}}}}) << u"aws.lambda.request"_s;
        QTest::newRow("an end in the middle") << withPrice(u"aws.lambda.request"_s, QJsonObject{{u"tiers"_s, QJsonArray{QJsonObject{{u"price"_s, u"1"_s}}, QJsonObject{{u"price"_s, u"1"_s}}}}}) << u"aws.lambda.request"_s;
        QTest::newRow("free as text") << withPrice(u"aws.lambda.request"_s, QJsonObject{{u"price"_s, u"1"_s}, {u"free"_s, u"5"_s}}) << u"free"_s;
        QTest::newRow("a rule until never") << with(u"lambdaBilling"_s, QJsonObject{{u"initBilledFrom"_s, u"2025-08-01"_s}, {u"steps"_s, QJsonArray{QJsonObject{{u"until"_s, u"soon"_s}, {u"stepMs"_s, 100}}, QJsonObject{{u"stepMs"_s, 1}}}}}) << u"until"_s;
        QTest::newRow("a region of odd things") << with(u"regions"_s, QJsonObject{{u"eu-west-1"_s, QJsonObject{{u"gold"_s, u"1"_s}}}}) << u"gold"_s;
        QTest::newRow("no rules") << with(u"lambdaBilling"_s, QJsonObject()) << u"lambdaBilling"_s;
    }
    void refusesABrokenBook()
    {
        QFETCH(QByteArray, json);
        const auto book = parsePriceBook(json);
        QVERIFY(!book);
        QFETCH(QString, names);
        QVERIFY2(book.error().message.contains(names), qPrintable(book.error().message));
    }

    void importsANewerOne()
    {
        QStandardPaths::setTestModeEnabled(true);
        qputenv("EPHEMERA_RESOURCES", SOURCE_DIR "/resources");
        QFile::remove(importedPricesPath());
        const auto before = currentPriceBook();
        QVERIFY(before);
        QTemporaryDir folder;
        const auto write = [&](const QString &name, const QByteArray &text) {
            QFile file(folder.filePath(name));
            (void)file.open(QIODevice::WriteOnly);
            file.write(text);
            return file.fileName();
        };
        QVERIFY(!importPriceBook(write(u"broken.json"_s, "{")));
        QVERIFY(!QFile::exists(importedPricesPath()));
        QJsonObject json = shipped();
        // Neither older ones nor those of a day to come; what is announced is in force.
        json.insert(u"date"_s, u"2000-01-01"_s);
        QVERIFY(importPriceBook(write(u"old.json"_s, bytes(json))).error().message.contains("2000-01-01"_L1));
        json.insert(u"date"_s, u"9999-12-31"_s);
        QVERIFY(!importPriceBook(write(u"future.json"_s, bytes(json))));
        QVERIFY(!QFile::exists(importedPricesPath()));
        json.insert(u"date"_s, before->date().toString(Qt::ISODate));
        json.insert(u"region"_s, u"eu-test-1"_s);
        QVERIFY(importPriceBook(write(u"new.json"_s, bytes(json))));
        QCOMPARE(currentPriceBook()->region(), u"eu-test-1"_s);
        QVERIFY(!loadPriceBook(u"/nonexistent"_s));
        QFile::remove(importedPricesPath());
    }
};

QTEST_GUILESS_MAIN(tst_PriceBook)
#include "tst_pricebook.moc"
