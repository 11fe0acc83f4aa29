// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/palette.h"
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
        QTest::newRow("nul bytes") << QByteArray("a\0b\n", 4) << int(Encoding::Utf8) << int(LineEnd::Lf);
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
