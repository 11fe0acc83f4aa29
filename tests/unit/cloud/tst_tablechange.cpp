// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/tablechange.h"

#include <QJsonDocument>
#include <QTest>

using namespace eph::cloud;

class tst_TableChange : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// The first three as the service's own sample event of a table's stream has them.
    void tellsHowLargeItIs_data()
    {
        QTest::addColumn<QByteArray>("change");
        QTest::addColumn<int>("bytes");
        const QByteArray keys = R"("Keys":{"Id":{"N":"101"}})";
        QTest::newRow("inserted") << QByteArray("{" + keys + R"(,"NewImage":{"Message":{"S":"New item!"},"Id":{"N":"101"}}})") << 26;
        QTest::newRow("modified") << QByteArray("{" + keys + R"(,"OldImage":{"Message":{"S":"New item!"},"Id":{"N":"101"}},"NewImage":{"Message":{"S":"This item has changed"},"Id":{"N":"101"}}})") << 59;
        QTest::newRow("removed") << QByteArray("{" + keys + R"(,"OldImage":{"Message":{"S":"This item has changed"},"Id":{"N":"101"}}})") << 38;
        QTest::newRow("all types") << QByteArray(R"({"Keys":{"a":{"N":"-1.5"}},"NewImage":{"b":{"B":"AAEC"},"c":{"BOOL":true},"d":{"NULL":true},"e":{"SS":["x","yz"]},"f":{"NS":["1"]},"g":{"L":[{"S":"x"}]},"h":{"M":{"i":{"S":"y"}}}}})") << 4 + 4 + 2 + 2 + 4 + 3 + 6 + 7;
        QTest::newRow("nonsense") << QByteArray(R"({"Keys":{"a":1,"b":{}},"NewImage":[]})") << 4;
    }
    void tellsHowLargeItIs()
    {
        QFETCH(QByteArray, change);
        QTEST(streamedChange(QJsonDocument::fromJson(change).object(), {}).value("SizeBytes").toInt(), "bytes");
    }

    void leavesOutWhatTheViewLeavesOut_data()
    {
        QTest::addColumn<QString>("view");
        QTest::addColumn<QString>("told");
        QTest::newRow("none") << QString() << QStringLiteral("Keys NewImage OldImage NEW_AND_OLD_IMAGES");
        QTest::newRow("both") << QStringLiteral("NEW_AND_OLD_IMAGES") << QStringLiteral("Keys NewImage OldImage NEW_AND_OLD_IMAGES");
        QTest::newRow("new") << QStringLiteral("NEW_IMAGE") << QStringLiteral("Keys NewImage NEW_IMAGE");
        QTest::newRow("old") << QStringLiteral("OLD_IMAGE") << QStringLiteral("Keys OldImage OLD_IMAGE");
        QTest::newRow("keys") << QStringLiteral("KEYS_ONLY") << QStringLiteral("Keys KEYS_ONLY");
    }
    void leavesOutWhatTheViewLeavesOut()
    {
        QFETCH(QString, view);
        const QJsonObject image{{"a", QJsonObject{{"S", "x"}}}};
        QJsonObject told = streamedChange({{"Keys", image}, {"NewImage", image}, {"OldImage", image}}, view);
        const QString type = told.take("StreamViewType").toString();
        told.remove("SizeBytes");
        QTEST(QString(told.keys().join(' ') + ' ' + type), "told");
    }
};

QTEST_GUILESS_MAIN(tst_TableChange)
#include "tst_tablechange.moc"
