// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/templateedit.h"
#include "core/project/yaml.h"

#include <QDirIterator>
#include <QFile>
#include <QTest>

using namespace eph::project;
using namespace Qt::StringLiterals;

class tst_TemplateEdit : public QObject
{
    Q_OBJECT

    static QByteArray edited(const QByteArray &text, const QStringList &path, const QString &value)
    {
        const auto edit = setScalar(text, path, value);
        return edit ? edit->applied(text) : QByteArray("error: " + edit.error().message.toUtf8());
    }
    static QString valueAt(const QByteArray &text, const QStringList &path)
    {
        const auto document = parseYaml(text);
        const YamlNode *node = document ? document->root.get() : nullptr;
        for (const QString &key : path)
            node = node ? node->find(key) : nullptr;
        return node ? node->value : u"<absent>"_s;
    }

private Q_SLOTS:
    void oneEditMakesATextAnother()
    {
        for (const auto &[before, after] : {std::pair<QByteArray, QByteArray>{"abc", "abXc"}, {"abc", "abc"}, {"", "x"}, {"x", ""}, {"aaa", "aaaa"}, {"abab", "ab"}, {"one two", "one and two"}})
            QCOMPARE(editBetween(before, after).applied(before), after);
    }

    void changesOnlyThoseBytes_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("plain with comment") << QByteArray("R:\n  P:\n    M: 128 # why\n    T: 3\n") << "256" << QByteArray("R:\n  P:\n    M: 256 # why\n    T: 3\n");
        QTest::newRow("single quotes stay") << QByteArray("R: {P: {M: '1', T: 2}}\n") << "it's" << QByteArray("R: {P: {M: 'it''s', T: 2}}\n");
        QTest::newRow("double quotes stay") << QByteArray("R:\n  P:\n    M: \"a\"\n") << "b \"c\"" << QByteArray("R:\n  P:\n    M: \"b \\\"c\\\"\"\n");
        QTest::newRow("crlf") << QByteArray("R:\r\n  P:\r\n    M: 1\r\n    T: 2\r\n") << "2" << QByteArray("R:\r\n  P:\r\n    M: 2\r\n    T: 2\r\n");
        QTest::newRow("added behind the last") << QByteArray("R:\n  P:\n    T: 3 # keep\nO: 1\n") << "256" << QByteArray("R:\n  P:\n    T: 3 # keep\n    M: 256\nO: 1\n");
        QTest::newRow("added before a comment") << QByteArray("R:\n  P:\n    T: 3\n\n# next\nO: 1\n") << "256" << QByteArray("R:\n  P:\n    T: 3\n    M: 256\n\n# next\nO: 1\n");
        QTest::newRow("added with crlf") << QByteArray("R:\r\n  P:\r\n    T: 3\r\n") << "1" << QByteArray("R:\r\n  P:\r\n    T: 3\r\n    M: 1\r\n");
        QTest::newRow("added without a line end") << QByteArray("R:\n  P:\n    T: 3") << "1" << QByteArray("R:\n  P:\n    T: 3\n    M: 1");
        QTest::newRow("added to flow") << QByteArray("R: {P: {T: 3}}\n") << "1" << QByteArray("R: {P: {T: 3, M: 1}}\n");
        QTest::newRow("added to empty flow") << QByteArray("R: {P: {}}\n") << "1" << QByteArray("R: {P: {M: 1}}\n");
        QTest::newRow("added to nothing") << QByteArray("R:\n  P:\nO: 1\n") << "1" << QByteArray("R:\n  P:\n    M: 1\nO: 1\n");
        QTest::newRow("missing maps") << QByteArray("R:\n    X: 1\n") << "1" << QByteArray("R:\n    X: 1\n    P:\n        M: 1\n");
        QTest::newRow("function replaced") << QByteArray("R:\n  P:\n    M: !Ref Size # old\n    T: 1\n") << "512" << QByteArray("R:\n  P:\n    M: 512 # old\n    T: 1\n");
        QTest::newRow("block text replaced") << QByteArray("R:\n  P:\n    M: |\n      a\n      b\n    T: 1\n") << "x" << QByteArray("R:\n  P:\n    M: \"x\"\n    T: 1\n");
        QTest::newRow("json") << QByteArray("{\n  \"R\": {\"P\": {\"M\": 128, \"T\": 3}}\n}\n") << "256" << QByteArray("{\n  \"R\": {\"P\": {\"M\": 256, \"T\": 3}}\n}\n");
        QTest::newRow("json added on a line") << QByteArray("{\"R\": {\"P\": {\n  \"A\": 1,\n  \"T\": 3\n}}}") << "x" << QByteArray("{\"R\": {\"P\": {\n  \"A\": 1,\n  \"T\": 3,\n  \"M\": \"x\"\n}}}");
        QTest::newRow("unicode before") << QByteArray("# häß €\nR:\n  P:\n    M: ö\n") << "ü" << QByteArray("# häß €\nR:\n  P:\n    M: \"ü\"\n");
        QTest::newRow("needs quotes") << QByteArray("R:\n  P:\n    M: a\n") << "yes" << QByteArray("R:\n  P:\n    M: \"yes\"\n");
        QTest::newRow("tilde becomes a map") << QByteArray("R:\n  P: ~ # none\n  Q: 1\n") << "1" << QByteArray("R:\n  P: {M: 1} # none\n  Q: 1\n");
        QTest::newRow("json null becomes a map") << QByteArray("{\"R\": {\"P\": null}}") << "a" << QByteArray("{\"R\": {\"P\": {\"M\": \"a\"}}}");
        QTest::newRow("anchor stays") << QByteArray("R:\n  P:\n    M: &m 5\n    N: *m\n") << "6" << QByteArray("R:\n  P:\n    M: &m 6\n    N: *m\n");
        QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBFR:\n  P:\n    M: 1\n") << "2" << QByteArray("\xEF\xBB\xBFR:\n  P:\n    M: 2\n");
        for (const char *typed : {"0042", "2024-01-01", "12:30:45", "0x1F", "1_000", "1e3", ".5", "1.50", "0b1", ".inf", "y", "off"})
            QTest::newRow(typed) << QByteArray("R:\n  P:\n    M: a\n") << QString::fromLatin1(typed) << QByteArray("R:\n  P:\n    M: \"" + QByteArray(typed) + "\"\n");
        QTest::newRow("needs quotes too") << QByteArray("R:\n  P:\n    M: a\n") << "a: b # c" << QByteArray("R:\n  P:\n    M: \"a: b # c\"\n");
    }
    void changesOnlyThoseBytes()
    {
        QFETCH(QByteArray, before);
        QFETCH(QString, value);
        QTEST(edited(before, {u"R"_s, u"P"_s, u"M"_s}, value), "after");
        QCOMPARE(valueAt(edited(before, {u"R"_s, u"P"_s, u"M"_s}, value), {u"R"_s, u"P"_s, u"M"_s}), value);
    }

    void readsBackAnythingItWrites()
    {
        const QStringList values{u""_s, u" "_s, u"~"_s, u"null"_s, u"- a"_s, u"a\nb\tc"_s, u"{x}"_s, u"[x]"_s, u"*a"_s, u"&a"_s, u"!a"_s, u"%a"_s, u"@a"_s, u"`a"_s, u"a'b\"c\\d"_s, u"1e3"_s, u"😀"_s, u"\u0007"_s, u"#x"_s, u"x #y"_s, u"a:"_s, u"?"_s, u"https://a.b/c?d=e&f"_s};
        for (const QByteArray &document : {QByteArray("R:\n  P:\n    M: a\n    T: 1\n"), QByteArray("R: {P: {M: 'a', T: 1}}\n"), QByteArray("{\"R\": {\"P\": {\"M\": \"a\", \"T\": 1}}}"), QByteArray("R:\n  P:\n    T: 1\n")}) {
            for (const QString &value : values) {
                const QByteArray text = edited(document, {u"R"_s, u"P"_s, u"M"_s}, value);
                QVERIFY2(parseYaml(text), text.constData());
                QCOMPARE(valueAt(text, {u"R"_s, u"P"_s, u"M"_s}), value);
                QCOMPARE(valueAt(text, {u"R"_s, u"P"_s, u"T"_s}), "1");
            }
        }
    }

    void removesAnEntryWithItsLine_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("block") << QByteArray("R:\n  A: 1\n  M: 2 # gone\n  T: 3\n") << QByteArray("R:\n  A: 1\n  T: 3\n");
        QTest::newRow("nested") << QByteArray("R:\n  M:\n    x: 1\n    y: 2\n  T: 3\n") << QByteArray("R:\n  T: 3\n");
        QTest::newRow("only one") << QByteArray("R:\n  M: 2\nT: 3\n") << QByteArray("R:\n  {}\nT: 3\n");
        QTest::newRow("flow first") << QByteArray("R: {M: 1, T: 2}\n") << QByteArray("R: {T: 2}\n");
        QTest::newRow("flow last") << QByteArray("R: {T: 2, M: 1}\n") << QByteArray("R: {T: 2}\n");
    }
    void removesAnEntryWithItsLine()
    {
        QFETCH(QByteArray, before);
        const auto edit = removeEntry(before, {u"R"_s, u"M"_s});
        QVERIFY(edit);
        QTEST(edit->applied(before), "after");
    }

    void keepsTheValuesOfVariablesText()
    {
        QCOMPARE(edited("Environment:\n  Variables:\n    A: x\n", {u"Environment"_s, u"Variables"_s, u"PORT"_s}, u"8080"_s), "Environment:\n  Variables:\n    A: x\n    PORT: \"8080\"\n");
    }

    void refusesWhatCannotBeDone()
    {
        QVERIFY(!setScalar("a: [", {u"a"_s}, u"1"_s));
        QVERIFY(!setScalar("", {u"a"_s}, u"1"_s));
        QVERIFY(!setScalar("a: [1]\n", {u"a"_s, u"b"_s}, u"1"_s));
        QVERIFY(!removeEntry("a: 1\n", {u"b"_s}));
    }

    void whatALoopMakesIsNotWrittenBesideIt()
    {
        const QByteArray loop = "Resources:\n  Fn::ForEach::All: [Name, [a], {'Fn${Name}': {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs22.x}}}]\n";
        const auto edit = setScalar(loop, {"Resources", "Fna", "Properties", "MemorySize"}, "512");
        QVERIFY(!edit);
        QCOMPARE(edit.error().code, eph::ErrorCode::NotFound);
        QVERIFY(edit.error().message.contains("Fna"));
    }

    void changesAndChangesBackEveryShippedTemplate()
    {
        QDirIterator files(QStringLiteral(SOURCE_DIR "/resources"), {u"template.yaml"_s}, QDir::Files, QDirIterator::Subdirectories);
        int seen = 0;
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray text = file.readAll();
            const auto document = parseYaml(text);
            const auto &first = document->root->find(u"Resources")->entries.front();
            const QStringList path{u"Resources"_s, first.key->value, u"Properties"_s, u"MemorySize"_s};
            const QString before = valueAt(text, path);
            if (before == "<absent>"_L1)
                continue;
            const QByteArray changed = edited(text, path, u"1792"_s);
            QCOMPARE(valueAt(changed, path), "1792");
            QCOMPARE(edited(changed, path, before), text);
            ++seen;
        }
        QVERIFY(seen >= 7);
    }
};

QTEST_GUILESS_MAIN(tst_TemplateEdit)
#include "tst_templateedit.moc"
