// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/localcertificate.h"

#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QSslCertificate>
#include <QSslCertificateExtension>
#include <QSslKey>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace eph::sys;

/// An authority for this machine, checked by Qt's own reading and by whoever verifies certificates for a living.
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

    /// A certificate for a name of the world is worth nothing, even from this authority.
    void isAnAuthorityForThisMachineOnly()
    {
        const QString openssl = QStandardPaths::findExecutable("openssl");
        if (openssl.isEmpty())
            QSKIP("There is no openssl on this machine.");
        const auto authority = LocalAuthority::open(folder());
        const auto verdict = [&](const QString &name, const char *host) {
            QFile leaf(m_folder.filePath("leaf.pem"));
            (void)leaf.open(QIODevice::WriteOnly);
            leaf.write(authority->issue({name})->chain);
            leaf.close();
            QProcess verify;
            verify.start(openssl, {"verify", "-CAfile", authority->file(), "-verify_hostname", host, leaf.fileName()});
            verify.waitForFinished();
            return verify.exitCode();
        };
        QCOMPARE(verdict("shop.localhost", "shop.localhost"), 0);
        QVERIFY(verdict("bank.example", "bank.example") != 0);
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
