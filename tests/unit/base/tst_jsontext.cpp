// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/jsontext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace eph;

/// JSON that is put together by hand, read by a library.
class tst_JsonText : public QObject
{
    Q_OBJECT

    static QJsonObject read(const JsonObjectText &object)
    {
        QJsonParseError error{};
        const QJsonDocument document = QJsonDocument::fromJson(object.json(), &error);
        return error.error == QJsonParseError::NoError ? document.object() : QJsonObject{{"unreadable", QString::fromUtf8(object.json())}};
    }

private Q_SLOTS:
    void everyCharacterComesBack()
    {
        QString all;
        for (char16_t c = 0; c < 0xD800; ++c)
            all += QChar(c);
        all += QString::fromUcs4(U"\U0001F600\U0010FFFF");
        for (qsizetype i = 0; i < all.size(); i += 7) {
            const QString part = all.mid(i, 7);
            QCOMPARE(read(JsonObjectText().text("a", part)), QJsonObject({{"a", part}}));
        }
        QCOMPARE(read(JsonObjectText().text("a", all)), QJsonObject({{"a", all}}));
    }

    void isWrittenAsALibraryWritesIt_data()
    {
        QTest::addColumn<QString>("text");
        const QStringList texts{"", "plain", "with \"quotes\" and \\", "\b\f\n\r\t", "\"", "\\\\", QString::fromUtf8("caf\xc3\xa9 \xf0\x9f\x98\x80\n"), QString(QChar(0x7f)), QString(QChar(1)) + "\n" + QChar(0x1f), QString("a") + QChar(u'\0') + "b"};
        for (qsizetype i = 0; i < texts.size(); ++i)
            QTest::addRow("%d", int(i)) << texts.at(i);
    }
    void isWrittenAsALibraryWritesIt()
    {
        QFETCH(QString, text);
        QCOMPARE('[' + jsonText(text) + ']', QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact));
    }

    void whatIsNoUtf8IsReplaced()
    {
        const QByteArray bytes("\xff\"\x80 body");
        QCOMPARE(read(JsonObjectText().utf8("a", bytes)), QJsonObject({{"a", QString::fromUtf8(bytes)}}));
    }

    void keysAreEscapedAndKeepTheirOrder()
    {
        JsonObjectText inner;
        QVERIFY(inner.isEmpty());
        QCOMPARE(inner.json(), "{}");
        inner.flag("yes", true).flag("no", false);
        JsonObjectText object;
        object.text("z\"\n", "1").number("a", -5).milliseconds("b", 1.25).list("c", {"x", "y\""}).object("d", inner).json("e", "null");
        QCOMPARE(object.json(), "{\"z\\\"\\n\":\"1\",\"a\":-5,\"b\":1.25,\"c\":[\"x\",\"y\\\"\"],\"d\":{\"yes\":true,\"no\":false},\"e\":null}");
    }
};

QTEST_GUILESS_MAIN(tst_JsonText)
#include "tst_jsontext.moc"
