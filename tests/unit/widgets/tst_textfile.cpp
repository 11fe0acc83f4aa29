// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/palette.h"
#include "widgets/editor/indentation.h"
#include "widgets/editor/textfile.h"

#include <QTest>

using namespace eph::ui;

class tst_TextFile : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void keepsEncodingAndLineEnd_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("encoding");
        QTest::addColumn<int>("lineEnd");
        QTest::newRow("utf-8") << QByteArray("a\nä€😀\n") << int(Encoding::Utf8) << int(LineEnd::Lf);
        QTest::newRow("crlf") << QByteArray("a\r\nb\r\n") << int(Encoding::Utf8) << int(LineEnd::CrLf);
        QTest::newRow("cr") << QByteArray("a\rb\r") << int(Encoding::Utf8) << int(LineEnd::Cr);
        QTest::newRow("mixed") << QByteArray("a\r\nb\nc\n") << int(Encoding::Utf8) << int(LineEnd::Lf);
        QTest::newRow("bom") << QByteArray("\xEF\xBB\xBFx\n") << int(Encoding::Utf8Bom) << int(LineEnd::Lf);
        QTest::newRow("utf-16 le") << QByteArray("\xFF\xFE" "a\0\n\0", 6) << int(Encoding::Utf16LittleEndian) << int(LineEnd::Lf);
        QTest::newRow("utf-16 be") << QByteArray("\xFE\xFF\0a\0\n", 6) << int(Encoding::Utf16BigEndian) << int(LineEnd::Lf);
        QTest::newRow("latin-1") << QByteArray("caf\xE9\n") << int(Encoding::Latin1) << int(LineEnd::Lf);
        QTest::newRow("empty") << QByteArray() << int(Encoding::Utf8) << int(LineEnd::Lf);
        QTest::newRow("nul bytes") << QByteArray("a\0b\n", 4) << int(Encoding::Latin1) << int(LineEnd::Lf);
    }
    void keepsEncodingAndLineEnd()
    {
        QFETCH(QByteArray, bytes);
        const TextFile file = decodeText(bytes);
        QTEST(int(file.encoding), "encoding");
        QTEST(int(file.lineEnd), "lineEnd");
        QVERIFY(file.utf8.isValidUtf8());
        QCOMPARE(encodeText(file).value(), bytes);
    }

    void knowsWhatIsNoText()
    {
        QVERIFY(decodeText(QByteArray("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16)).binary);
        QVERIFY(decodeText(QByteArray("a\0b", 3)).binary);
        QVERIFY(!decodeText("caf\xE9\n").binary);
        QVERIFY(!decodeText(QByteArray("\xFF\xFE" "a\0\n\0", 6)).binary);
    }

    void seesHowATextStepsIn_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("width"); // 0: it does not.
        QTest::addColumn<bool>("tabs");
        QTest::newRow("four") << QByteArray("f() {\n    if (a) {\n        b();\n    }\n}\n") << 4 << false;
        QTest::newRow("two") << QByteArray("a:\n  b:\n    c: 1\n  d: 2\n") << 2 << false;
        QTest::newRow("tabs") << QByteArray("f() {\n\tif (a)\n\t\tb();\n}\n") << 4 << true;
        QTest::newRow("one long continuation among fours") << QByteArray("f(\n    a,\n    b);\ng() {\n    h();\n}\nlet x = y(a,\n        b);\n") << 4 << false;
        QTest::newRow("comments in the manner of C") << QByteArray("/**\n * a\n */\nf() {\n    g();\n}\n") << 4 << false;
        QTest::newRow("a text with tabs in code with spaces") << QByteArray("def a():\n    b\n\ndef c():\n    d\n\ndef e():\n    s = \'\'\'\n\tx\n\ty\n\tz\n\tw\n\'\'\'\n") << 4 << false;
        QTest::newRow("flat") << QByteArray("a\nb\n\nc") << 0 << false;
        QTest::newRow("nothing") << QByteArray() << 0 << false;
        QTest::newRow("spaces alone") << QByteArray("    ") << 0 << false;
    }
    void seesHowATextStepsIn()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, width);
        const auto indentation = indentationOf(text);
        QCOMPARE(indentation ? indentation->width : 0, width);
        if (indentation)
            QTEST(indentation->tabs, "tabs");
    }

    void refusesCharactersThatTheEncodingDoesNotHave()
    {
        TextFile file = decodeText("caf\xE9");
        file.utf8 = "€";
        const auto encoded = encodeText(file);
        QVERIFY(!encoded);
        QVERIFY(encoded.error().message.contains("€"));
    }

    void scoresWhatIsTyped()
    {
        QVERIFY(fuzzyScore(u"xyz", u"Save all") < 0);
        QVERIFY(fuzzyScore(u"sa", u"Save all") > fuzzyScore(u"sa", u"Close all"));
        QVERIFY(fuzzyScore(u"goli", u"Go to line") > fuzzyScore(u"goli", u"Toggle outline"));
        QCOMPARE(fuzzyScore(u"", u"anything"), 0);
    }
};

QTEST_GUILESS_MAIN(tst_TextFile)
#include "tst_textfile.moc"
