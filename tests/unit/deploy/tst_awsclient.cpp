// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/awsclient.h"
#include "tests/support/fakeclock.h"

#include <QTest>

using namespace eph;
using namespace eph::deploy;

/// Answers whoever signs with the key that is good now.
class tst_AwsClient : public QObject
{
    Q_OBJECT

    struct Service : http::Transport {
        Result<http::Response> send(const QUrl &, const http::Request &request, std::chrono::milliseconds) override
        {
            const QByteArray signer = request.header("Authorization");
            signers << signer.mid(signer.indexOf("Credential=") + 11, 4);
            if (signers.last() != good)
                return http::Response{403, {}, "{\"__type\":\"ExpiredTokenException\",\"message\":\"The security token included in the request is expired\"}"};
            return http::Response{200, {}, "{}"};
        }
        QByteArray good = "KEY1";
        QList<QByteArray> signers;
    };
    static FoundCredentials found(const QByteArray &key, const std::optional<QDateTime> &expires) { return {{key, "secret", "token-" + key}, {}, expires}; }
    const ApiCall m_call{"scheduler", "GetSchedule", {{"Name", "a"}}};
    const QDateTime m_expiry = QDateTime::fromString("2026-11-01T12:00:00Z", Qt::ISODate);

    AwsAccess access(int &renewals, bool works = true) const
    {
        AwsAccess access;
        access.region = "eu-central-1";
        access.credentials = found("KEY1", {}).credentials;
        access.expires = m_expiry;
        access.renew = [&renewals, works, this]() -> Result<FoundCredentials> {
            ++renewals;
            if (!works)
                return failure(ErrorCode::Invalid, "The process failed.");
            return found("KEY2", m_expiry.addSecs(3600));
        };
        return access;
    }

private Q_SLOTS:
    void renewsBeforeTheyExpire()
    {
        Service service;
        test::FakeClock clock;
        clock.startMs = m_expiry.addSecs(-301).toMSecsSinceEpoch();
        int renewals = 0;
        AwsClient client(service, clock, access(renewals));
        QVERIFY(client.call(m_call));
        QCOMPARE(renewals, 0);
        service.good = "KEY2";
        clock.startMs = m_expiry.addSecs(-300).toMSecsSinceEpoch();
        QVERIFY(client.call(m_call));
        QVERIFY(client.call(m_call));
        QCOMPARE(renewals, 1);
        QCOMPARE(service.signers, QList<QByteArray>({"KEY1", "KEY2", "KEY2"}));
    }

    void renewsWhenAServiceSaysTheyHave()
    {
        Service service;
        service.good = "KEY2";
        test::FakeClock clock;
        clock.startMs = m_expiry.addSecs(-3000).toMSecsSinceEpoch();
        int renewals = 0;
        AwsClient client(service, clock, access(renewals));
        QVERIFY(client.call(m_call));
        QCOMPARE(service.signers, QList<QByteArray>({"KEY1", "KEY2"}));
    }

    void saysSoWhereNobodyHasOthers()
    {
        Service service;
        service.good = "KEY2";
        test::FakeClock clock;
        clock.startMs = m_expiry.toMSecsSinceEpoch();
        int renewals = 0;
        AwsClient client(service, clock, access(renewals, false));
        const ApiAnswer answer = client.call(m_call);
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ApiFailure::Kind::Denied);
        QCOMPARE(service.signers, QList<QByteArray>({"KEY1"}));
        QVERIFY(renewals > 0);
    }
};

QTEST_GUILESS_MAIN(tst_AwsClient)
#include "tst_awsclient.moc"
