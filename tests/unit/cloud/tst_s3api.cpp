// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/bucketevents.h"
#include "core/cloud/s3upload.h"
#include "tests/support/endpointfixture.h"
#include "tests/support/rawhttp.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>

using namespace eph;
using test::RawHttp;
using test::TestProject;

/// S3's API, and functions that are told of objects, with a real process.
class tst_S3Api : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;

    static constexpr auto Signed = "Authorization: AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=a\r\n";
    QByteArray ask(const QByteArray &method, const QByteArray &path, const QByteArray &body = {}, const QByteArray &headers = {})
    {
        RawHttp client(m_cloud->port);
        return client.request(method, path, body, Signed + headers);
    }
    QStringList told() const
    {
        QStringList all;
        for (const logs::Line &line : m_cloud->logs.lines(0, 100'000)) {
            if (const qsizetype at = line.text.indexOf("GOT "); at >= 0)
                all << QString::fromUtf8(line.text.mid(at + 4));
        }
        return all;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Thumb:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: index.handler\n      CodeUri: src\n"
                                        "      Events:\n        Up: {Type: S3, Properties: {Bucket: !Ref Uploads, Events: ['s3:ObjectCreated:*'], Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}, {Name: suffix, Value: .jpg}]}}}}\n"
                                        "  Uploads: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {QueueConfigurations: [{Event: 's3:ObjectRemoved:*', Queue: !GetAtt Gone.Arn}]}}}\n  Gone: {Type: AWS::SQS::Queue}\n  Told: {Type: AWS::SQS::Queue}\n")
            .file("src/index.js", "exports.handler = async (event) => { const r = event.Records[0]; console.log('GOT ' + [r.eventName, r.s3.bucket.name, r.s3.object.key, r.s3.object.size].join(' ')); };\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void putsAndGets()
    {
        QCOMPARE(RawHttp::status(ask("PUT", "/made-here")), 200);
        const QByteArray put = ask("PUT", "/made-here/a%20dir/%C3%BC.txt", "hello", "Content-Type: text/plain\r\nx-amz-meta-a: b\r\nCache-Control: no-store\r\n");
        QCOMPARE(RawHttp::status(put), 200);
        QCOMPARE(RawHttp::header(put, "ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
        const QByteArray got = ask("GET", "/made-here/a%20dir/%C3%BC.txt");
        QCOMPARE(RawHttp::body(got), "hello");
        QCOMPARE(RawHttp::header(got, "Content-Type"), "text/plain");
        QCOMPARE(RawHttp::header(got, "x-amz-meta-a"), "b");
        QCOMPARE(RawHttp::header(got, "Cache-Control"), "no-store");
        QVERIFY(ask("GET", "/").contains("<Name>made-here</Name>"));
        QVERIFY(ask("GET", "/made-here?list-type=2&encoding-type=url").contains("<Key>a%20dir/%C3%BC.txt</Key>"));
        QCOMPARE(RawHttp::status(ask("DELETE", "/made-here")), 409);
        QCOMPARE(RawHttp::status(ask("DELETE", "/made-here/a%20dir/%C3%BC.txt")), 204);
        QCOMPARE(RawHttp::status(ask("DELETE", "/made-here")), 204);
    }

    void headHasALengthAndNoBody()
    {
        ask("PUT", "/uploads/h", "12345");
        RawHttp client(m_cloud->port);
        client.send(QByteArray("HEAD /uploads/h HTTP/1.1\r\nHost: 127.0.0.1\r\n") + Signed + "\r\nHEAD /uploads/none HTTP/1.1\r\nHost: 127.0.0.1\r\n" + Signed + "Connection: close\r\n\r\n");
        QByteArray both;
        (void)QTest::qWaitFor([&] {
            both += client.socket.readAll();
            return client.socket.state() == QAbstractSocket::UnconnectedState;
        }, 5000);
        QVERIFY2(both.startsWith("HTTP/1.1 200 OK") && both.contains("Content-Length: 5\r\n") && both.contains("\r\n\r\nHTTP/1.1 404 "), both);
        QVERIFY(both.endsWith("\r\n\r\n"));
    }

    void rangesAndConditions_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("all") << QByteArray() << 200 << QByteArray("0123456789");
        QTest::newRow("middle") << QByteArray("Range: bytes=2-4") << 206 << QByteArray("234");
        QTest::newRow("from") << QByteArray("Range: bytes=7-") << 206 << QByteArray("789");
        QTest::newRow("last") << QByteArray("Range: bytes=-2") << 206 << QByteArray("89");
        QTest::newRow("past the end") << QByteArray("Range: bytes=8-99") << 206 << QByteArray("89");
        QTest::newRow("malformed") << QByteArray("Range: lines=1-2") << 200 << QByteArray("0123456789");
        QTest::newRow("same") << QByteArray("If-None-Match: \"781e5e245d69b566979b86e28d23f2c7\"") << 304 << QByteArray();
        QTest::newRow("match") << QByteArray("If-Match: \"781e5e245d69b566979b86e28d23f2c7\"") << 200 << QByteArray("0123456789");
    }
    void rangesAndConditions()
    {
        QFETCH(QByteArray, header);
        ask("PUT", "/uploads/digits", "0123456789");
        const QByteArray got = ask("GET", "/uploads/digits", {}, header.isEmpty() ? header : header + "\r\n");
        QTEST(RawHttp::status(got), "status");
        if (RawHttp::status(got) != 304)
            QTEST(RawHttp::body(got), "body");
    }

    void keepsWhatIsEmpty()
    {
        QCOMPARE(RawHttp::header(ask("PUT", "/uploads/empty", {}), "ETag"), "\"d41d8cd98f00b204e9800998ecf8427e\"");
        QCOMPARE(RawHttp::status(ask("PUT", "/uploads/folder/", {})), 200);
        const QByteArray got = ask("GET", "/uploads/empty");
        QCOMPARE(RawHttp::status(got), 200);
        QCOMPARE(RawHttp::body(got), "");
        // A client that waits to be let go on is told so, whatever comes then.
        for (const QByteArray &target : {QByteArray("/uploads/empty"), QByteArray("/none/empty")}) {
            RawHttp client(m_cloud->port);
            client.send("PUT " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + Signed + "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n");
            QTRY_VERIFY(client.socket.peek(4096).contains("\r\n\r\nHTTP/1.1 "));
            QVERIFY(client.socket.peek(4096).startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 "));
        }
    }

    void writesOnlyWhereTheConditionsHold_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("status");
        const QByteArray put("PUT");
        const QByteArray there("/uploads/kept");
        QTest::newRow("put, another tag") << put << there << QByteArray("If-Match: \"deadbeef\"") << 412;
        QTest::newRow("put, its tag") << put << there << QByteArray("If-Match: \"781e5e245d69b566979b86e28d23f2c7\"") << 200;
        QTest::newRow("put, one of its tags") << put << there << QByteArray("If-Match: \"x\", 781e5e245d69b566979b86e28d23f2c7") << 200;
        QTest::newRow("put, nothing there") << put << QByteArray("/uploads/not-yet") << QByteArray("If-Match: \"x\"") << 404;
        QTest::newRow("put, only new, other than all") << put << there << QByteArray("If-None-Match: \"x\"") << 501;
        QTest::newRow("delete, another tag") << QByteArray("DELETE") << there << QByteArray("If-Match: \"deadbeef\"") << 412;
        QTest::newRow("delete, its tag") << QByteArray("DELETE") << there << QByteArray("If-Match: \"781e5e245d69b566979b86e28d23f2c7\"") << 204;
        QTest::newRow("get, not since") << QByteArray("GET") << there << QByteArray("If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT") << 304;
        QTest::newRow("get, since") << QByteArray("GET") << there << QByteArray("If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT") << 200;
        QTest::newRow("get, unless") << QByteArray("GET") << there << QByteArray("If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT") << 412;
        QTest::newRow("get, a tag is worth more") << QByteArray("GET") << there << QByteArray("If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT\r\nIf-Match: *") << 200;
        QTest::newRow("get, no date") << QByteArray("GET") << there << QByteArray("If-Modified-Since: whenever") << 200;
        const QByteArray copied("\r\nx-amz-copy-source: /uploads/kept");
        QTest::newRow("copy, another tag") << put << QByteArray("/uploads/copy") << QByteArray("x-amz-copy-source-if-match: \"zz\"" + copied) << 412;
        QTest::newRow("copy, its tag is not wanted") << put << QByteArray("/uploads/copy") << QByteArray("x-amz-copy-source-if-none-match: 781e5e245d69b566979b86e28d23f2c7" + copied) << 412;
        QTest::newRow("copy, its tag") << put << QByteArray("/uploads/copy") << QByteArray("x-amz-copy-source-if-match: \"781e5e245d69b566979b86e28d23f2c7\"" + copied) << 200;
        QTest::newRow("copy onto itself") << put << there << QByteArray("x-amz-copy-source: /uploads/kept") << 400;
        QTest::newRow("copy onto itself with other words") << put << there << QByteArray("x-amz-metadata-directive: REPLACE" + copied) << 200;
    }
    void writesOnlyWhereTheConditionsHold()
    {
        QFETCH(const QByteArray, method);
        QFETCH(const QByteArray, path);
        QFETCH(const QByteArray, header);
        ask("PUT", "/uploads/kept", "0123456789");
        const QByteArray answer = ask(method, path, method == "PUT" && !header.contains("copy") ? QByteArray("new") : QByteArray(), header + "\r\n");
        QTEST(RawHttp::status(answer), "status");
        QFETCH(int, status);
        if (status >= 300)
            QCOMPARE(RawHttp::body(ask("GET", "/uploads/kept")), "0123456789");
    }

    void aLinkSaysHowItsObjectIsShown()
    {
        ask("PUT", "/uploads/shown", "x", "Content-Type: text/plain\r\n");
        const QByteArray got = ask("GET", "/uploads/shown?response-content-type=image%2Fpng&response-content-disposition=attachment%3B%20filename%3Da.png");
        QCOMPARE(RawHttp::header(got, "Content-Type"), "image/png");
        QCOMPARE(RawHttp::header(got, "Content-Disposition"), "attachment; filename=a.png");
    }

    void links_data()
    {
        QTest::addColumn<qint64>("age");
        QTest::addColumn<int>("seconds");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("in force") << qint64(0) << 60 << 200 << QByteArray();
        QTest::newRow("over") << qint64(61) << 60 << 403 << QByteArray("AccessDenied");
        QTest::newRow("too long") << qint64(0) << 604'801 << 400 << QByteArray("AuthorizationQueryParametersError");
    }
    void links()
    {
        QFETCH(qint64, age);
        QFETCH(int, seconds);
        QFETCH(QByteArray, code);
        ask("PUT", "/uploads/linked", "x");
        const QByteArray date = QDateTime::currentDateTimeUtc().addSecs(-age).toString("yyyyMMdd'T'HHmmss'Z'").toLatin1();
        const QByteArray path = "/uploads/linked?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=" + date + "&X-Amz-Expires=" + QByteArray::number(seconds) + "&X-Amz-SignedHeaders=host&X-Amz-Signature=a";
        RawHttp client(m_cloud->port);
        const QByteArray got = client.request("GET", path);
        QTEST(RawHttp::status(got), "status");
        QVERIFY2(code.isEmpty() || got.contains("<Code>" + code + "</Code>"), got);
        // As the older way of signing has it.
        RawHttp older(m_cloud->port);
        const QByteArray until = QByteArray::number(QDateTime::currentSecsSinceEpoch() - age + seconds);
        QCOMPARE(RawHttp::status(older.request("GET", "/uploads/linked?AWSAccessKeyId=A&Signature=a%3D&Expires=" + until)), age > seconds ? 403 : 200);
        RawHttp writer(m_cloud->port);
        QTEST(RawHttp::status(writer.request("PUT", path, "y")), "status");
        QVERIFY(QDir(m_project.path(".ephemera/buckets/.incoming")).isEmpty());
    }

    /// Check values of the catalogue of parametrised CRC algorithms, and of FIPS 180.
    void checksums_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("CRC32") << QByteArray("x-amz-checksum-crc32") << QByteArray::fromHex("cbf43926").toBase64();
        QTest::newRow("CRC32C") << QByteArray("x-amz-checksum-crc32c") << QByteArray::fromHex("e3069283").toBase64();
        QTest::newRow("CRC64NVME") << QByteArray("x-amz-checksum-crc64nvme") << QByteArray::fromHex("ae8b14860a799888").toBase64();
        QTest::newRow("SHA1") << QByteArray("x-amz-checksum-sha1") << QByteArray::fromHex("f7c3bc1d808e04732adf679965ccc34ca7ae3441").toBase64();
        QTest::newRow("SHA256") << QByteArray("x-amz-checksum-sha256") << QByteArray::fromHex("15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225").toBase64();
    }
    void checksums()
    {
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, value);
        const QByteArray put = ask("PUT", "/uploads/checked", "123456789", header + ": " + value + "\r\n");
        QCOMPARE(RawHttp::status(put), 200);
        QCOMPARE(RawHttp::header(put, header), value);
        QVERIFY(RawHttp::header(ask("GET", "/uploads/checked"), header).isEmpty());
        const QByteArray got = ask("GET", "/uploads/checked", {}, "x-amz-checksum-mode: ENABLED\r\n");
        QCOMPARE(RawHttp::header(got, header), value);
        QCOMPARE(RawHttp::header(got, "x-amz-checksum-type"), "FULL_OBJECT");
        QVERIFY(RawHttp::header(ask("GET", "/uploads/checked", {}, "x-amz-checksum-mode: ENABLED\r\nRange: bytes=0-1\r\n"), header).isEmpty());
        const QByteArray same = ask("GET", "/uploads/checked", {}, "x-amz-checksum-mode: ENABLED\r\nIf-None-Match: " + RawHttp::header(put, "ETag") + "\r\n");
        QCOMPARE(RawHttp::status(same), 304);
        QVERIFY2(!same.toLower().contains("x-amz-checksum"), same);
        QVERIFY(ask("PUT", "/uploads/checked", "12345678", header + ": " + value + "\r\n").contains("BadDigest"));
        const auto wrapped = [&](const QByteArray &body) { return ask("PUT", "/uploads/checked", "9\r\n" + body + "\r\n0\r\n" + header + ':' + value + "\r\n\r\n", "Content-Encoding: aws-chunked\r\nx-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\nx-amz-trailer: " + header + "\r\n"); };
        QCOMPARE(RawHttp::status(wrapped("123456789")), 200);
        QVERIFY(wrapped("123456780").contains("BadDigest"));
        // What somebody changes by hand has none.
        m_project.file(".ephemera/buckets/uploads/checked", "changed");
        QTRY_VERIFY_WITH_TIMEOUT(RawHttp::body(ask("GET", "/uploads/checked")) == "changed", 10'000);
        QVERIFY(RawHttp::header(ask("GET", "/uploads/checked", {}, "x-amz-checksum-mode: ENABLED\r\n"), header).isEmpty());
    }

    void aNotificationIsInForceAtOnce()
    {
        ask("PUT", "/told-of");
        const auto configuration = [](const QByteArray &queue) { return "<NotificationConfiguration><QueueConfiguration><Id>mine</Id><Queue>arn:aws:sqs:us-east-1:123456789012:" + queue + "</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>"; };
        QVERIFY(ask("PUT", "/told-of?notification", configuration("nowhere")).contains("<Code>InvalidArgument</Code>"));
        QVERIFY(ask("PUT", "/told-of?notification", configuration("Told.fifo")).contains("<Code>InvalidArgument</Code>"));
        QVERIFY(ask("PUT", "/told-of?notification", configuration("Told").replace("ObjectCreated", "Foo")).contains("<Code>InvalidArgument</Code>"));
        QVERIFY(ask("PUT", "/told-of?notification", configuration("Told").replace("<Event>", "<Filter><S3Key><FilterRule><Name>foo</Name><Value>a</Value></FilterRule></S3Key></Filter><Event>")).contains("filter rule name must be either prefix or suffix"));
        // One without a name is given one, and shown with it.
        const QByteArray unnamed = configuration("Told").replace("<Id>mine</Id>", "<Filter><S3Key><FilterRule><Name>suffix</Name><Value>.jpg</Value></FilterRule></S3Key></Filter>");
        QCOMPARE(RawHttp::status(ask("PUT", "/told-of?notification", unnamed)), 200);
        const QByteArray shown = ask("GET", "/told-of?notification");
        const qsizetype id = shown.indexOf("<Id>") + 4;
        QVERIFY2(id > 3 && shown.indexOf("</Id>") > id, shown);
        QVERIFY2(shown.contains("<Queue>arn:aws:sqs:us-east-1:123456789012:Told</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>Suffix</Name><Value>.jpg</Value></FilterRule></S3Key></Filter>"), shown);
        QCOMPARE(RawHttp::status(ask("PUT", "/told-of?notification", configuration("Told"))), 200);
        ask("PUT", "/told-of/at-once", "x");
        const auto stores = sources::SourceStores::open(sources::SourceStores::pathIn(m_project.path()), m_cloud->clock).value();
        const auto waiting = stores->queues().peek(stores->queues().find("Told").value(), 10);
        QCOMPARE(waiting.size(), 3);
        QVERIFY2(waiting.at(1).body.contains("\"Event\":\"s3:TestEvent\"") && waiting.at(1).body.contains("\"Bucket\":\"told-of\""), waiting.at(1).body.constData());
        QVERIFY(waiting.last().body.contains("at-once"));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("no bucket") << QByteArray("GET") << QByteArray("/none/x") << QByteArray() << 404 << QByteArray("NoSuchBucket");
        QTest::newRow("no key") << QByteArray("GET") << QByteArray("/uploads/none") << QByteArray() << 404 << QByteArray("NoSuchKey");
        QTest::newRow("no range") << QByteArray("GET") << QByteArray("/uploads/there") << QByteArray("Range: bytes=50-60\r\n") << 416 << QByteArray("InvalidRange");
        QTest::newRow("no match") << QByteArray("GET") << QByteArray("/uploads/there") << QByteArray("If-Match: \"x\"\r\n") << 412 << QByteArray("PreconditionFailed");
        QTest::newRow("bad digest") << QByteArray("PUT") << QByteArray("/uploads/bad") << QByteArray("Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==\r\n") << 400 << QByteArray("BadDigest");
        QTest::newRow("no digest") << QByteArray("PUT") << QByteArray("/uploads/bad") << QByteArray("Content-MD5: AAAA\r\n") << 400 << QByteArray("InvalidDigest");
        QTest::newRow("already there") << QByteArray("PUT") << QByteArray("/uploads/there") << QByteArray("If-None-Match: *\r\n") << 412 << QByteArray("PreconditionFailed");
        QTest::newRow("bad name") << QByteArray("PUT") << QByteArray("/Bad_Name") << QByteArray() << 400 << QByteArray("InvalidBucketName");
        QTest::newRow("policy") << QByteArray("GET") << QByteArray("/uploads?policy") << QByteArray() << 501 << QByteArray("NotImplemented");
        QTest::newRow("versioning") << QByteArray("PUT") << QByteArray("/uploads?versioning") << QByteArray() << 501 << QByteArray("NotImplemented");
        QTest::newRow("no upload") << QByteArray("PUT") << QByteArray("/uploads/x?partNumber=1&uploadId=none") << QByteArray() << 404 << QByteArray("NoSuchUpload");
        QTest::newRow("bad XML") << QByteArray("POST") << QByteArray("/uploads?delete") << QByteArray() << 400 << QByteArray("MalformedXML");
        QTest::newRow("cut chunks") << QByteArray("PUT") << QByteArray("/uploads/cut") << QByteArray("x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\n") << 400 << QByteArray("IncompleteBody");
    }
    void refuses()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, headers);
        QFETCH(QByteArray, code);
        ask("PUT", "/uploads/there", "x");
        const QByteArray answer = ask(method, path, method == "GET" ? QByteArray() : QByteArray("5;x\r\nab"), headers);
        QTEST(RawHttp::status(answer), "status");
        QVERIFY2(answer.contains("<Code>" + code + "</Code>"), answer);
        QVERIFY(!QFile::exists(m_project.path(".ephemera/buckets/uploads/bad")));
        QVERIFY(QDir(m_project.path(".ephemera/buckets/.incoming")).isEmpty());
    }

    void whoeverAsksQuietlyHearsOfErrorsAlone()
    {
        ask("PUT", "/uploads/gone", "x");
        ask("PUT", "/uploads/gone2", "x");
        const QByteArray loud = ask("POST", "/uploads?delete", "<Delete><Object><Key>gone</Key></Object></Delete>");
        QVERIFY2(loud.contains("<Deleted><Key>gone</Key></Deleted>"), loud);
        const QByteArray quiet = ask("POST", "/uploads?delete", "<Delete><Object><Key>gone2</Key></Object><Quiet>true</Quiet></Delete>");
        QVERIFY2(RawHttp::status(quiet) == 200 && !quiet.contains("Deleted>"), quiet);
        QCOMPARE(RawHttp::status(ask("GET", "/uploads/gone2")), 404);
    }

    void pathsClimbNowhere()
    {
        for (const char *path : {"/uploads/..%2f..%2f..%2fescaped", "/uploads/../../escaped", "/uploads/%2e%2e/escaped", "/..%2fescaped/x"})
            ask("PUT", path, "x");
        QVERIFY(!QFile::exists(m_project.path("escaped")) && !QFile::exists(m_project.path(".ephemera/escaped")) && !QFile::exists(m_project.path(".ephemera/buckets/escaped")));
    }

    void piecesOfAnUploadAreUnwrapped()
    {
        const QByteArray wrapped = "5;chunk-signature=abc\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n";
        QCOMPARE(RawHttp::status(ask("PUT", "/uploads/wrapped", wrapped, "Content-Encoding: aws-chunked\r\nx-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER\r\n")), 200);
        QCOMPARE(RawHttp::body(ask("GET", "/uploads/wrapped")), "hello world");
        // In whatever pieces they come.
        for (qsizetype size = 1; size < wrapped.size(); ++size) {
            cloud::AwsChunkDecoder decoder;
            QByteArray content;
            for (qsizetype at = 0; at < wrapped.size(); at += size)
                content += decoder.take(QByteArrayView(wrapped).sliced(at, std::min(size, wrapped.size() - at)));
            QCOMPARE(content, "hello world");
            QVERIFY(decoder.isWhole());
        }
        for (const char *broken : {"x\r\n", "-5\r\nhello\r\n0\r\n", "5\r\nhelloo\r\n0\r\n", "ffffffffffffffffff\r\n"}) {
            cloud::AwsChunkDecoder decoder;
            (void)decoder.take(QByteArray(broken));
            QVERIFY2(!decoder.isWhole(), broken);
        }
    }

    void partsHaveAChecksumTogether_data()
    {
        QTest::addColumn<QByteArray>("algorithm");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("told");
        QTest::addColumn<QByteArray>("sum");
        // By Python's zlib and hashlib.
        QTest::newRow("CRC32") << QByteArray("CRC32") << QByteArray() << QByteArray("COMPOSITE") << QByteArray("gJQ79w==-2");
        QTest::newRow("CRC32 of all") << QByteArray("CRC32") << QByteArray("FULL_OBJECT") << QByteArray("FULL_OBJECT") << QByteArray("JZ3nOw==");
        QTest::newRow("SHA256") << QByteArray("SHA256") << QByteArray("COMPOSITE") << QByteArray("COMPOSITE") << QByteArray("CCs1a+1DlLxspT19ARp9eg2ZuO4lvUykB7Orxi45QJg=-2");
    }
    void partsHaveAChecksumTogether()
    {
        QFETCH(QByteArray, algorithm);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, told);
        QFETCH(QByteArray, sum);
        const QByteArray begun = ask("POST", "/uploads/summed?uploads", {}, "x-amz-checksum-algorithm: " + algorithm + "\r\n" + (type.isEmpty() ? QByteArray() : "x-amz-checksum-type: " + type + "\r\n"));
        QCOMPARE(RawHttp::header(begun, "x-amz-checksum-algorithm"), algorithm);
        QCOMPARE(RawHttp::header(begun, "x-amz-checksum-type"), told);
        const qsizetype at = begun.indexOf("<UploadId>") + 10;
        const QByteArray id = begun.mid(at, begun.indexOf('<', at) - at);
        const QByteArray one = RawHttp::header(ask("PUT", "/uploads/summed?partNumber=1&uploadId=" + id, QByteArray(5 * 1024 * 1024, 'a')), "ETag");
        const QByteArray two = RawHttp::header(ask("PUT", "/uploads/summed?partNumber=2&uploadId=" + id, "end"), "ETag");
        const auto complete = [&](const QByteArray &last, const QByteArray &headers = {}) {
            return ask("POST", "/uploads/summed?uploadId=" + id, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + one + "</ETag></Part><Part><PartNumber>2</PartNumber><ETag>" + two + "</ETag>" + last + "</Part></CompleteMultipartUpload>", headers);
        };
        const QByteArray header = "x-amz-checksum-" + algorithm.toLower();
        const QByteArray open = "<Checksum" + algorithm + '>';
        const QByteArray close = "</Checksum" + algorithm + '>';
        QVERIFY(complete(open + "AAAAAA==" + close).contains("<Code>InvalidPart</Code>"));
        QVERIFY(complete({}, header + ": AAAAAA==\r\n").contains("<Code>BadDigest</Code>"));
        const QByteArray done = complete({}, header + ": " + sum + "\r\n");
        QVERIFY2(done.contains(open + sum + close + "<ChecksumType>" + told + "</ChecksumType>"), done);
        const QByteArray read = ask("GET", "/uploads/summed", {}, "x-amz-checksum-mode: ENABLED\r\n");
        QCOMPARE(RawHttp::header(read, header), sum);
        QCOMPARE(RawHttp::header(read, "x-amz-checksum-type"), told);
        // A copy is one object.
        QVERIFY(ask("PUT", "/uploads/copy", {}, "x-amz-copy-source: /uploads/summed\r\n").contains(open));
        const QByteArray copy = ask("GET", "/uploads/copy", {}, "x-amz-checksum-mode: ENABLED\r\n");
        QCOMPARE(RawHttp::header(copy, "ETag"), "\"00fcaf67877810f211d184c142b58170\"");
        QCOMPARE(RawHttp::header(copy, "x-amz-checksum-type"), "FULL_OBJECT");
        if (algorithm == "CRC32")
            QCOMPARE(RawHttp::header(copy, header), "JZ3nOw==");
    }

    void checksumsThatCannotBeAreRefused()
    {
        const auto begin = [this](const QByteArray &algorithm, const QByteArray &type) { return ask("POST", "/uploads/never?uploads", {}, "x-amz-checksum-algorithm: " + algorithm + "\r\nx-amz-checksum-type: " + type + "\r\n"); };
        QVERIFY(begin("CRC32", "FOO").contains("<Code>InvalidRequest</Code>"));
        QVERIFY(begin({}, "COMPOSITE").contains("<Code>InvalidRequest</Code>"));
        ask("PUT", "/uploads/there", "x");
        QVERIFY(ask("PUT", "/uploads/never", {}, "x-amz-copy-source: /uploads/there\r\nx-amz-checksum-algorithm: MD4\r\n").contains("<Code>InvalidRequest</Code>"));
        QVERIFY(begin("MD4", "COMPOSITE").contains("<Code>InvalidRequest</Code>"));
        QVERIFY(begin("CRC64NVME", "COMPOSITE").contains("<Code>InvalidRequest</Code>"));
        QVERIFY(begin("SHA1", "FULL_OBJECT").contains("<Code>InvalidRequest</Code>"));
        QVERIFY(begin("CRC64NVME", "FULL_OBJECT").contains("<UploadId>"));
    }

    void partsMakeAWhole()
    {
        const QByteArray begun = ask("POST", "/uploads/large?uploads");
        const qsizetype at = begun.indexOf("<UploadId>") + 10;
        const QByteArray id = begun.mid(at, begun.indexOf('<', at) - at);
        const QByteArray first(5 * 1024 * 1024, 'a');
        const QByteArray one = RawHttp::header(ask("PUT", "/uploads/large?partNumber=1&uploadId=" + id, first), "ETag");
        const QByteArray two = RawHttp::header(ask("PUT", "/uploads/large?partNumber=2&uploadId=" + id, "end"), "ETag");
        const QByteArray parts = ask("GET", "/uploads/large?max-parts=1&uploadId=" + id);
        QVERIFY2(parts.contains("<PartNumber>1</PartNumber>") && !parts.contains("<PartNumber>2</PartNumber>") && parts.contains("<IsTruncated>true</IsTruncated>") && parts.contains("<Size>5242880</Size>"), parts);
        QVERIFY(ask("GET", "/uploads/large?part-number-marker=1&uploadId=" + id).contains("<PartNumber>2</PartNumber>"));
        QVERIFY(ask("GET", "/uploads/large?uploadId=none").contains("NoSuchUpload"));
        const auto complete = [](const QByteArray &a, const QByteArray &b) { return "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + a + "</ETag></Part><Part><PartNumber>2</PartNumber><ETag>" + b + "</ETag></Part></CompleteMultipartUpload>"; };
        QVERIFY(ask("POST", "/uploads/large?uploadId=" + id, complete(two, one)).contains("InvalidPart"));
        // Only the last may be small.
        const QByteArray small = RawHttp::header(ask("PUT", "/uploads/large?partNumber=1&uploadId=" + id, "small"), "ETag");
        QVERIFY(ask("POST", "/uploads/large?uploadId=" + id, complete(small, two)).contains("EntityTooSmall"));
        ask("PUT", "/uploads/large?partNumber=1&uploadId=" + id, first);
        const QByteArray done = ask("POST", "/uploads/large?uploadId=" + id, complete(one, two));
        QVERIFY2(done.contains("-2&quot;</ETag>") || done.contains("-2\"</ETag>"), done);
        QCOMPARE(RawHttp::body(ask("GET", "/uploads/large")), first + "end");
        QCOMPARE(RawHttp::status(ask("DELETE", "/uploads/large?uploadId=" + id)), 404);
    }

    void partsAreCopied()
    {
        ask("PUT", "/uploads/a%20source", "0123456789");
        const QByteArray begun = ask("POST", "/uploads/copied?uploads");
        const qsizetype at = begun.indexOf("<UploadId>") + 10;
        const QByteArray id = begun.mid(at, begun.indexOf('<', at) - at);
        const auto copy = [&](const QByteArray &range) { return ask("PUT", "/uploads/copied?partNumber=1&uploadId=" + id, {}, "x-amz-copy-source: /uploads/a%20source\r\nx-amz-copy-source-range: " + range + "\r\n"); };
        QVERIFY(copy("bytes=20-30").contains("InvalidArgument"));
        // A copy that fails leaves no part behind.
        QVERIFY(!ask("GET", "/uploads/copied?uploadId=" + id).contains("<Part>"));
        const QByteArray copied = copy("bytes=2-5");
        QVERIFY2(copied.contains("<CopyPartResult"), copied);
        const QByteArray etag = '"' + QCryptographicHash::hash("2345", QCryptographicHash::Md5).toHex() + '"';
        QVERIFY2(QByteArray(copied).replace("&quot;", "\"").contains("<ETag>" + etag + "</ETag>"), copied);
        const QByteArray done = ask("POST", "/uploads/copied?uploadId=" + id, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + etag + "</ETag></Part></CompleteMultipartUpload>");
        QCOMPARE(RawHttp::status(done), 200);
        QCOMPARE(RawHttp::body(ask("GET", "/uploads/copied")), "2345");
    }

    void nothingIsLeftOfOddUploads()
    {
        for (int i = 0; i < 20; ++i) {
            ask("PUT", "/uploads/", "x");
            ask("PUT", "//x", "x");
            RawHttp cut(m_cloud->port);
            cut.send(QByteArray("PUT /uploads/cut HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n") + Signed + "\r\nzz\r\n");
            (void)cut.receive();
        }
        ask("PUT", "/uploads/last", "x");
        QTRY_VERIFY([&] {
            ask("PUT", "/uploads/last", "x");
            return QDir(m_project.path(".ephemera/buckets/.incoming")).isEmpty();
        }());
    }

    void tellsWhomTheTemplateNames()
    {
        ask("PUT", "/uploads/out/a.jpg", "x");
        ask("PUT", "/uploads/in/a.txt", "x");
        ask("PUT", "/uploads/in/a%20b%2Bc.jpg", "xyz");
        QTRY_COMPARE(told(), QStringList{"ObjectCreated:Put uploads in/a+b%2Bc.jpg 3"});
        // A file that is put into the folder is an object that came.
        m_project.file(".ephemera/buckets/uploads/in/dropped.jpg", "12");
        QTRY_COMPARE_WITH_TIMEOUT(told().value(1), "ObjectCreated:Put uploads in/dropped.jpg 2", 10'000);
        QCOMPARE(RawHttp::body(ask("GET", "/uploads/in/dropped.jpg")), "12");
        ask("DELETE", "/uploads/in/dropped.jpg");
        const auto stores = sources::SourceStores::open(sources::SourceStores::pathIn(m_project.path()), m_cloud->clock).value();
        auto waiting = stores->queues().peek(stores->queues().find("Gone").value(), 10);
        waiting.removeIf([](const auto &message) { return !message.body.contains("dropped.jpg"); });
        QCOMPARE(waiting.size(), 1);
        QVERIFY(waiting.first().body.contains("\"ObjectRemoved:Delete\"") && !waiting.first().body.contains("\"size\""));
    }
};

QTEST_GUILESS_MAIN(tst_S3Api)
#include "tst_s3api.moc"
