// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/signature4.h"
#include "core/runtime/localcredentials.h"
#include "tests/support/endpointfixture.h"
#include "tests/support/rawhttp.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace eph;
using test::RawHttp;
using test::TestProject;

/// What pages in a browser may ask of the endpoint, with a real process that signs.
class tst_WebPages : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;
    QByteArray m_token;
    QByteArray m_secret;

    static constexpr auto Signed = "Authorization: AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=a\r\n";
    static constexpr auto Page = "Origin: https://shop.example.com\r\nSec-Fetch-Site: cross-site\r\n";
    QByteArray ask(const QByteArray &method, const QByteArray &path, const QByteArray &body = {}, const QByteArray &headers = {})
    {
        RawHttp client(m_cloud->port);
        return client.request(method, path, body, headers);
    }
    QByteArray link(const QByteArray &method, const QByteArray &path, const QByteArray &secret) const
    {
        http::Request request;
        request.method = method;
        request.path = path;
        // That of no body, which is what was signed here.
        request.query = "X-Amz-Content-Sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        request.headers = {{"Host", "127.0.0.1"}};
        const http::Signing signing{{runtime::LocalAccessKeyId, secret, m_token}, "us-east-1", "s3", QDateTime::currentDateTimeUtc(), false};
        return path + '?' + http::presignRequest(request, signing, 60).query;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nParameters: {Origins: {Type: CommaDelimitedList, Default: 'http://a.test, http://b.test'}}\nResources:\n  Keys:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: nodejs20.x, Handler: index.handler, CodeUri: src}\n"
                                        "  Photos:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: photos\n      CorsConfiguration:\n        CorsRules:\n"
                                        "          - {AllowedOrigins: ['https://*.example.com'], AllowedMethods: [GET, PUT], AllowedHeaders: ['content-*'], ExposedHeaders: [ETag], MaxAge: 60}\n"
                                        "          - {AllowedOrigins: ['*'], AllowedMethods: [HEAD]}\n          - {AllowedOrigins: !Ref Origins, AllowedMethods: [POST]}\n"
                                        "  Plain: {Type: AWS::S3::Bucket, Properties: {BucketName: plain}}\n")
            .file("src/index.js", "exports.handler = async () => [process.env.AWS_SESSION_TOKEN, process.env.AWS_SECRET_ACCESS_KEY].join(' ');\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
        const QByteArray keys = RawHttp::body(ask("POST", "/2015-03-31/functions/Keys/invocations", "{}"));
        const QList<QByteArray> both = keys.mid(1, keys.size() - 2).split(' ');
        QCOMPARE(both.size(), 2);
        m_token = both.first();
        m_secret = both.last();
        QCOMPARE(m_secret, runtime::localSecretOf(m_token));
        QCOMPARE(m_secret.size(), 40);
        QVERIFY(m_secret != runtime::localSecretOf(m_token + '1'));
        QCOMPARE(RawHttp::status(ask("PUT", "/photos/a.txt", "hello", Signed)), 200);
        QCOMPARE(RawHttp::status(ask("PUT", "/plain/a.txt", "hello", Signed)), 200);
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void aLinkOfAFunctionIsForAnyPage()
    {
        const QByteArray get = ask("GET", link("GET", "/photos/a.txt", m_secret), {}, Page);
        QVERIFY2(RawHttp::status(get) == 200 && RawHttp::body(get) == "hello", get);
        QCOMPARE(RawHttp::header(get, "Access-Control-Allow-Origin"), "https://shop.example.com");
        QCOMPARE(RawHttp::header(get, "Access-Control-Expose-Headers"), "ETag");
        QCOMPARE(RawHttp::header(get, "Access-Control-Allow-Credentials"), "true");
        QVERIFY(RawHttp::header(get, "Vary").startsWith("Origin"));
        // As a picture in a page, which tells no origin.
        QCOMPARE(RawHttp::status(ask("GET", link("GET", "/photos/a.txt", m_secret), {}, "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: image\r\n")), 200);
        const QByteArray put = ask("PUT", link("PUT", "/photos/b.txt", m_secret), "from a page", Page);
        QVERIFY2(RawHttp::status(put) == 200 && !RawHttp::header(put, "ETag").isEmpty(), put);
        QCOMPARE(RawHttp::body(ask("GET", "/photos/b.txt", {}, Signed)), "from a page");
        // The page may not read what the bucket's rules do not let it see, but it was done, as on the service.
        const QByteArray other = ask("GET", link("GET", "/plain/a.txt", m_secret), {}, Page);
        QVERIFY2(RawHttp::status(other) == 200 && RawHttp::header(other, "Access-Control-Allow-Origin").isEmpty(), other);
    }

    void whatNobodyHereSignedIsForPagesOfThisMachine_data()
    {
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<int>("status");
        QTest::newRow("a program") << QByteArray() << 200;
        QTest::newRow("another site") << QByteArray(Page) << 403;
        QTest::newRow("a site's picture") << QByteArray("Sec-Fetch-Site: cross-site\r\n") << 403;
        QTest::newRow("a file") << QByteArray("Origin: null\r\n") << 403;
        QTest::newRow("looks like it") << QByteArray("Origin: http://localhost.example.com\r\n") << 403;
        QTest::newRow("no web") << QByteArray("Origin: ftp://localhost\r\n") << 403;
        QTest::newRow("this machine") << QByteArray("Origin: http://localhost:3000\r\nSec-Fetch-Site: cross-site\r\n") << 200;
        QTest::newRow("its address") << QByteArray("Origin: http://127.0.0.1:5173\r\n") << 200;
        QTest::newRow("its other address") << QByteArray("Origin: http://[::1]:5173\r\n") << 200;
        QTest::newRow("a name of it") << QByteArray("Origin: http://app.localhost:5173\r\n") << 200;
        QTest::newRow("a page in a bucket") << QByteArray("Origin: http://127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n") << 403;
        QTest::newRow("a page in a bucket by another name") << QByteArray("Origin: http://localhost\r\nSec-Fetch-Site: cross-site\r\n") << 403;
        QTest::newRow("what such a page shows") << QByteArray("Sec-Fetch-Site: same-origin\r\n") << 403;
        QTest::newRow("its picture") << QByteArray("Sec-Fetch-Site: same-site\r\n") << 200;
    }
    void whatNobodyHereSignedIsForPagesOfThisMachine()
    {
        QFETCH(QByteArray, headers);
        const QByteArray got = ask("GET", link("GET", "/photos/a.txt", "another secret"), {}, headers);
        QTEST(RawHttp::status(got), "status");
        QCOMPARE(RawHttp::body(got).contains("hello"), RawHttp::status(got) == 200);
    }

    /// Whatever its path looks like: a link is one to an object.
    void aPageOfThisMachineReachesBucketsAlone_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("an invoke") << QByteArray("POST") << QByteArray("/2015-03-31/functions/Keys/invocations") << QByteArray("<Code>NoSuchBucket</Code>");
        QTest::newRow("functions") << QByteArray("GET") << QByteArray("/2015-03-31/functions/") << QByteArray("<Code>NoSuchBucket</Code>");
        QTest::newRow("a list") << QByteArray("GET") << QByteArray("/photos/") << QByteArray("signed");
        QTest::newRow("deletions") << QByteArray("POST") << QByteArray("/photos/?delete&") << QByteArray("signed");
        QTest::newRow("no bucket") << QByteArray("GET") << QByteArray("//a") << QByteArray("signed");
    }
    void aPageOfThisMachineReachesBucketsAlone()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, says);
        const QByteArray date = QDateTime::currentDateTimeUtc().toString("yyyyMMdd'T'HHmmss'Z'").toLatin1();
        const QByteArray query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=" + date + "&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=a";
        const QByteArray got = ask(method, path + (path.contains('?') ? "" : "?") + query, "<Delete><Object><Key>a.txt</Key></Object></Delete>", "Origin: http://localhost:3000\r\n");
        QVERIFY2(got.contains(says), got);
        QCOMPARE(RawHttp::status(ask("GET", "/photos/a.txt", {}, Signed)), 200);
    }

    /// Not even with a link's token.
    void nothingElseIsForPages_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("an object") << QByteArray("GET") << QByteArray("/photos/a.txt");
        QTest::newRow("an upload") << QByteArray("PUT") << QByteArray("/photos/evil.txt");
        QTest::newRow("a list") << QByteArray("GET") << link("GET", "/photos", m_secret);
        QTest::newRow("an invoke") << QByteArray("POST") << QByteArray("/2015-03-31/functions/Keys/invocations");
        QTest::newRow("functions") << QByteArray("GET") << QByteArray("/2015-03-31/functions/");
        QTest::newRow("another method") << QByteArray("DELETE") << link("GET", "/photos/a.txt", m_secret);
    }
    void nothingElseIsForPages()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, path);
        const QByteArray got = ask(method, path, "{}", Page);
        QVERIFY2(RawHttp::status(got) == 403 && got.contains("signed"), got);
        QCOMPARE(RawHttp::status(ask("GET", "/photos/evil.txt", {}, Signed)), 404);
    }

    void preflights_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("says");
        const QByteArray origin = "Origin: https://shop.example.com\r\n";
        QTest::newRow("allowed") << QByteArray("/photos/new.txt") << QByteArray(origin + "Access-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: Content-Type,content-md5\r\n") << 200 << QByteArray("Access-Control-Allow-Headers: content-type, content-md5\r\n");
        QTest::newRow("its methods") << QByteArray("/photos/new.txt") << QByteArray(origin + "Access-Control-Request-Method: GET\r\n") << 200 << QByteArray("Access-Control-Allow-Methods: GET, PUT\r\n");
        QTest::newRow("how long") << QByteArray("/photos/new.txt") << QByteArray(origin + "Access-Control-Request-Method: GET\r\n") << 200 << QByteArray("Access-Control-Max-Age: 60\r\n");
        QTest::newRow("everybody") << QByteArray("/photos/new.txt") << QByteArray("Origin: http://a\r\nAccess-Control-Request-Method: HEAD\r\n") << 200 << QByteArray("Access-Control-Allow-Origin: *\r\n");
        QTest::newRow("one of a list") << QByteArray("/photos/new.txt") << QByteArray("Origin: http://b.test\r\nAccess-Control-Request-Method: POST\r\n") << 200 << QByteArray("Access-Control-Allow-Origin: http://b.test\r\n");
        QTest::newRow("another header") << QByteArray("/photos/new.txt") << QByteArray(origin + "Access-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: x-amz-acl\r\n") << 403 << QByteArray("<Code>AccessForbidden</Code>");
        QTest::newRow("another method") << QByteArray("/photos/new.txt") << QByteArray(origin + "Access-Control-Request-Method: DELETE\r\n") << 403 << QByteArray("is not allowed");
        QTest::newRow("another page") << QByteArray("/photos/new.txt") << QByteArray("Origin: https://example.com\r\nAccess-Control-Request-Method: GET\r\n") << 403 << QByteArray("is not allowed");
        QTest::newRow("a bucket without rules") << QByteArray("/plain/new.txt") << QByteArray(origin + "Access-Control-Request-Method: GET\r\n") << 403 << QByteArray("CORS is not enabled for this bucket");
        QTest::newRow("without a method") << QByteArray("/photos/new.txt") << origin << 400 << QByteArray("Invalid Access-Control-Request-Method");
        QTest::newRow("no preflight") << QByteArray("/photos/new.txt") << QByteArray() << 400 << QByteArray("Origin request header needed");
    }
    void preflights()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, headers);
        QFETCH(QByteArray, says);
        const QByteArray got = ask("OPTIONS", path, {}, headers);
        QTEST(RawHttp::status(got), "status");
        QVERIFY2(got.contains(says), got);
    }

    void rulesAreKept()
    {
        const QByteArray rules = "<CORSConfiguration><CORSRule><ID>a</ID><AllowedMethod>PUT</AllowedMethod><AllowedOrigin>http://one.test</AllowedOrigin><AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3</MaxAgeSeconds></CORSRule></CORSConfiguration>";
        ask("PUT", "/by-call", {}, Signed);
        const auto put = [this](const QByteArray &xml) { return ask("PUT", "/by-call?cors", xml, Signed); };
        QVERIFY(ask("GET", "/by-call?cors", {}, Signed).contains("<Code>NoSuchCORSConfiguration</Code>"));
        QVERIFY(put(QByteArray(rules).replace("PUT", "PATCH")).contains("Unsupported method is PATCH"));
        QVERIFY(put(QByteArray(rules).replace("http://one.test", "http://*.*")).contains("more than one wildcard"));
        for (const QByteArray &bad : {QByteArray(), QByteArray("<CORSConfiguration/>"), QByteArray("<CORSConfiguration><CORSRule>"), QByteArray(rules).replace("<AllowedMethod>PUT</AllowedMethod>", "")})
            QVERIFY2(put(bad).contains("<Code>MalformedXML</Code>"), bad);
        QCOMPARE(RawHttp::status(put(rules)), 200);
        const QByteArray got = ask("GET", "/by-call?cors", {}, Signed);
        QVERIFY2(got.contains("<CORSRule><ID>a</ID><AllowedMethod>PUT</AllowedMethod><AllowedOrigin>http://one.test</AllowedOrigin><AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3</MaxAgeSeconds></CORSRule>"), got);
        const QByteArray asks = "Origin: http://one.test\r\nAccess-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: X-Any\r\n";
        QCOMPARE(RawHttp::status(ask("OPTIONS", "/by-call/x", {}, asks)), 200);
        QCOMPARE(RawHttp::status(ask("DELETE", "/by-call?cors", {}, Signed)), 204);
        QCOMPARE(RawHttp::status(ask("OPTIONS", "/by-call/x", {}, asks)), 403);
        // Those of the template can be taken away, too, and are there again for a bucket that is made again.
        QVERIFY(ask("GET", "/photos?cors", {}, Signed).contains("https://*.example.com"));
        QCOMPARE(RawHttp::status(ask("DELETE", "/photos?cors", {}, Signed)), 204);
        QVERIFY(ask("GET", "/photos?cors", {}, Signed).contains("NoSuchCORSConfiguration"));
    }
};

QTEST_GUILESS_MAIN(tst_WebPages)
#include "tst_webpages.moc"
