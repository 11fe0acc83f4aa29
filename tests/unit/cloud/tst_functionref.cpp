// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/functionref.h"

#include <QTest>

using namespace eph::cloud;

class tst_FunctionRef : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryWayToNameAFunction_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("qualifier");
        QTest::newRow("name") << "my-fn_1" << "my-fn_1" << "";
        QTest::newRow("name like a word of the pattern") << "function" << "function" << "";
        QTest::newRow("name of digits") << "123456789012" << "123456789012" << "";
        QTest::newRow("with version") << "fn:7" << "fn" << "7";
        QTest::newRow("with $LATEST") << "fn:$LATEST" << "fn" << "$LATEST";
        QTest::newRow("partial ARN") << "123456789012:function:fn" << "fn" << "";
        QTest::newRow("ARN") << "arn:aws:lambda:us-east-1:123456789012:function:fn" << "fn" << "";
        QTest::newRow("ARN with alias") << "arn:aws:lambda:eu-central-1:123456789012:function:fn:live" << "fn" << "live";
        QTest::newRow("ARN of another partition") << "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:fn" << "fn" << "";
    }
    void readsEveryWayToNameAFunction()
    {
        QFETCH(QString, text);
        const auto ref = parseFunctionRef(text);
        QVERIFY(ref);
        QTEST(ref->name, "name");
        QTEST(ref->qualifier, "qualifier");
    }

    void refusesWhatIsNone_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"", "a b", "fn:", "invalid:function:name:x", "../fn", "f\xc3\xbcn", "fn\xd9\xa3", "arn:aws:sqs:us-east-1:123456789012:queue"})
            QTest::newRow(text) << text;
    }
    void refusesWhatIsNone()
    {
        QFETCH(QString, text);
        QVERIFY(!parseFunctionRef(text));
    }
};

QTEST_GUILESS_MAIN(tst_FunctionRef)
#include "tst_functionref.moc"
