// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/signature4.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace eph::http;

/// Signatures as AWS's own test suite has them: each step, in headers and in the query.
class tst_Signature4 : public QObject
{
    Q_OBJECT

    static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// A request as text: a line that begins with a space goes on with the header before.
    static Request parse(QByteArray text)
    {
        text.replace("\r\n", "\n");
        Request request;
        const qsizetype bodyAt = text.indexOf("\n\n");
        request.body = bodyAt < 0 ? QByteArray() : text.mid(bodyAt + 2);
        QList<QByteArray> lines = (bodyAt < 0 ? text : text.left(bodyAt)).split('\n');
        const QByteArray first = lines.takeFirst();
        request.method = first.left(first.indexOf(' '));
        const QByteArray target = first.mid(request.method.size() + 1, first.lastIndexOf(" HTTP/") - request.method.size() - 1);
        const qsizetype mark = target.indexOf('?');
        request.path = mark < 0 ? target : target.left(mark);
        request.query = mark < 0 ? QByteArray() : target.mid(mark + 1);
        for (const QByteArray &line : std::as_const(lines)) {
            if (line.startsWith(' ') && !request.headers.isEmpty())
                request.headers.last().second += '\n' + line;
            else if (line.contains(':'))
                request.headers.append({line.left(line.indexOf(':')), line.mid(line.indexOf(':') + 1)});
        }
        return request;
    }
    static Signing signingOf(const QJsonObject &json)
    {
        const QJsonObject credentials = json.value("credentials").toObject();
        Signing signing{{credentials.value("access_key_id").toString().toUtf8(), credentials.value("secret_access_key").toString().toUtf8(), credentials.value("token").toString().toUtf8()}, json.value("region").toString().toUtf8(),
                        json.value("service").toString().toUtf8(), QDateTime::fromString(json.value("timestamp").toString(), Qt::ISODate)};
        signing.normalizePath = json.value("normalize").toBool();
        signing.tellsBodyHash = json.value("sign_body").toBool();
        signing.signsToken = !json.value("omit_session_token").toBool();
        return signing;
    }

private Q_SLOTS:
    void suite_data()
    {
        QTest::addColumn<QString>("folder");
        const QDir suite(SOURCE_DIR "/../shared/data/sigv4");
        for (const QString &name : suite.entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            QTest::newRow(qPrintable(name)) << suite.filePath(name);
        if (suite.entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty())
            QTest::newRow("none") << QString();
    }
    void suite()
    {
        QFETCH(QString, folder);
        if (folder.isEmpty())
            QSKIP("The test suite (awslabs/aws-c-auth, tests/aws-signing-test-suite/v4) is not beside this checkout.");
        const QJsonObject context = QJsonDocument::fromJson(read(folder + "/context.json")).object();
        const Request request = parse(read(folder + "/request.txt"));
        const Signing signing = signingOf(context);
        const Signature4 header = signRequest(request, signing);
        QCOMPARE(header.canonicalRequest, read(folder + "/header-canonical-request.txt"));
        QCOMPARE(header.stringToSign, read(folder + "/header-string-to-sign.txt"));
        QCOMPARE(header.signature, read(folder + "/header-signature.txt").trimmed());
        QVERIFY(headerValue(header.headers, "Authorization").endsWith("Signature=" + header.signature));
        const Presigned query = presignRequest(request, signing, context.value("expiration_in_seconds").toInt());
        QCOMPARE(query.steps.canonicalRequest, read(folder + "/query-canonical-request.txt"));
        QCOMPARE(query.steps.stringToSign, read(folder + "/query-string-to-sign.txt"));
        QCOMPARE(query.steps.signature, read(folder + "/query-signature.txt").trimmed());
    }

    // The example that the documentation derives step by step.
    void documentedExample()
    {
        Request request;
        request.method = "GET";
        request.path = "/";
        request.query = "Action=ListUsers&Version=2010-05-08";
        request.headers = {{"Host", "iam.amazonaws.com"}, {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
        const Signature4 signature = signRequest(request, {{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", {}}, "us-east-1", "iam", QDateTime::fromString("2015-08-30T12:36:00Z", Qt::ISODate)});
        QCOMPARE(signature.stringToSign.split('\n').last(), "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
        QCOMPARE(signature.signature, "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    }
};

QTEST_GUILESS_MAIN(tst_Signature4)
#include "tst_signature4.moc"
