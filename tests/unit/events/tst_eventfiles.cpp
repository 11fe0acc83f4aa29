// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/events/eventfiles.h"
#include "tests/support/testproject.h"

#include <QJsonDocument>
#include <QTest>

using namespace eph;
using namespace Qt::StringLiterals;

class tst_EventFiles : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void acceptsJsonAndPointsAtMistakes_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<int>("offset"); // -1: fine
        QTest::newRow("object") << QByteArray(R"({"a": [1, 2.50, "x"]})") << -1;
        QTest::newRow("number") << QByteArray("12345678901234567890123") << -1;
        QTest::newRow("empty") << QByteArray() << 0;
        QTest::newRow("comma") << QByteArray(R"({"a": 1,})") << 8;
        QTest::newRow("two values") << QByteArray("1 2") << 2;
        QTest::newRow("bad utf-8") << QByteArray("\"\xff\"") << 1;
        QTest::newRow("NUL") << QByteArray("3\0\x18\"", 4) << 1;
        QTest::newRow("half of a pair") << QByteArray("{\"cut\": \"\\ud83d\", \"other\": \"\\udc00\\ud83d\\ude00 \\\\ud83d\"}") << -1;
        QTest::newRow("half of a pair, and more") << QByteArray("[\"\\ud83d\",]") << 10;
        QTest::newRow("no digits") << QByteArray("\"\\ud8zz\"") << 5;
        QTest::newRow("deep") << QByteArray(100'000, '[') << 0;
    }
    void acceptsJsonAndPointsAtMistakes()
    {
        QFETCH(QByteArray, json);
        QFETCH(int, offset);
        const auto problem = events::checkJson(json);
        QCOMPARE(problem.has_value(), offset >= 0);
        if (problem)
            QCOMPARE(int(problem->offset), offset);
    }

    void indentsWithoutTouchingNumbersOrOrder()
    {
        const QByteArray json = "{\"z\":12345678901234567890,\"a\":1.0,\"s\":\"a\\\"{b\",\"e\":[],\"o\":{ },\"l\":[1,[2]]}";
        QCOMPARE(events::prettyJson(json),
                 "{\n  \"z\": 12345678901234567890,\n  \"a\": 1.0,\n  \"s\": \"a\\\"{b\",\n  \"e\": [],\n  \"o\": {},\n  \"l\": [\n    1,\n    [\n      2\n    ]\n  ]\n}");
        QCOMPARE(events::prettyJson("not json"), "not json");
        QCOMPARE(events::prettyJson("\"text\""), "\"text\"");
    }

    void listsAndSaves()
    {
        test::TestProject project;
        QCOMPARE(events::listEvents(project.path(u"events"_s)).size(), 0);
        QCOMPARE(events::saveEvent(project.path(u"events"_s), u"api/get"_s, "{}")->name, "api/get.json");
        QVERIFY(events::saveEvent(project.path(u"events"_s), u"b.json"_s, "{}"));
        const auto all = events::listEvents(project.path(u"events"_s));
        QCOMPARE(all.size(), 2);
        QCOMPARE(all.first().name, "api/get.json");
        QCOMPARE(project.read(u"events/b.json"_s), "{}");
    }

    void staysInItsFolder()
    {
        test::TestProject project;
        for (const auto &name : {u"../evil"_s, u"/etc/evil"_s, u""_s, u"a/../../evil"_s})
            QVERIFY2(!events::saveEvent(project.path(u"events"_s), name, "{}"), qPrintable(name));
    }

    void readsEveryRecordedEventOfTheService()
    {
        const QStringList files = QDir(QStringLiteral(SHARED_DATA "/events")).entryList({u"*.json"_s}, QDir::Files);
        if (files.isEmpty())
            QSKIP("The recorded events are not beside this checkout.");
        int readable = 0;
        for (const QString &name : files) {
            QFile file(QStringLiteral(SHARED_DATA "/events/") + name);
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray json = file.readAll();
            if (events::checkJson(json))
                continue;
            ++readable;
            QCOMPARE(QJsonDocument::fromJson(events::prettyJson(json)), QJsonDocument::fromJson(json));
        }
        QVERIFY2(readable > 95, qPrintable(QString::number(readable)));
    }
};


QTEST_GUILESS_MAIN(tst_EventFiles)
#include "tst_eventfiles.moc"
