// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/logfilterpattern.h"

#include <QTest>

using namespace eph;
using namespace eph::cloud;

namespace {

// Events of the user guide's page on filter patterns.
const QString Trail = R"j({"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}], "SomeObject": null, "cluster.name": "c"})j";
const QString Users = R"j({"user": {"id": 1, "email": "John.Stiles@example.com"},
    "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
    "actions": ["GET", "PUT", "DELETE"], "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]]})j";
const QString Access = R"j(127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534)j";
const QString Failed = "ERROR 09/25/2014 12:00:02 Failed to process request";
const QString Invalid = "WARNING 09/25/2014 12:00:02 Invalid user request";
const QString Posted = "INFO 09/25/2014 12:00:01 POST /service/resource/67/part/111 1310";

} // namespace

class tst_LogFilterPattern : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void matchesWhatTheServiceMatches_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("message");
        QTest::addColumn<bool>("wanted");
        int number = 0;
        const auto row = [&number](const QString &pattern, const QString &message, bool wanted) { QTest::addRow("%d %s", ++number, qPrintable(pattern)) << pattern << message << wanted; };

        row("", "anything", true);
        row("\" \"", "anything", true);
        row("ERROR", "[ERROR 400] BAD REQUEST", true);
        row("ERROR", "an error", false);
        row("Exception", "Unhandled: InvalidQueryException", true);
        row("ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", true);
        row("ERROR ARGUMENTS", "[ERROR 400] BAD REQUEST", false);
        row("?ERROR ?ARGUMENTS", "MISSING ARGUMENTS", true);
        row("?ERROR ?ARGUMENTS", "[INFO] REQUEST FAILED", false);
        row("?ERROR ?ARGUMENTS REQUEST", "[INFO] REQUEST FAILED", true);
        row("\"INTERNAL SERVER ERROR\"", "[ERROR 500] INTERNAL SERVER ERROR", true);
        row("\"INTERNAL SERVER ERROR\"", "[ERROR 500] SERVER INTERNAL ERROR", false);
        row("\"say \\\"no\\\"\"", "they say \"no\"", true);
        row("ERROR -ARGUMENTS", "[ERROR 401] UNAUTHORIZED REQUEST", true);
        row("ERROR -ARGUMENTS", "[ERROR 420] INVALID ARGUMENTS", false);
        row("ERROR -\"INVALID ARG\"", "[ERROR 420] INVALID ARGUMENTS", false);

        row("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", true);
        row("%^[hc]at%", "a hat", false);
        row("%colou?r%", "colour", true);
        row("%^a{,2}$%", "aa", true);
        row("%^a{,2}$%", "aaa", false);
        row("%gra|ey%", "grey", true);
        row("%\\x3A%", "key:value", true);
        row("%10\\.10\\.0\\.1%", "10010,051", false);

        row("{ $.eventType = \"UpdateTrail\" }", Trail, true);
        row("{$.eventType=UpdateTrail}", Trail, true);
        row("{ $.sourceIPAddress != 123.123.* }", Trail, true);
        row("{ $.sourceIPAddress != 111.111.* }", Trail, false);
        row("{ $.arrayKey[0] = \"value\" }", Trail, true);
        row("{ $.arrayKey[1] = \"value\" }", Trail, false);
        row("{ $.arrayKey[2] = \"value\" }", Trail, false);
        row("{ $.arrayKey = \"value\" }", Trail, false);
        row("{ $.objectList[0] != \"x\" }", Trail, false);
        row("{ $.missing != \"x\" }", Trail, false);
        row("{ $.eventType = %Trail% }", Trail, true);
        row("{ $.eventType != %Trail% }", Trail, false);
        row("{ $.arrayKey[*] = %val.{2}% }", Trail, true);
        row("{ $.* = %111\\.111\\.111\\.1[0-9]{1,2}% }", Trail, true);
        row("{ $.['cluster.name'] = \"c\" }", Trail, true);
        row("{ $.SomeObject IS NULL }", Trail, true);
        row("{ $.eventType IS NULL }", Trail, false);
        row("{ $.SomeOtherObject NOT EXISTS }", Trail, true);
        row("{ $.eventType NOT EXISTS }", Trail, false);
        row("{ $.SomeObject NOT EXISTS }", Trail, false);
        row("{ $.objectList[*].id = 2 }", Trail, true);
        row("{ $.flag IS TRUE }", "{\"flag\": true}", true);
        row("{ $.flag IS TRUE }", "{\"flag\": \"true\"}", false);
        row("{ $.flag IS FALSE }", "{\"flag\": false}", true);
        row("{ $.flag = true }", "{\"flag\": true}", false);
        row("{ $.ms > 75 }", "{\"ms\": 80}", true);
        row("{ $.ms > 75 }", "{\"ms\": 75}", false);
        row("{ $.ms > 75 }", "{\"ms\": \"80\"}", false);
        row("{ $.ms >= 75 && $.ms <= 75.0 }", "{\"ms\": 75}", true);
        row("{ $.ms < 49.6 }", "{\"ms\": 49.5}", true);
        row("{ $.number[0] = 1e+3 }", "{\"number\": [1000]}", true);
        row("{ $.number[0] != 1e-3 }", "{\"number\": [1000]}", true);
        row("{ $.status = 4* }", "{\"status\": 404}", true);
        row("{ $.status = \"404\" }", "{\"status\": 404}", true);
        row("{ $.status = 404 }", "{\"status\": \"404\"}", true);
        row("{ $.latency = * }", "{\"latency\": 12}", true);
        row("{ $.latency = * }", "{\"other\": 12}", false);
        row("{ $.detail-type = \"a b\" }", "{\"detail-type\": \"a b\"}", true);
        row("{ ($.user.id = 1) && ($.users[0].email = \"John.Doe@example.com\") }", Users, true);
        row("{ $.user.email = \"John.Stiles@example.com\" || $.coordinates[0][1] = \"nonmatch\" && $.actions[2] = \"nonmatch\" }", Users, true);
        row("{ ($.user.email = \"John.Stiles@example.com\" || $.coordinates[0][1] = \"nonmatch\") && $.actions[2] = \"nonmatch\" }", Users, false);
        row("{ ($.user.id = 2 && $.users[0].email = \"nonmatch\") || $.actions[2] = \"GET\" }", Users, false);
        row("{ $.coordinates[1][2] = 6 }", Users, true);
        row("{ $.a = 1 }", "a=1", false);
        row("{ $.a NOT EXISTS }", "no JSON", false);

        row("[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]", Access, true);
        row("[ip, user, username, timestamp, request =*.html*, status_code = 500, bytes]", Access, false);
        row("[ip=%127\\.0\\.0\\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]", Access, true);
        row("[ip, user, username, timestamp=\"10/Oct/2000:13:25:15 -0700\", ...]", Access, true);
        row("[..., request =*.html*, status_code = 4*, bytes]", Access, true);
        row("[..., bytes > 1000]", Access, true);
        row("[..., bytes > 2000]", Access, false);
        row("[ip, ..., bytes]", Access, true);
        row("[a, b, c, d, e, f, g, h, ...]", Access, false);
        row("[ip, user, username, timestamp, request =*.html*, status_code = 404 || status_code = 410, bytes]", Access, true);
        row("[w1=ERROR, w2]", Failed, true);
        row("[w1=ERROR, w2]", Posted, false);
        row("[w1=ERROR]", Failed, false);
        row("[w1=ERROR || w1=WARNING, w2]", Invalid, true);
        row("[w1!=ERROR && w1!=WARNING, w2]", Invalid, false);
        row("[w1!=ERROR && w1!=WARNING, w2]", Posted, true);
        row("[logLevel, date, time, method, url=%/service/resource/[0-9]+/part/[0-9]+$%, response_time]", Posted, true);
        row("[logLevel, date, time, method, url=%/service/resource/[0-9]+$%, response_time]", Posted, false);
    }

    void matchesWhatTheServiceMatches()
    {
        QFETCH(QString, pattern);
        QFETCH(QString, message);
        QFETCH(bool, wanted);
        const auto parsed = LogFilterPattern::parse(pattern);
        QVERIFY2(parsed.has_value(), qPrintable(parsed ? QString() : parsed.error().message));
        QCOMPARE(parsed->matches(message), wanted);
    }

    void whatIsNoPatternIsToldWithItsPlace_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("told");
        QTest::newRow("characters in a term") << "ERROR foo:bar" << "Invalid character(s) in term 'foo:bar'";
        QTest::newRow("an open quotation mark") << "\"INTERNAL" << "a second quotation mark";
        QTest::newRow("an open expression") << "%abc" << "between two";
        QTest::newRow("an empty expression") << "%%" << "between two";
        QTest::newRow("a group") << "%(ab)+%" << "operators";
        QTest::newRow("an escaped group") << "%\\(ab\\)+%" << "operators";
        QTest::newRow("what is not ASCII") << QString::fromUtf8("%caf\xc3\xa9%") << "operators";
        QTest::newRow("a class that is open") << "%[a%" << "an expression";
        QTest::newRow("text behind an expression") << "%a% b" << "the end is expected at character 5";
        QTest::newRow("no selector") << "{ level = 1 }" << "a selector such as $.level is expected at character 3";
        QTest::newRow("no member") << "{ $ = 1 }" << "a member";
        QTest::newRow("no operator") << "{ $.a 1 }" << "one of =";
        QTest::newRow("no value") << "{ $.a = }" << "a value";
        QTest::newRow("no number") << "{ $.a > x }" << "a number";
        QTest::newRow("not that way round") << "{ $.a EXISTS }" << "one of =";
        QTest::newRow("half of it") << "{ $.a = 1 && }" << "a selector";
        QTest::newRow("not closed") << "{ $.a = 1" << "}";
        QTest::newRow("parentheses not closed") << "{ ($.a = 1 }" << ")";
        QTest::newRow("too many parentheses") << "{ " + QString(1000, '(') + "$.a = 1" + QString(1000, ')') + " }" << "fewer parentheses";
        QTest::newRow("text behind") << "{ $.a = 1 } x" << "the end";
        QTest::newRow("two wildcards in a selector") << "{ $.*[*] = 1 }" << "one wildcard";
        QTest::newRow("four selectors with wildcards") << "{ $.a[*] = 1 || $.b[*] = 1 || $.c[*] = 1 || $.d[*] = 1 }" << "three selectors";
        QTest::newRow("three expressions") << "[a=%x%, b=%y%, c=%z%]" << "two expressions";
        QTest::newRow("another column's name") << "[a=1 || b=2, c]" << "the name of the column";
        QTest::newRow("two ellipses") << "[..., a, ...]" << "one";
        QTest::newRow("columns not closed") << "[a, b" << "a comma or";
    }

    void whatIsNoPatternIsToldWithItsPlace()
    {
        QFETCH(QString, pattern);
        QFETCH(QString, told);
        const auto parsed = LogFilterPattern::parse(pattern);
        QVERIFY(!parsed);
        QVERIFY2(parsed.error().message.contains(told), qPrintable(parsed.error().message));
    }
};

QTEST_GUILESS_MAIN(tst_LogFilterPattern)
#include "tst_logfilterpattern.moc"
