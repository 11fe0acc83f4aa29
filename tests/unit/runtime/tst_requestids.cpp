// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/requestids.h"

#include <QRegularExpression>
#include <QSet>
#include <QTest>
#include <QUuid>

using namespace eph::runtime;

class tst_RequestIds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void areRandomUuids()
    {
        static const QRegularExpression written("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$");
        QSet<QByteArray> seen;
        for (int i = 0; i < 1000; ++i) {
            const QByteArray id = newRequestId();
            QVERIFY2(written.match(QString::fromLatin1(id)).hasMatch(), id.constData());
            const QUuid uuid = QUuid::fromString(QString::fromLatin1(id));
            QCOMPARE(uuid.version(), QUuid::Random);
            QCOMPARE(uuid.variant(), QUuid::DCE);
            seen.insert(id);
        }
        QCOMPARE(seen.size(), 1000);
    }
};

QTEST_GUILESS_MAIN(tst_RequestIds)
#include "tst_requestids.moc"
