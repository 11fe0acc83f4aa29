// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/editor/recovery.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using eph::ui::Recovery;

class tst_Recovery : public QObject
{
    Q_OBJECT

    QTemporaryDir m_data;

private Q_SLOTS:
    void initTestCase() { qputenv("XDG_DATA_HOME", m_data.path().toLocal8Bit()); }

    void givesBackWhatItWasGiven_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("basis");
        QTest::newRow("text") << QByteArray("one\ntwo\n") << Recovery::basisOf("one\n");
        QTest::newRow("nothing") << QByteArray() << Recovery::basisOf("one\n");
        QTest::newRow("unknown basis") << QByteArray("basis:x\ntwo") << QByteArray();
    }
    void givesBackWhatItWasGiven()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, basis);
        const Recovery recovery;
        recovery.keep("/project/a b.js", {text, basis});
        const auto kept = recovery.kept("/project/a b.js");
        QVERIFY(kept);
        QCOMPARE(kept->utf8, text);
        QCOMPARE(kept->basis, basis);
        QCOMPARE(recovery.keptBelow("/project"), QStringList("/project/a b.js"));
        recovery.forget("/project/a b.js");
        QVERIFY(!recovery.kept("/project/a b.js"));
    }

    /// They had the path and then the text.
    void losesNothingOfEarlierVersions()
    {
        const Recovery recovery;
        recovery.keep("/project/a.js", {"x", "y"});
        const QDir folder(m_data.filePath("ephemera/unsaved"));
        QFile file(folder.filePath(folder.entryList(QDir::Files).first()));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("/project/a.js\nfirst line\nsecond\n") > 0);
        file.close();
        const auto kept = recovery.kept("/project/a.js");
        QVERIFY(kept);
        QCOMPARE(kept->utf8, "first line\nsecond\n");
        QCOMPARE(kept->basis, QByteArray());
    }
};

QTEST_GUILESS_MAIN(tst_Recovery)
#include "tst_recovery.moc"
