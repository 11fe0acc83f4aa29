// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/events/catalogue.h"
#include "core/events/eventfiles.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace eph;
using namespace eph::events;

namespace {

/// Every place of a document with the kind of value there; entries of a list are one place.
void collect(const QJsonValue &value, const QString &path, QHash<QString, QSet<int>> &places)
{
    places[path].insert(int(value.type()));
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            collect(*it, path + '/' + it.key(), places);
    }
    for (const auto &item : value.toArray())
        collect(item, path + "/*", places);
}

EventChance still()
{
    auto count = std::make_shared<int>(0);
    return {1'767'323'045'006, [count] { return QString("00000000-0000-4000-8000-%1").arg((*count)++, 12, 10, QChar('0')); }};
}

} // namespace

class tst_Catalogue : public QObject
{
    Q_OBJECT

    QList<SampleEvent> m_all;
    SampleEvent sample(const QString &id) const { return *findSample(m_all, id); }
    QJsonObject made(const QString &id, const EventRequest &request = {}) const
    {
        const auto event = generateEvent(sample(id), request, still());
        if (!event)
            qFatal("%s", qPrintable(event.error().message));
        return QJsonDocument::fromJson(*event).object();
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto catalogue = loadCatalogue();
        QVERIFY2(catalogue, qPrintable(catalogue ? QString() : catalogue.error().message));
        m_all = *catalogue;
        QVERIFY(m_all.size() >= 28);
    }

    void everySampleIsWholeAndTheSameEachTime()
    {
        for (const SampleEvent &one : m_all) {
            const auto event = generateEvent(one, {}, still());
            QVERIFY2(event, qPrintable(one.id));
            QVERIFY2(!checkJson(*event), qPrintable(one.id));
            QVERIFY2(!event->contains("${"), *event);
            QCOMPARE(*event, *generateEvent(one, {}, still()));
            QVERIFY(!one.title.isEmpty() && !one.service.isEmpty() && !one.keywords.isEmpty());
            // Nothing is asked for that has no effect.
            for (const EventField &field : one.fields) {
                EventRequest other;
                other.values.insert(field.key, !field.choices.isEmpty() ? field.choices.last() : field.kind == EventField::Kind::Number ? "77" : field.kind == EventField::Kind::Json ? "{\"other\":1}" : "changed");
                QVERIFY2(generateEvent(one, other, still()) != *event, qPrintable(one.id + ": " + field.key));
            }
        }
    }

    /// Whatever ours holds, a recorded event of that source holds too, in the same kind.
    void hasTheShapeOfRecordedEvents_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QStringList>("recorded");
        const auto row = [](const char *id, const QStringList &files) { QTest::newRow(id) << id << files; };
        row("http-api", {"apigw-v2-request-no-authorizer.json", "apigw-v2-request-jwt-authorizer.json"});
        row("function-url", {"lambda-urls-request.json", "apigw-v2-request-no-authorizer.json"});
        row("rest-api", {"apigw-request.json", "apigw-restapi-openapi-request.json"});
        row("alb", {"alb-lambda-target-request-headers-only.json"});
        row("websocket-connect", {"apigw-websocket-request.json"});
        row("websocket-message", {"apigw-websocket-request-send-message.json"});
        row("websocket-disconnect", {"apigw-websocket-request-disconnect.json"});
        row("authorizer-token", {"apigw-custom-auth-request.json"});
        row("authorizer-request", {"apigw-v2-custom-authorizer-v2-request.json"});
        row("sqs", {"sqs-event.json"});
        row("sns", {"sns-event.json"});
        row("s3-put", {"s3-event.json", "s3-event-with-decoded.json"});
        row("kinesis", {"kinesis-event.json"});
        row("dynamodb", {"dynamodb-event.json"});
        row("firehose", {"kinesis-firehose-event.json"});
        row("cloudwatch-logs", {"cloudwatch-logs-event.json"});
        row("cognito-pre-signup", {"cognito-event-userpools-presignup.json"});
        row("cognito-post-confirmation", {"cognito-event-userpools-postconfirmation.json"});
        row("ses", {"ses-lambda-event.json"});
        row("kafka", {"kafka-event.json"});
        row("codepipeline-job", {"codepipeline-job-event.json"});
        row("secretsmanager-rotation", {"secretsmanager-secret-rotation-event.json"});
    }
    void hasTheShapeOfRecordedEvents()
    {
        QFETCH(const QString, id);
        QFETCH(const QStringList, recorded);
        QHash<QString, QSet<int>> theirs;
        for (const QString &name : recorded) {
            QFile file(SHARED_DATA "/events/" + name);
            if (!file.open(QIODevice::ReadOnly))
                QSKIP("the recorded events are not here");
            collect(QJsonDocument::fromJson(file.readAll()).object(), {}, theirs);
        }
        // Names that whoever sends or declares it chooses.
        static const QRegularExpression free("^(/headers/|/multiValueHeaders/|/queryStringParameters/|/multiValueQueryStringParameters/|/pathParameters/|/stageVariables/|/request/userAttributes/|/request/validationData/|/Records/\\*/dynamodb/(Keys|NewImage)/|/records/[^/]+/\\*/headers|/CodePipeline.job/data/(inputArtifacts|outputArtifacts)/)");
        QHash<QString, QSet<int>> ours;
        collect(made(id), {}, ours);
        QStringList wrong;
        for (auto it = ours.cbegin(); it != ours.cend(); ++it) {
            const QString path = QString(it.key()).replace(QRegularExpression("^/records/[^/*]+"), "/records/topic");
            QString match = path;
            if (!theirs.contains(match)) {
                for (auto their = theirs.cbegin(); their != theirs.cend(); ++their) {
                    if (QString(their.key()).replace(QRegularExpression("^/records/[^/*]+"), "/records/topic") == path)
                        match = their.key();
                }
            }
            if (free.match(it.key() + '/').hasMatch())
                continue;
            // The service sends it with every request; the recording is older.
            if (id == "rest-api" && it.key() == "/isBase64Encoded")
                continue;
            QSet<int> kinds = theirs.value(match);
            // What may be missing is null there or here.
            if (kinds.contains(QJsonValue::Null) || it->contains(QJsonValue::Null))
                kinds.unite(*it);
            if (!kinds.contains(*it->begin()))
                wrong << it.key() + (theirs.contains(match) ? " is of another kind" : " is not there");
        }
        wrong.sort();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
    }

    void fillsInWhatIsSet()
    {
        const QJsonObject record = made("s3-put", {{{"key", "a b/ü+.txt"}, {"size", "7"}}}).value("Records").toArray().first().toObject().value("s3").toObject().value("object").toObject();
        QCOMPARE(record.value("key").toString(), "a+b/%C3%BC%2B.txt");
        QCOMPARE(record.value("size").toInt(), 7);
        const QJsonObject request = made("http-api", {{{"query", "q=green%20tea&n=1"}, {"body", ""}}});
        QCOMPARE(request.value("queryStringParameters").toObject().value("q").toString(), "green tea");
        QVERIFY(request.value("body").isNull());
        const auto parameters = [this](const char *route, const char *path) { return QJsonDocument(made("http-api", {{{"route", route}, {"path", path}}}).value("pathParameters").toObject()).toJson(QJsonDocument::Compact); };
        QCOMPARE(parameters("GET /carts/{id}/items/{item}", "/carts/7/items/9"), R"({"id":"7","item":"9"})");
        QCOMPARE(parameters("ANY /files/{rest+}", "/files/a/b"), R"({"rest":"a/b"})");
        for (const auto &[route, path] : {std::pair("$default", "/a"), std::pair("GET /carts/{id}", "/carts/7/items"), std::pair("GET /a/{x}/b", "/a/1"), std::pair("GET /a/{x}", "/b/1"), std::pair("GET /a", "/a")})
            QVERIFY2(!made("http-api", {{{"route", route}, {"path", path}}}).contains("pathParameters"), path);
        QCOMPARE(request.value("requestContext").toObject().value("time").toString(), "02/Jan/2026:03:04:05 +0000");
        QCOMPARE(made("eventbridge-custom", {{{"detail", "{\"a\": [1, 2]}"}}}).value("detail").toObject().value("a").toArray().size(), 2);
        QCOMPARE(QByteArray::fromBase64(made("kinesis", {{{"data", "häh"}}}).value("Records").toArray().first().toObject().value("kinesis").toObject().value("data").toString().toLatin1()), "häh");
        // A value is never read as a place to fill in.
        QCOMPARE(made("sqs", {{{"body", "${uuid}"}}}).value("Records").toArray().first().toObject().value("body").toString(), "${uuid}");
    }

    void countsRecords()
    {
        EventRequest request;
        request.count = 3;
        const QJsonArray records = made("sqs", request).value("Records").toArray();
        QCOMPARE(records.size(), 3);
        QVERIFY(records.at(0).toObject().value("messageId") != records.at(1).toObject().value("messageId"));
        QVERIFY(records.at(0).toObject().value("receiptHandle").toString().contains(records.at(0).toObject().value("messageId").toString()));
        QVERIFY(!generateEvent(sample("sns"), request, still()));
        request.count = 0;
        QVERIFY(!generateEvent(sample("sqs"), request, still()));
    }

    void refusesWhatIsNotThere_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("told");
        QTest::newRow("field") << "s3-put" << "buckt" << "x" << "bucket";
        QTest::newRow("number") << "s3-put" << "size" << "big" << "";
        QTest::newRow("choice") << "http-api" << "method" << "GRAB" << "POST";
        QTest::newRow("json") << "eventbridge-custom" << "detail" << "{" << "object";
        QTest::newRow("none") << "warm-up" << "a" << "b" << "none";
    }
    void refusesWhatIsNotThere()
    {
        QFETCH(const QString, id);
        QFETCH(const QString, key);
        QFETCH(const QString, value);
        QFETCH(const QString, told);
        const auto event = generateEvent(sample(id), {{{key, value}}}, still());
        QVERIFY(!event);
        QVERIFY2(event.error().hint.contains(told), qPrintable(event.error().hint));
        QVERIFY(findSample(m_all, "sq").error().hint.contains("sqs"));
    }

    void logsAreCompressedAsOthersReadThem()
    {
        const QString python = QStandardPaths::findExecutable("python3");
        if (python.isEmpty())
            QSKIP("python3 is not installed");
        QProcess process;
        process.start(python, {"-c", "import base64, gzip, sys; sys.stdout.buffer.write(gzip.decompress(base64.b64decode(sys.stdin.read())))"});
        process.write(made("cloudwatch-logs", {{{"line", "a line"}}}).value("awslogs").toObject().value("data").toString().toLatin1());
        process.closeWriteChannel();
        QVERIFY(process.waitForFinished(20'000));
        const QJsonObject data = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
        QCOMPARE(data.value("messageType").toString(), "DATA_MESSAGE");
        QCOMPARE(data.value("logEvents").toArray().first().toObject().value("message").toString(), "a line");
    }

    void isSearchedByWords()
    {
        QVERIFY(sample("dynamodb").matches("table change"));
        QVERIFY(sample("dynamodb").matches("DYNAMO"));
        QVERIFY(!sample("dynamodb").matches("table queue"));
        QVERIFY(sample("dynamodb").matches(""));
    }
};

QTEST_GUILESS_MAIN(tst_Catalogue)
#include "tst_catalogue.moc"
