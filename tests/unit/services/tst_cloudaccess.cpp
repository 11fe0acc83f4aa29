// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/cloudaccess.h"
#include "tests/support/fakeclock.h"

#include <QTemporaryDir>
#include <QTest>

using namespace eph;
using namespace eph::services;

class tst_CloudAccess : public QObject
{
    Q_OBJECT

private:
    /// With an environment that says nothing else, and files that are not there.
    [[nodiscard]] Result<deploy::AwsAccess> ask(const DeployTarget &target, const QStringList &variables = {})
    {
        QProcessEnvironment environment;
        environment.insert("HOME", m_home.path());
        environment.insert("AWS_EC2_METADATA_DISABLED", "true");
        for (const QString &variable : variables)
            environment.insert(variable.section('=', 0, 0), variable.section('=', 1));
        return accessOf(target, {m_transport, m_clock, environment, QUrl("http://127.0.0.1:9")});
    }

    QTemporaryDir m_home;
    http::NetworkTransport m_transport;
    test::FakeClock m_clock;

private Q_SLOTS:
    void thisMachineAsksForNothing_data()
    {
        QTest::addColumn<QString>("endpoint");
        QTest::newRow("address") << "http://127.0.0.1:3001";
        QTest::newRow("name") << "http://localhost:3001";
    }
    void thisMachineAsksForNothing()
    {
        QFETCH(QString, endpoint);
        const auto access = ask({"aws", "dev", {}, {}, endpoint});
        QVERIFY2(access, access ? "" : qPrintable(access.error().message));
        QCOMPARE(access->region, "us-east-1");
        QCOMPARE(access->credentials.accessKeyId, "local");
        QCOMPARE(access->endpoint, QUrl(endpoint));
        QVERIFY(access->local);
    }

    void whatIsNamedCountsOnThisMachineToo()
    {
        const auto access = ask({"aws", "dev", {}, "eu-west-1", "http://127.0.0.1:3001"}, {"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret"});
        QVERIFY(access);
        QCOMPARE(access->region, "eu-west-1");
        QCOMPARE(access->credentials.accessKeyId, "AKIDEXAMPLE");
        // A profile that is asked for must be there.
        QVERIFY(!ask({"aws", "dev", "missing", "eu-west-1", "http://127.0.0.1:3001"}));
    }

    void elsewhereBothAreNeeded()
    {
        QCOMPARE(ask({"aws", "dev", {}, {}, "https://example.com"}).error().message, "No region is named.");
        QCOMPARE(ask({"aws", "dev", {}, {}, {}}).error().message, "No region is named.");
        QVERIFY(!ask({"aws", "dev", {}, "us-east-1", "https://example.com"}));
        QVERIFY(ask({"aws", "dev", {}, "us-east-1", "https://example.com"}, {"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret"}));
    }

    void localCloudIsThePort()
    {
        const auto access = ask({LocalTarget, "dev", {}, {}, {}});
        QVERIFY(access);
        QCOMPARE(access->endpoint, QUrl("http://127.0.0.1:9"));
        QCOMPARE(access->region, "us-east-1");
    }
};

QTEST_GUILESS_MAIN(tst_CloudAccess)
#include "tst_cloudaccess.moc"
