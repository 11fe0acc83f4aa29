// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/values.h"
#include "core/deploy/wire.h"

#include <QJsonDocument>
#include <QTest>

using namespace eph;
using namespace eph::deploy;
using Kind = ApiFailure::Kind;

/// Calls as they go out and answers as they come in. Whole requests are compared with botocore's in tests/conformance.
class tst_Wire : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesEachProtocol()
    {
        const auto invoke = requestOf({"lambda", "GetFunction", {{"FunctionName", "arn:aws:lambda:us-east-1:1:function:f"}, {"Qualifier", "live"}}});
        QCOMPARE(invoke->path, "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af");
        QCOMPARE(invoke->query, "Qualifier=live");
        QVERIFY(invoke->body.isEmpty());
        const auto role = requestOf({"iam", "CreateRole", {{"RoleName", "r"}, {"Tags", QJsonArray{QJsonObject{{"Key", "a b"}, {"Value", "c&d"}}}}}});
        QCOMPARE(role->body, "Action=CreateRole&Version=2010-05-08&RoleName=r&Tags.member.1.Key=a%20b&Tags.member.1.Value=c%26d");
        const auto stage = requestOf({"apigatewayv2", "CreateStage", {{"ApiId", "abc"}, {"StageName", "$default"}, {"StageVariables", QJsonObject{{"Keep", "Me"}}}}});
        QCOMPARE(QString::fromUtf8(stage->body), "{\"stageName\":\"$default\",\"stageVariables\":{\"Keep\":\"Me\"}}");
        const auto notification = requestOf({"s3api", "PutBucketNotificationConfiguration", {{"Bucket", "b"}, {"NotificationConfiguration", QJsonObject{{"LambdaFunctionConfigurations", QJsonArray{QJsonObject{{"LambdaFunctionArn", "arn"}, {"Events", QJsonArray{"a", "b"}}}}}}}}});
        QCOMPARE(notification->path, "/b");
        QVERIFY2(notification->body.contains("<CloudFunctionConfiguration><Event>a</Event><Event>b</Event><CloudFunction>arn</CloudFunction></CloudFunctionConfiguration>"), notification->body);
        QVERIFY(!requestOf({"lambda", "GetFunction", {}}));
        QVERIFY(!requestOf({"lambda", "DeleteEverything", {}}));
    }

    void tellsFailuresApart_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("kind");
        QTest::newRow("throttled") << 429 << QByteArray("TooManyRequestsException") << QByteArray("{\"message\":\"Rate Exceeded\"}") << int(Kind::Throttled);
        QTest::newRow("throttled, 400") << 400 << QByteArray() << QByteArray("{\"__type\":\"com.amazonaws#ThrottlingException\",\"message\":\"Rate exceeded\"}") << int(Kind::Throttled);
        QTest::newRow("busy") << 409 << QByteArray("ResourceConflictException") << QByteArray("{\"message\":\"The operation cannot be performed at this time. An update is in progress for resource: x\"}") << int(Kind::Busy);
        QTest::newRow("exists") << 409 << QByteArray("ResourceConflictException:http://x") << QByteArray("{\"message\":\"Function already exist: x\"}") << int(Kind::Exists);
        QTest::newRow("role exists") << 409 << QByteArray() << QByteArray("<ErrorResponse><Error><Code>EntityAlreadyExists</Code><Message>Role with name r already exists.</Message></Error></ErrorResponse>") << int(Kind::Exists);
        QTest::newRow("no role") << 404 << QByteArray() << QByteArray("<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>") << int(Kind::NotFound);
        QTest::newRow("no rule") << 400 << QByteArray() << QByteArray("{\"__type\":\"ResourceNotFoundException\",\"message\":\"x\"}") << int(Kind::NotFound);
        QTest::newRow("role not known yet") << 400 << QByteArray("InvalidParameterValueException") << QByteArray("{\"message\":\"The role defined for the function cannot be assumed by Lambda.\"}") << int(Kind::Busy);
        QTest::newRow("denied") << 403 << QByteArray("AccessDeniedException") << QByteArray("{\"Message\":\"no\"}") << int(Kind::Denied);
        QTest::newRow("their fault") << 503 << QByteArray() << QByteArray("<html>") << int(Kind::Unreachable);
        QTest::newRow("our fault") << 400 << QByteArray("ValidationException") << QByteArray("{\"message\":\"1 validation error\"}") << int(Kind::Refused);
    }
    void tellsFailuresApart()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, body);
        QFETCH(int, kind);
        http::Response response{status, {}, body};
        if (!type.isEmpty())
            response.headers << std::pair<QByteArray, QByteArray>("x-amzn-ErrorType", type);
        const auto answer = answerOf({"lambda", "GetFunction", {}}, response);
        QVERIFY(!answer);
        QCOMPARE(int(answer.error().kind), kind);
    }

    void readsAnswersOfEachProtocol()
    {
        const auto role = answerOf({"iam", "ListAttachedRolePolicies", {}}, {200, {}, "<ListAttachedRolePoliciesResponse xmlns=\"x\"><ListAttachedRolePoliciesResult><AttachedPolicies><member><PolicyArn>a</PolicyArn></member></AttachedPolicies><IsTruncated>false</IsTruncated></ListAttachedRolePoliciesResult></ListAttachedRolePoliciesResponse>"});
        QCOMPARE(role->value("AttachedPolicies").toArray().first().toObject().value("PolicyArn").toString(), "a");
        const auto apis = answerOf({"apigatewayv2", "GetApis", {}}, {200, {}, "{\"items\":[{\"apiId\":\"x\",\"tags\":{\"a\":\"b\"}}]}"});
        QCOMPARE(QJsonDocument(*apis).toJson(QJsonDocument::Compact), "{\"Items\":[{\"ApiId\":\"x\",\"Tags\":{\"a\":\"b\"}}]}");
        const auto half = answerOf({"lambda", "GetFunction", {}}, {200, {}, "{\"Configuration\":"});
        QVERIFY(!half);
        QCOMPARE(int(half.error().kind), int(Kind::Unreachable));
    }

    void fillsInWhatWasNotKnown()
    {
        const QJsonObject parameters{{"A", values::join({"x:", values::output("api:Shop", "ApiId"), "/*"})}, {"B", QJsonArray{values::secret("{{secret:k}}")}}, {"C", values::configured("f", "1", "Layers")}};
        const auto filled = filledIn(parameters, [](values::Kind kind, const QJsonValue &argument) -> Result<QJsonValue> {
            if (kind == values::Kind::Output)
                return argument.toObject().value("member");
            if (kind == values::Kind::Secret)
                return argument;
            return QJsonValue(QJsonValue::Undefined);
        });
        QCOMPARE(QString::fromUtf8(QJsonDocument(filled->toObject()).toJson(QJsonDocument::Compact)), "{\"A\":\"x:ApiId/*\",\"B\":[\"{{secret:k}}\"]}");
        QVERIFY(isSecretReference("{{resolve:ssm-secure:/a/b:1}}"));
        QVERIFY(!isSecretReference("x{{secret:a}}"));
        QVERIFY(!isSecretReference("{{secret:a}}{{secret:b}}"));
    }
};

QTEST_GUILESS_MAIN(tst_Wire)
#include "tst_wire.moc"
