// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/events/eventpattern.h"

#include <QJsonDocument>
#include <QTest>

using namespace eph::events;

class tst_EventPattern : public QObject
{
    Q_OBJECT

    /// Easier to read with single quotes.
    static QByteArray json(QByteArray text) { return text.replace('\'', '"'); }

private Q_SLOTS:
    void matches_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<QByteArray>("event");
        QTest::addColumn<bool>("matches");
        const auto row = [](const char *name, const char *pattern, const char *event, bool matches) { QTest::newRow(name) << json(pattern) << json(event) << matches; };
        row("a value", "{'a':['x']}", "{'a':'x','b':1}", true);
        row("another value", "{'a':['x']}", "{'a':'y'}", false);
        row("one of two", "{'a':['x','y']}", "{'a':'y'}", true);
        row("all fields", "{'a':['x'],'b':[1]}", "{'a':'x','b':2}", false);
        row("nested", "{'detail':{'state':['open']}}", "{'detail':{'state':'open'}}", true);
        row("nested and missing", "{'detail':{'state':['open']}}", "{'detail':'open'}", false);
        row("number", "{'a':[300]}", "{'a':3.0e2}", true);
        row("number is no text", "{'a':[1]}", "{'a':'1'}", false);
        row("bool", "{'a':[true]}", "{'a':true}", true);
        row("null", "{'a':[null]}", "{'a':null}", true);
        row("null is not missing", "{'a':[null]}", "{}", false);
        row("a list has it", "{'a':['x']}", "{'a':['y','x']}", true);
        row("a list has it not", "{'a':['x']}", "{'a':['y']}", false);
        row("a list of objects", "{'a':{'b':['x']}}", "{'a':[{'b':'y'},{'b':'x'}]}", true);
        row("prefix", "{'a':[{'prefix':'ab'}]}", "{'a':'abc'}", true);
        row("prefix, other case", "{'a':[{'prefix':{'equals-ignore-case':'AB'}}]}", "{'a':'abc'}", true);
        row("no prefix", "{'a':[{'prefix':'b'}]}", "{'a':'abc'}", false);
        row("suffix", "{'a':[{'suffix':'.png'}]}", "{'a':'x.png'}", true);
        row("equals, other case", "{'a':[{'equals-ignore-case':'alice'}]}", "{'a':'ALICE'}", true);
        row("anything but", "{'a':[{'anything-but':'x'}]}", "{'a':'y'}", true);
        row("anything but, it is", "{'a':[{'anything-but':['x','y']}]}", "{'a':'y'}", false);
        row("anything but, missing", "{'a':[{'anything-but':'x'}]}", "{}", false);
        row("anything but a number", "{'a':[{'anything-but':[1,2]}]}", "{'a':3}", true);
        row("anything but a prefix", "{'a':[{'anything-but':{'prefix':'x'}}]}", "{'a':'xy'}", false);
        row("anything but suffixes", "{'a':[{'anything-but':{'suffix':['.a','.b']}}]}", "{'a':'x.c'}", true);
        row("anything but a wildcard", "{'a':[{'anything-but':{'wildcard':'*/b/*'}}]}", "{'a':'a/b/c'}", false);
        row("numeric", "{'a':[{'numeric':['>',0,'<=',5]}]}", "{'a':5}", true);
        row("numeric, out of it", "{'a':[{'numeric':['>',0,'<=',5]}]}", "{'a':0}", false);
        row("numeric text", "{'a':[{'numeric':['=',5]}]}", "{'a':'5'}", false);
        row("exists", "{'a':{'b':[{'exists':true}]}}", "{'a':{'b':null}}", true);
        row("exists not", "{'a':[{'exists':false}]}", "{'b':1}", true);
        row("exists not, but does", "{'a':[{'exists':false}]}", "{'a':1}", false);
        row("exists not, below what is missing", "{'a':{'b':[{'exists':false}]}}", "{}", true);
        row("exists is for leaves", "{'a':[{'exists':true}]}", "{'a':{'b':1}}", false);
        row("cidr", "{'ip':[{'cidr':'10.0.0.0/24'}]}", "{'ip':'10.0.0.255'}", true);
        row("cidr, outside", "{'ip':[{'cidr':'10.0.0.0/24'}]}", "{'ip':'10.0.1.0'}", false);
        row("cidr, version 6", "{'ip':[{'cidr':'2001:db8::/32'}]}", "{'ip':'2001:db8:1::1'}", true);
        row("wildcard", "{'a':[{'wildcard':'dir/*.png'}]}", "{'a':'dir/x/y.png'}", true);
        row("wildcard in the middle", "{'a':[{'wildcard':'a*b*c'}]}", "{'a':'aXbYbZc'}", true);
        row("wildcard, not", "{'a':[{'wildcard':'a*b*c'}]}", "{'a':'aXbYbZ'}", false);
        row("wildcard, nothing between", "{'a':[{'wildcard':'a*b'}]}", "{'a':'ab'}", true);
        row("wildcard, a star itself", "{'a':[{'wildcard':'a\\\\*b'}]}", "{'a':'a*b'}", true);
        row("wildcard, only a star itself", "{'a':[{'wildcard':'a\\\\*b'}]}", "{'a':'axb'}", false);
        row("or, the first", "{'$or':[{'a':['x']},{'b':[1]}]}", "{'a':'x','b':2}", true);
        row("or, the second", "{'$or':[{'a':['x']},{'b':[1]}],'c':[true]}", "{'a':'y','b':1,'c':true}", true);
        row("or, none", "{'$or':[{'a':['x']},{'b':[1]}]}", "{'a':'y','b':2}", false);
        row("or, nested", "{'d':{'$or':[{'a':['x']},{'b':[1]}]}}", "{'d':{'b':1}}", true);
    }
    void matches()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(QByteArray, event);
        const auto parsed = EventPattern::parse(pattern);
        QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
        QTEST(parsed->matches(QJsonDocument::fromJson(event).object()), "matches");
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<QString>("says");
        QTest::newRow("no JSON") << json("{'a':") << "no JSON";
        QTest::newRow("a list") << QByteArray("[]") << "object";
        QTest::newRow("empty") << json("{}") << "no field";
        QTest::newRow("a plain value") << json("{'a':'x'}") << "“a”";
        QTest::newRow("an empty list") << json("{'a':{'b':[]}}") << "“a.b”";
        QTest::newRow("unknown") << json("{'a':[{'like':'x'}]}") << "“like”";
        QTest::newRow("two in one") << json("{'a':[{'prefix':'x','suffix':'y'}]}") << "one entry";
        QTest::newRow("numeric") << json("{'a':[{'numeric':['>','0']}]}") << "numeric";
        QTest::newRow("numeric twice the same way") << json("{'a':[{'numeric':['>',0,'>',5]}]}") << "numeric";
        QTest::newRow("cidr") << json("{'a':[{'cidr':'ten'}]}") << "cidr";
        QTest::newRow("two stars") << json("{'a':[{'wildcard':'a**b'}]}") << "wildcard";
        QTest::newRow("or of one") << json("{'$or':[{'a':['x']}]}") << "$or";
        QByteArray deep = "[1]";
        for (int i = 0; i < 200; ++i)
            deep = "{\"a\":" + deep + "}";
        QTest::newRow("deep") << deep << "deep";
    }
    void refuses()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(QString, says);
        const auto parsed = EventPattern::parse(pattern);
        QVERIFY(!parsed);
        QVERIFY2(parsed.error().message.contains(says), qPrintable(parsed.error().message));
    }
};

QTEST_GUILESS_MAIN(tst_EventPattern)
#include "tst_eventpattern.moc"
