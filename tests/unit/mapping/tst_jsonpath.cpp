// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mapping/jsonpath.h"

#include <QTest>

using namespace eph;
using namespace eph::mapping;

class tst_JsonPath : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finds_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("all") << "$" << QByteArray(R"({"store":{"book":[{"title":"A","price":8.95},{"title":"B","price":12,"isbn":"1"},{"title":"C","price":22.5,"isbn":"2"}],"bicycle":{"color":"red"}},"odd key":1,"null":null})");
        QTest::newRow("member") << "$.store.bicycle.color" << QByteArray(R"("red")");
        QTest::newRow("without the dollar") << "store.bicycle.color" << QByteArray(R"("red")");
        QTest::newRow("in brackets") << "$['store']['bicycle'][\"color\"]" << QByteArray(R"("red")");
        QTest::newRow("odd key") << "$['odd key']" << QByteArray("1");
        QTest::newRow("index") << "$.store.book[1].title" << QByteArray(R"("B")");
        QTest::newRow("from the end") << "$.store.book[-1].title" << QByteArray(R"("C")");
        QTest::newRow("several") << "$.store.book[0,2].title" << QByteArray(R"(["A","C"])");
        QTest::newRow("range") << "$.store.book[0:2].title" << QByteArray(R"(["A","B"])");
        QTest::newRow("range from the end") << "$.store.book[-2:].title" << QByteArray(R"(["B","C"])");
        QTest::newRow("range to") << "$.store.book[:1].title" << QByteArray(R"(["A"])");
        QTest::newRow("every one") << "$.store.book[*].title" << QByteArray(R"(["A","B","C"])");
        QTest::newRow("star") << "$.store.bicycle.*" << QByteArray(R"(["red"])");
        QTest::newRow("below") << "$..title" << QByteArray(R"(["A","B","C"])");
        QTest::newRow("below with brackets") << "$..book[0].title" << QByteArray(R"(["A"])");
        QTest::newRow("several members") << "$.store.book[0]['title','price']" << QByteArray(R"(["A",8.95])");
        QTest::newRow("filter") << "$.store.book[?(@.price < 10)].title" << QByteArray(R"(["A"])");
        QTest::newRow("filter by text") << "$.store.book[?(@.title == 'B')].price" << QByteArray("[12]");
        QTest::newRow("filter by being there") << "$.store.book[?(@.isbn)].title" << QByteArray(R"(["B","C"])");
        QTest::newRow("filter with and") << "$.store.book[?(@.isbn && @.price > 20)].title" << QByteArray(R"(["C"])");
        QTest::newRow("filter with or") << "$.store.book[?(@.price < 10 || @.price > 20)].title" << QByteArray(R"(["A","C"])");
        QTest::newRow("length") << "$.store.book.length()" << QByteArray("3");
        QTest::newRow("missing") << "$.store.nothing.at.all" << QByteArray("null");
        QTest::newRow("missing index") << "$.store.book[9]" << QByteArray("null");
        QTest::newRow("none of several") << "$..nothing" << QByteArray("[]");
        QTest::newRow("null") << "$.null" << QByteArray("null");
    }
    void finds()
    {
        QFETCH(QString, path);
        const auto root = valueOfJson(R"({"store":{"book":[{"title":"A","price":8.95},{"title":"B","price":12,"isbn":"1"},{"title":"C","price":22.5,"isbn":"2"}],"bicycle":{"color":"red"}},"odd key":1,"null":null})");
        QVERIFY(root);
        const auto found = jsonPath(*root, path);
        QVERIFY2(found, qPrintable(found ? QString() : found.error().message));
        QTEST(jsonOf(*found), "expected");
    }

    void findsNoMoreThanItCanHold()
    {
        QByteArray json = "[1]";
        for (int i = 0; i < 10; ++i)
            json = '[' + json + ']';
        QVERIFY(!jsonPath(*valueOfJson(json), QString("$") + QString("[0,0,0,0,0,0,0,0,0,0]").repeated(10)));
        QByteArray many = "[0";
        for (int i = 1; i < 20'000; ++i)
            many += ',' + QByteArray::number(i);
        QVERIFY(!jsonPath(*valueOfJson(many + ']'), "$[?($..x)]"));
        QVERIFY(!jsonPath(*valueOfJson('[' + many + "]]"), "$[" + QString("0,").repeated(1000) + "0][*]"));
    }

    void findsBehindWhatIsLarge()
    {
        QByteArray many = "{\"a\":[0";
        for (int i = 1; i < 150'000; ++i)
            many += ",1";
        const auto found = jsonPath(*valueOfJson(many + "],\"b\":{\"zz\":5}}"), "$..zz");
        QVERIFY(found);
        QCOMPARE(jsonOf(*found), "[5]");
    }

    void refusesWhatIsNoPath_data()
    {
        QTest::addColumn<QString>("path");
        for (const char *path : {"$a", "$.", "$..", "$[", "$['a", "$[?(@.a", "$[x]", "$.a[?(@.b == word)]", "$[?()]"})
            QTest::newRow(path) << QString(path);
    }
    void refusesWhatIsNoPath()
    {
        QFETCH(QString, path);
        QVERIFY(!jsonPath(*valueOfJson(R"([{"a":[{"b":1}]}])"), path == "$.a[?(@.b == word)]" ? "$[0]" + path.sliced(1) : path));
    }
};

QTEST_APPLESS_MAIN(tst_JsonPath)
#include "tst_jsonpath.moc"
