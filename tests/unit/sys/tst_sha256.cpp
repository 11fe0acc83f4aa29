// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/sha256.h"

#include <QCryptographicHash>
#include <QTest>

using eph::sys::Sha256;

class tst_Sha256 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// FIPS 180-2, appendix B.
    void agreesWithTheStandard()
    {
        QCOMPARE(Sha256::of("abc").toHex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        QCOMPARE(Sha256::of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").toHex(), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
        QCOMPARE(Sha256::of({}).toHex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
    void agreesWithQtInPieces()
    {
        const QByteArray bytes = QByteArray("0123456789").repeated(100'000);
        Sha256 hash;
        for (qsizetype at = 0; at < bytes.size(); at += 7777)
            hash.add(QByteArrayView(bytes).sliced(at, std::min<qsizetype>(7777, bytes.size() - at)));
        QCOMPARE(hash.result(), QCryptographicHash::hash(bytes, QCryptographicHash::Sha256));
    }
};

QTEST_GUILESS_MAIN(tst_Sha256)
#include "tst_sha256.moc"
