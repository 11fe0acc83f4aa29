// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/signature2.h"
#include "core/http/signature4.h"

#include <QTest>

using namespace eph::http;

/// Addresses that others have signed: botocore 1.43 for an endpoint of this machine, and the example of S3's API reference.
class tst_Presigned : public QObject
{
    Q_OBJECT

    static constexpr auto Secret = "secretsecretsecretsecretsecretsecret0123";
    static Request requestFor(const QByteArray &method, const QByteArray &address, Headers headers)
    {
        const qsizetype mark = address.indexOf('?');
        Request request;
        request.method = method;
        request.path = address.left(mark);
        request.query = address.mid(mark + 1);
        request.headers = std::move(headers);
        return request;
    }
    static bool holds(const Request &request, const QByteArray &secret) { return isPresignedWith(request, secret) || isPresignedByVersion2(request, secret); }

private Q_SLOTS:
    void knowsWhoSigned_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("address");
        QTest::addColumn<QByteArray>("secret");
        QTest::addColumn<Headers>("headers");
        const Headers local{{"Host", "127.0.0.1:4566"}, {"Origin", "https://a.example"}};
        const Headers image = local + Headers{{"content-type", "image/jpeg"}, {"x-amz-meta-who", "me  and you"}};
        QTest::newRow("documented") << QByteArray("GET") << QByteArray("/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
                                    << QByteArray("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY") << Headers{{"host", "examplebucket.s3.amazonaws.com"}};
        QTest::newRow("get, 2") << QByteArray("GET") << QByteArray("/photos/a%20dir/%C3%BC%20%281%29%2B%26.txt?response-content-type=text%2Fplain%3B%20a%3Db&response-content-disposition=attachment%3B%20filename%3D%22x%20y.txt%22&AWSAccessKeyId=ASIAEPHEMERALLOCAL00&Signature=BNphaYIN4WcK%2FxegEmjjja3Ry%2B4%3D&x-amz-security-token=tok%2Fen%2Ba%3D&Expires=1796485353") << QByteArray(Secret) << local;
        QTest::newRow("put, 2") << QByteArray("PUT") << QByteArray("/photos/in/x.jpg?AWSAccessKeyId=ASIAEPHEMERALLOCAL00&Signature=U5tmUCK9W5aEDbcRTVYjBn3LeaE%3D&content-type=image%2Fjpeg&x-amz-meta-who=me%20%20and%20you&x-amz-security-token=tok%2Fen%2Ba%3D&Expires=1796485353") << QByteArray(Secret) << Headers(local + Headers{{"Content-Type", "image/jpeg"}});
        QTest::newRow("get, 4") << QByteArray("GET") << QByteArray("/photos/a%20dir/%C3%BC%20%281%29%2B%26.txt?response-content-type=text%2Fplain%3B%20a%3Db&response-content-disposition=attachment%3B%20filename%3D%22x%20y.txt%22&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAEPHEMERALLOCAL00%2F20261128%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261128T154233Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Security-Token=tok%2Fen%2Ba%3D&X-Amz-Signature=6ffc4b805ee6a8f3f9c2f7b45dd403f411dff2694cef85bc05a42376e17da475") << QByteArray(Secret) << local;
        QTest::newRow("put, 4") << QByteArray("PUT") << QByteArray("/photos/in/x.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAEPHEMERALLOCAL00%2F20261128%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261128T154233Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-meta-who&X-Amz-Security-Token=tok%2Fen%2Ba%3D&X-Amz-Signature=7187542c4a1a8aeb2d6729267c0310c58e5600df6ed3f3bbefc50ab2c6fa076e") << QByteArray(Secret) << image;
    }
    void knowsWhoSigned()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, address);
        QFETCH(QByteArray, secret);
        QFETCH(Headers, headers);
        const Request request = requestFor(method, address, headers);
        QVERIFY(holds(request, secret));
        QVERIFY(!holds(request, secret + 'x'));
        QVERIFY(!holds(requestFor("DELETE", address, headers), secret));
        QVERIFY(!holds(requestFor(method, "/other" + address, headers), secret));
        QVERIFY(!holds(requestFor(method, QByteArray(address).replace("86400", "86401").replace("604800", "604801").replace("1796485353", "1796485354"), headers), secret));
        // Nothing signed is left out and nothing is added.
        QVERIFY(!holds(requestFor(method, address + "&x-amz-acl=public-read", headers), secret));
        for (const QByteArray more : {"Expires=99999999999&", "%45xpires=99999999999&"})
            QVERIFY(!holds(requestFor(method, QByteArray(address).replace("?", "?" + more), headers), secret));
        QVERIFY(!holds(requestFor(method, address, headers + Headers{{"x-amz-copy-source", "other/secret"}}), secret));
        // However a browser writes the path.
        QVERIFY(holds(requestFor(method, QByteArray(address).replace("%281%29", "(1)"), headers), secret));
    }

    void whatIsNotSignedHoldsForNobody_data()
    {
        QTest::addColumn<QByteArray>("query");
        for (const char *query : {"", "a", "X-Amz-Signature=", "Signature=", "X-Amz-Signature=&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a/b/c/d/e", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=////&X-Amz-Date=20261128T154233Z&X-Amz-SignedHeaders=;;&X-Amz-Signature=%", "AWSAccessKeyId=&Signature=%00&Expires="})
            QTest::newRow(query) << QByteArray(query);
    }
    void whatIsNotSignedHoldsForNobody()
    {
        QFETCH(QByteArray, query);
        QVERIFY(!holds(requestFor("GET", "/a/b?" + query, {}), Secret));
        QVERIFY(!holds(requestFor("GET", "/a/b?" + query, {}), {}));
    }
};

QTEST_GUILESS_MAIN(tst_Presigned)
#include "tst_presigned.moc"
