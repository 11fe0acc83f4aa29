// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/sha256.h"

#include <QCryptographicHash>
#include <QTest>

using eph::sys::sha256;

class tst_Sha256 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// FIPS 180-2, appendix B.
    void agreesWithTheStandard()
    {
        QCOMPARE(sha256("abc").toHex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        QCOMPARE(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").toHex(), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
        QCOMPARE(sha256({}).toHex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
    void agreesWithQt()
    {
        for (const int size : {1, 55, 56, 63, 64, 65, 1'000'000}) {
            const QByteArray bytes = QByteArray("0123456789").repeated(size / 10 + 1).left(size);
            QCOMPARE(sha256(bytes), QCryptographicHash::hash(bytes, QCryptographicHash::Sha256));
        }
    }
};

QTEST_GUILESS_MAIN(tst_Sha256)
#include "tst_sha256.moc"
