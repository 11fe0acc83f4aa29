// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/launchplan.h"

#include <QTest>

using namespace eph::runtime;

class tst_LaunchPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addressesOfTheTemplateLeadHere_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("here");
        const auto stays = [](const char *name, const QString &value) { QTest::newRow(name) << value << value; };
        QTest::newRow("queue") << "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs" << "http://127.0.0.1:1/123456789012/jobs";
        QTest::newRow("API") << "https://Shop_Api.execute-api.eu-west-1.amazonaws.com/Prod/x?y=1" << "http://127.0.0.1:2/@shop-api.localhost/Prod/x?y=1";
        QTest::newRow("API, bare") << "https://ServerlessRestApi.execute-api.eu-west-1.amazonaws.com" << "http://127.0.0.1:2/@serverlessrestapi.localhost";
        QTest::newRow("WebSocket") << "wss://Chat.execute-api.eu-west-1.amazonaws.com/v1" << "ws://127.0.0.1:2/@chat.localhost/v1";
        QTest::newRow("function") << "https://say-hi.lambda-url.eu-west-1.on.aws/" << "http://127.0.0.1:2/@say-hi.lambda-url.localhost/";
        QTest::newRow("within others") << "a=https://A.execute-api.eu-west-1.amazonaws.com/v1;b=https://B.execute-api.eu-west-1.amazonaws.com/v1" << "a=http://127.0.0.1:2/@a.localhost/v1;b=http://127.0.0.1:2/@b.localhost/v1";
        stays("a real API", "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod");
        stays("a real function", "https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-west-1.on.aws/");
        stays("another region", "https://Api.execute-api.us-east-1.amazonaws.com/prod");
        stays("a longer host", "https://Api.execute-api.eu-west-1.amazonaws.com.example.org/");
        stays("another account's queue", "https://sqs.eu-west-1.amazonaws.com/210987654321/jobs");
        stays("no address", "Api.execute-api.eu-west-1.amazonaws.com");
    }
    void addressesOfTheTemplateLeadHere()
    {
        QFETCH(QString, given);
        QFETCH(QString, here);
        FunctionConfig config;
        config.name = "f";
        config.region = "eu-west-1";
        config.environment = {{"WHERE", given}};
        EnvironmentIdentity identity;
        const auto told = [&] {
            for (const QByteArray &variable : processEnvironment(config, {}, identity)) {
                if (variable.startsWith("WHERE="))
                    return QString::fromUtf8(variable.mid(6));
            }
            return QString();
        };
        // While nobody serves, nothing is here.
        QCOMPARE(told(), given);
        identity.cloud = {"http://127.0.0.1:1", "http://127.0.0.1:2"};
        QCOMPARE(told(), here);
    }

    void withTlsItIsTheSameGateway()
    {
        FunctionConfig config;
        config.region = "us-east-1";
        config.environment = {{"A", "https://Api.execute-api.us-east-1.amazonaws.com/x"}, {"B", "wss://Chat.execute-api.us-east-1.amazonaws.com/x"}};
        EnvironmentIdentity identity;
        identity.cloud = {"http://127.0.0.1:1", "https://127.0.0.1:2"};
        const QList<QByteArray> all = processEnvironment(config, {}, identity);
        QVERIFY(all.contains("A=https://127.0.0.1:2/@api.localhost/x"));
        QVERIFY(all.contains("B=wss://127.0.0.1:2/@chat.localhost/x"));
    }
};

QTEST_GUILESS_MAIN(tst_LaunchPlan)
#include "tst_launchplan.moc"
