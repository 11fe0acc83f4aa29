// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/headerline.h"

#include <QTest>

using eph::http::headerOf;

class tst_HeaderLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void headers_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("usual") << "X-Key: abc" << QByteArray("X-Key") << QByteArray("abc");
        QTest::newRow("no blank") << "a:b" << QByteArray("a") << QByteArray("b");
        QTest::newRow("colons") << "Origin: http://a:1" << QByteArray("Origin") << QByteArray("http://a:1");
        QTest::newRow("blanks around") << "  a :  b  " << QByteArray("a") << QByteArray("b");
        QTest::newRow("no value") << "a:" << QByteArray("a") << QByteArray("");
        QTest::newRow("unicode") << QStringLiteral("a: \u00e9") << QByteArray("a") << QByteArray("\xc3\xa9");
        for (const char *line : {"", "a", ":", ": b", "a b: c", "a: b\nc: d", "a: b\rc", "\u00e9: b"})
            QTest::newRow(QByteArray("none: " + QByteArray(line).toHex()).constData()) << QString::fromUtf8(line) << QByteArray() << QByteArray();
    }
    void headers()
    {
        QFETCH(QString, line);
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        const auto header = headerOf(line);
        QCOMPARE(header.has_value(), !name.isEmpty());
        if (header)
            QCOMPARE(*header, std::pair(name, value));
    }
};

QTEST_GUILESS_MAIN(tst_HeaderLine)
#include "tst_headerline.moc"
