// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/server.h"
#include "core/sys/localcertificate.h"
#include "tests/support/tls.h"

#include <QFile>
#include <QFileInfo>
#include <QSslCertificate>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace eph::sys;

/// An authority for this machine, checked by Qt's own reading and by clients that verify it.
class tst_LocalCertificate : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    QString folder() const { return m_folder.filePath("tls"); }

private Q_SLOTS:
    void isMadeOnceAndKept()
    {
        const auto first = LocalAuthority::open(folder());
        QVERIFY2(first.has_value(), first ? "" : qPrintable(first.error().message + first.error().detail));
        QFile file(first->file());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray pem = file.readAll();
        QVERIFY(LocalAuthority::open(folder()).has_value());
        file.seek(0);
        QCOMPARE(file.readAll(), pem);
        // Nobody else reads the key.
        QCOMPARE(QFileInfo(folder() + "/authority.key").permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther), QFileDevice::Permissions());
        QFile bundle(first->bundleFile());
        QVERIFY(bundle.open(QIODevice::ReadOnly));
        QVERIFY(bundle.readAll().endsWith(pem));
    }

    void issuesForItsNames()
    {
        const auto authority = LocalAuthority::open(folder());
        const auto issued = authority->issue({"shop.localhost", "*.lambda-url.localhost"});
        QVERIFY(issued.has_value());
        const QList<QSslCertificate> chain = QSslCertificate::fromData(issued->chain, QSsl::Pem);
        QCOMPARE(chain.size(), 2);
        QVERIFY(!QSslKey(issued->key, QSsl::Ec).isNull());
        const auto names = chain.first().subjectAlternativeNames();
        for (const char *name : {"localhost", "shop.localhost", "*.lambda-url.localhost"})
            QVERIFY2(names.contains(QSsl::DnsEntry, QString(name)), name);
        QVERIFY(names.contains(QSsl::IpAddressEntry, QString("127.0.0.1")));
        QVERIFY(QSslCertificate::verify(chain, "shop.localhost").isEmpty() || QSslCertificate::verify(chain, "shop.localhost").first().error() == QSslError::SelfSignedCertificateInChain);
    }

    /// A certificate for a name of the world is worth nothing, even from this authority: clients that trust it refuse it.
    void isAnAuthorityForThisMachineOnly_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("trusted");
        QTest::newRow("of this machine") << "shop.localhost" << true;
        QTest::newRow("of the world") << "bank.example" << false;
    }
    void isAnAuthorityForThisMachineOnly()
    {
        QFETCH(QString, name);
        const auto authority = LocalAuthority::open(folder());
        const auto issued = authority->issue({name});
        QVERIFY(issued.has_value());
        eph::http::Server server([](const eph::http::Request &, const eph::http::Responder &) {});
        server.setTls([&] { return eph::test::tlsWith(*issued); });
        QSslSocket client;
        eph::test::connectTrusting(client, *authority, server.listen().value(), name);
        QTRY_VERIFY(client.isEncrypted() || client.error() != QAbstractSocket::UnknownSocketError);
        QTEST(client.isEncrypted(), "trusted");
        QCOMPARE(client.sslHandshakeErrors().isEmpty(), client.isEncrypted());
    }

    void replacesWhatCannotBeRead()
    {
        const QString file = LocalAuthority::open(folder())->file();
        QFile broken(file);
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("not a certificate");
        broken.close();
        const auto again = LocalAuthority::open(folder());
        QVERIFY(again.has_value());
        QVERIFY(again->issue({}).has_value());
    }

    void saysWhereItCannotBeKept()
    {
        QFile file(m_folder.filePath("file"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto nowhere = LocalAuthority::open(m_folder.filePath("file/tls"));
        QVERIFY(!nowhere);
        QVERIFY(nowhere.error().message.contains("file/tls"));
    }
};

QTEST_GUILESS_MAIN(tst_LocalCertificate)
#include "tst_localcertificate.moc"
