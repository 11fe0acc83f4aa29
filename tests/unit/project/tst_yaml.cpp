// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/yaml.h"

#include <QElapsedTimer>
#include <QTest>

using namespace eph::project;
using namespace Qt::StringLiterals;

class tst_Yaml : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void knowsWhereEachValueStands()
    {
        const QByteArray text = "# häß\nä: [one, \"zwei ö\"]\nb:\n  c: !Sub 'x€y' # comment\n  d: last\n";
        const auto document = parseYaml(text);
        QVERIFY(document);
        const auto slice = [&](const YamlNode *node) { return text.mid(node->span.begin, node->span.end - node->span.begin); };
        const YamlNode &root = *document->root;
        QCOMPARE(slice(root.find(u"ä")), "[one, \"zwei ö\"]");
        QCOMPARE(slice(root.find(u"b")->find(u"c")), "!Sub 'x€y'");
        QCOMPARE(root.find(u"b")->find(u"c")->tag, "!Sub");
        QCOMPARE(slice(root.find(u"b")->find(u"d")), "last");
        QCOMPARE(root.find(u"b")->find(u"d")->line, 5);
        QCOMPARE(root.find(u"b")->find(u"d")->column, 6);
    }

    void survivesAByteOrderMark()
    {
        const QByteArray text = "\xEF\xBB\xBFkey: value\n";
        const auto document = parseYaml(text);
        QVERIFY(document);
        const YamlNode *value = document->root->find(u"key");
        QVERIFY(value);
        QCOMPARE(text.mid(value->span.begin, value->span.end - value->span.begin), "value");
    }

    void truthHasManyWords()
    {
        const auto document = parseYaml("yes: {a: yes, b: True, c: ON, d: off, e: No, f: 'yes', g: \"True\", h: !Sub yes, i: y, j: yess, k: [FALSE, nope], l: &t On, m: *t}\n");
        QVERIFY(document);
        const YamlNode *values = document->root->find(u"yes");
        QVERIFY(values);
        QStringList texts;
        for (const auto &entry : values->entries)
            texts << (entry.value->resolved().items.empty() ? entry.value->resolved().meaning() : QString(entry.value->items[0]->meaning() + u' ' + entry.value->items[1]->meaning()));
        QCOMPARE(texts.join(u' '), "true true true false false yes True yes y yess false nope true true");
    }

    void followsAliasesWithoutCopying()
    {
        const auto document = parseYaml("a: &x {n: 1}\nb: *x\nc: [*x, *x]\n");
        QVERIFY(document);
        QCOMPARE(document->root->find(u"b")->find(u"n")->value, "1");
        QCOMPARE(document->root->find(u"b"), document->root->find(u"a"));
    }

    void refusesBadDocuments_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        QTest::newRow("tab") << QByteArray("a:\n\tb: 1\n") << "Line 2";
        QTest::newRow("open quote") << QByteArray("a: \"x\nb: 1\n") << "Line";
        QTest::newRow("unknown alias") << QByteArray("a: *nope\n") << "nope";
        QTest::newRow("contains itself") << QByteArray("a: &x [*x]\n") << "itself";
        QTest::newRow("not utf-8") << QByteArray("a: 1\nb: \xff\xfe\n") << "Line 2";
        QTest::newRow("deep") << QByteArray(5000, '[') << "levels";
        QTest::newRow("nul") << QByteArray("a: \0b\n", 7) << "Line 1";
        QTest::newRow("huge") << QByteArray(17 * 1024 * 1024, 'a') << "MiB";
    }
    void refusesBadDocuments()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        const auto document = parseYaml(text);
        QVERIFY(!document);
        QVERIFY2(document.error().message.contains(says), qPrintable(document.error().message));
    }

    void readsAnAliasBombInNoTime()
    {
        QByteArray bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
        for (int i = 1; i < 40; ++i) {
            const QByteArray previous = "*a" + QByteArray::number(i - 1);
            bomb += "a" + QByteArray::number(i) + ": &a" + QByteArray::number(i) + " [" + QList<QByteArray>(9, previous).join(", ") + "]\n";
        }
        const auto document = parseYaml(bomb);
        QVERIFY(document);
        QCOMPARE(document->root->entries.size(), size_t(40));
    }

    void acceptsEmptyAndEveryCut()
    {
        QVERIFY(parseYaml("")->root == nullptr);
        QVERIFY(parseYaml("# only a comment\n")->root == nullptr);
        const QByteArray whole = "a: {b: [1, 'x', \"y\"], c: !Sub |\n  text\n  more\n}\n";
        for (qsizetype i = 0; i < whole.size(); ++i)
            (void)parseYaml(whole.left(i)); // No crash; the sanitizers watch.
    }
};

QTEST_GUILESS_MAIN(tst_Yaml)
#include "tst_yaml.moc"
