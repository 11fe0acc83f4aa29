// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/bodymodel.h"
#include "core/gateway/modelproblems.h"

#include <QDirIterator>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace eph::gateway;

/// Bodies against models. With EPHEMERA_SCHEMA_SUITE, the folder `tests/draft4` of the JSON Schema project's own suite, all of its cases
/// that need nothing from the network.
class tst_BodyModel : public QObject
{
    Q_OBJECT

    static QJsonObject object(const QByteArray &json) { return QJsonDocument::fromJson(json).object(); }

private Q_SLOTS:
    void saysWhatDoesNotFit_data()
    {
        QTest::addColumn<QByteArray>("schema");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("problems");
        const auto row = [](const char *name, const QByteArray &schema, const QByteArray &body, const QString &problems) { QTest::newRow(name) << schema << body << problems; };
        row("missing", "{\"type\":\"object\",\"required\":[\"name\",\"age\"]}", "{\"age\":1}", "object has missing required properties ([\"name\"])");
        row("unknown and short", "{\"properties\":{\"name\":{\"type\":\"string\",\"minLength\":2}},\"additionalProperties\":false}", "{\"name\":\"x\",\"zz\":1}",
            "string \"x\" is too short (length: 1, required minimum: 2)|object instance has properties which are not allowed by the schema: [\"zz\"]");
        row("a text that is a format", "{\"minLength\":5}", "\"%1\"", "string \"%1\" is too short (length: 2, required minimum: 5)");
        row("type", "{\"properties\":{\"age\":{\"type\":\"integer\"}}}", "{\"age\":\"old\"}", "instance type (string) does not match any allowed primitive type (allowed: [\"integer\"])");
        row("enum", "{\"enum\":[\"a\",\"b\"]}", "\"c\"", "instance value (\"c\") not found in enum (possible values: [\"a\",\"b\"])");
        row("number", "{\"minimum\":1}", "0", "numeric instance is lower than the required minimum (minimum: 1, found: 0)");
        row("array", "{\"maxItems\":1,\"items\":{\"$ref\":\"#/definitions/I\"},\"definitions\":{\"I\":{\"type\":\"string\"}}}", "[1,\"b\"]",
            "array is too long: must have at most 1 elements but instance has 2 elements|instance type (integer) does not match any allowed primitive type (allowed: [\"string\"])");
        row("fine", "{\"type\":\"object\"}", "{}", "");
        row("no JSON", "{\"type\":\"object\"}", "{", "");
        row("a circle", "{\"$ref\":\"#\"}", "{}", "");
    }
    void saysWhatDoesNotFit()
    {
        QFETCH(QByteArray, schema);
        QFETCH(QByteArray, body);
        QTEST(modelProblems(body, object(schema)).join('|'), "problems");
    }

    void fits_data()
    {
        QTest::addColumn<QByteArray>("schema");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("expected");
        const QByteArray order("{\"type\":\"object\",\"required\":[\"id\",\"items\"],\"additionalProperties\":false,\"properties\":{\"id\":{\"type\":\"string\",\"pattern\":\"^[a-z]+$\",\"maxLength\":5},\"items\":{\"type\":\"array\",\"minItems\":1,\"uniqueItems\":true,\"items\":{\"$ref\":\"#/definitions/Item\"}}},"
                               "\"definitions\":{\"Item\":{\"type\":\"object\",\"required\":[\"price\"],\"properties\":{\"price\":{\"type\":\"number\",\"minimum\":0,\"exclusiveMinimum\":true,\"multipleOf\":0.01}}}}}");
        const auto row = [&](const char *name, const QByteArray &body, bool expected) { QTest::newRow(name) << order << body << expected; };
        row("whole", "{\"id\":\"abc\",\"items\":[{\"price\":1.25}]}", true);
        row("empty body", "", false);
        row("no JSON", "{", false);
        row("two values", "1,2", false);
        row("missing", "{\"id\":\"abc\"}", false);
        row("additional", "{\"id\":\"abc\",\"items\":[{\"price\":1}],\"x\":1}", false);
        row("pattern", "{\"id\":\"ABC\",\"items\":[{\"price\":1}]}", false);
        row("too long", "{\"id\":\"abcdef\",\"items\":[{\"price\":1}]}", false);
        row("too few", "{\"id\":\"abc\",\"items\":[]}", false);
        row("twice", "{\"id\":\"abc\",\"items\":[{\"price\":1},{\"price\":1}]}", false);
        row("bound itself", "{\"id\":\"abc\",\"items\":[{\"price\":0}]}", false);
        row("no multiple", "{\"id\":\"abc\",\"items\":[{\"price\":1.255}]}", false);
        row("wrong type", "{\"id\":7,\"items\":[{\"price\":1}]}", false);
        QTest::newRow("integer that is one") << QByteArray("{\"type\":\"integer\"}") << QByteArray("1.0") << true;
        QTest::newRow("characters, not halves") << QByteArray("{\"maxLength\":1}") << QByteArray("\"\xf0\x9f\x98\x80\"") << true;
        QTest::newRow("one of two") << QByteArray("{\"oneOf\":[{\"type\":\"number\"},{\"minimum\":3}]}") << QByteArray("4") << false;
        QTest::newRow("enum") << QByteArray("{\"enum\":[\"a\",1,null]}") << QByteArray("null") << true;
        QTest::newRow("another model") << QByteArray("{\"$ref\":\"https://apigateway.amazonaws.com/restapis/x/models/Item\",\"definitions\":{\"Item\":{\"type\":\"string\"}}}") << QByteArray("1") << false;
    }
    void fits()
    {
        QFETCH(QByteArray, schema);
        QFETCH(QByteArray, body);
        QVERIFY(!object(schema).isEmpty());
        QTEST(fitsModel(body, object(schema)), "expected");
    }

    void readsWhatATemplateSays()
    {
        // There each scalar is text.
        const QJsonObject typed = typedSchema(object("{\"type\":\"object\",\"minProperties\":\"1\",\"additionalProperties\":\"false\",\"properties\":{\"maximum\":{\"type\":\"integer\",\"maximum\":\"10\",\"enum\":[\"1\",\"2\"]}},\"required\":[\"maximum\"]}"));
        QCOMPARE(typed, object("{\"type\":\"object\",\"minProperties\":1,\"additionalProperties\":false,\"properties\":{\"maximum\":{\"type\":\"integer\",\"maximum\":10,\"enum\":[1,2]}},\"required\":[\"maximum\"]}"));
    }

    void staysWithinBounds()
    {
        const QJsonObject circle = object("{\"$ref\":\"#\"}");
        QVERIFY(!fitsModel("1", circle));
        const QJsonObject manyCircles = object("{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}");
        QVERIFY(!fitsModel("1", manyCircles));
        QByteArray deep(900, '[');
        deep += QByteArray(900, ']');
        QVERIFY(!fitsModel(deep, object("{\"items\":{\"$ref\":\"#\"}}")));
        // A pattern that goes back and forth, and a text on which a recursive engine would end the process.
        QVERIFY(!fitsModel('"' + QByteArray(1'000'000, 'a') + "!\"", object("{\"pattern\":\"^(a+)+$\"}")));
    }

    void agreesWithTheSuite()
    {
        const QString folder = qEnvironmentVariable("EPHEMERA_SCHEMA_SUITE");
        if (folder.isEmpty())
            QSKIP("EPHEMERA_SCHEMA_SUITE names no folder.");
        int cases = 0;
        QDirIterator files(folder, {"*.json"}, QDir::Files);
        while (files.hasNext()) {
            QFile file(files.next());
            // References into the network, and base addresses for them.
            if (file.fileName().endsWith("refRemote.json") || file.fileName().endsWith("id.json") || file.fileName().endsWith("/ref.json") || file.fileName().endsWith("definitions.json"))
                continue;
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QJsonArray groups = QJsonDocument::fromJson(file.readAll()).array();
            for (const auto &group : groups) {
                const QJsonObject schema = group.toObject().value("schema").toObject();
                const QJsonArray tests = group.toObject().value("tests").toArray();
                for (const auto &test : tests) {
                    const bool valid = fitsSchema(test.toObject().value("data"), schema, schema);
                    ++cases;
                    if (valid != test.toObject().value("valid").toBool())
                        qWarning() << QFileInfo(file).fileName() << group.toObject().value("description").toString() << test.toObject().value("description").toString();
                }
            }
        }
        qInfo() << cases << "cases";
        QVERIFY(cases > 300);
    }
};

QTEST_GUILESS_MAIN(tst_BodyModel)
#include "tst_bodymodel.moc"
