// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/token.h"
#include "tests/support/signedtokens.h"
#include "tests/support/testproject.h"

#include <QTest>

using namespace eph::gateway;
using namespace eph::test::signedtokens;

class tst_TokenKeys : public QObject
{
    Q_OBJECT

private:
    static QString problem(const QByteArray &token, const QByteArray &set = KeySet)
    {
        const auto keys = TokenKeys::parse(set);
        return keys ? keys->problemOf(QString::fromLatin1(token)) : keys.error().message;
    }

private Q_SLOTS:
    // RFC 7515, appendix A.2.
    void publishedExample()
    {
        const QByteArray set = R"({"keys":[{"kty":"RSA","e":"AQAB","n":)" "\""
            "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2j"
            "Z47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK"
            "-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
            "\"}]}";
        const QByteArray token =
            "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EG"
            "rhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6x"
            "BArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5A"
            "XLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
        QCOMPARE(problem(token, set), QString());
        QVERIFY(!problem(token).isEmpty());
    }

    void signaturesAreChecked_data()
    {
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<QString>("problem");
        const auto changed = [](QByteArray token, qsizetype at) { token[at] = token.at(at) == 'A' ? 'B' : 'A'; return token; };
        const auto headed = [](const QByteArray &header, const QByteArray &token) { return header.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals) + token.sliced(token.indexOf('.')); };
        const QString invalid = QStringLiteral("the signature of the token is not valid");
        const QString algorithm = QStringLiteral("the token is not signed by RS256, RS384 or RS512");
        QTest::newRow("RS256") << Rs256 << QString();
        QTest::newRow("RS384") << Rs384 << QString();
        QTest::newRow("RS512") << Rs512 << QString();
        QTest::newRow("other claims") << changed(Rs256, Rs256.indexOf('.') + 20) << invalid;
        QTest::newRow("other signature") << changed(Rs256, Rs256.lastIndexOf('.') + 20) << invalid;
        QTest::newRow("cut signature") << Rs256.chopped(8) << invalid;
        QTest::newRow("no signature") << Rs256.first(Rs256.lastIndexOf('.') + 1) << invalid;
        QTest::newRow("none") << headed(R"({"alg":"none","kid":"one"})", Rs256) << algorithm;
        QTest::newRow("by the public key as a secret") << Hs256 << algorithm;
        QTest::newRow("other algorithm") << headed(R"({"alg":"RS512","kid":"one"})", Rs256) << invalid;
        QTest::newRow("unknown key") << headed(R"({"alg":"RS256","kid":"two"})", Rs256) << QStringLiteral("the key of the token is not known");
        QTest::newRow("key of another kind") << headed(R"({"alg":"RS256","kid":"curve"})", Rs256) << QStringLiteral("the key of the token is not known");
        QTest::newRow("no key named") << headed(R"({"alg":"RS256"})", Rs256) << QStringLiteral("the key of the token is not known");
    }
    void signaturesAreChecked()
    {
        QFETCH(QByteArray, token);
        QTEST(problem(token), "problem");
    }

    void setsThatAreNone_data()
    {
        QTest::addColumn<QByteArray>("set");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << QByteArray("keys");
        QTest::newRow("list") << QByteArray("[]");
        QTest::newRow("one key alone") << QByteArray(R"({"kty":"RSA"})");
        QTest::newRow("key without numbers") << QByteArray(R"({"keys":[{"kty":"RSA","kid":"a"}]})");
        QTest::newRow("no base64") << QByteArray(R"({"keys":[{"kty":"RSA","kid":"a","n":"!!!","e":"AQAB"}]})");
        QTest::newRow("enormous") << QByteArray(R"({"keys":[{"kty":"RSA","kid":"a","e":"AQAB","n":")" + QByteArray(100'000, 'A') + R"("}]})");
    }
    void setsThatAreNone()
    {
        QFETCH(QByteArray, set);
        const auto keys = TokenKeys::parse(set);
        QVERIFY(!keys);
        QVERIFY(!keys.error().message.isEmpty());
    }

    void fileIsReadWhenItHasChanged()
    {
        eph::test::TestProject project;
        TokenKeyFile file;
        QVERIFY(*file.read(project.path("jwks.json")) == nullptr);
        project.file("jwks.json", KeySet);
        const auto first = file.read(project.path("jwks.json"));
        QVERIFY(first && *first);
        QVERIFY(*file.read(project.path("jwks.json")) == *first);
        project.file("jwks.json", "{}");
        QVERIFY(!file.read(project.path("jwks.json")));
        QVERIFY(QFile::remove(project.path("jwks.json")));
        QVERIFY(*file.read(project.path("jwks.json")) == nullptr);
    }
};

QTEST_GUILESS_MAIN(tst_TokenKeys)
#include "tst_tokenkeys.moc"
