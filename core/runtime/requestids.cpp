// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/requestids.h"

#include <QRandomGenerator>
#include <QUuid>

namespace eph::runtime {

namespace {

constexpr char Digits[] = "0123456789abcdef";

/// Up to 16 random digits.
void appendRandomHex(QByteArray &text, int digits)
{
    for (quint64 bits = QRandomGenerator::global()->generate64(); digits > 0; --digits, bits >>= 4)
        text += Digits[bits & 15];
}

} // namespace

QByteArray newRequestId()
{
    // Of the fast generator: it opens nothing, and has to be unlike the others only.
    const quint64 high = QRandomGenerator::global()->generate64();
    const quint64 low = QRandomGenerator::global()->generate64();
    const auto byte = [low](int index) { return uchar(low >> (8 * index)); };
    const QUuid id(uint(high >> 32), ushort(high >> 16), ushort((high & 0x0FFF) | (QUuid::Random << 12)), uchar((byte(0) & 0x3F) | 0x80), byte(1), byte(2), byte(3), byte(4), byte(5), byte(6), byte(7));
    return id.toByteArray(QUuid::WithoutBraces);
}

QByteArray newTraceRoot(qint64 epochMs)
{
    QByteArray text;
    // With room for what the whole header has besides.
    text.reserve(80);
    text += "Root=1-";
    for (int shift = 28; shift >= 0; shift -= 4)
        text += Digits[((epochMs / 1000) >> shift) & 15];
    text += '-';
    appendRandomHex(text, 16);
    appendRandomHex(text, 8);
    return text;
}

QByteArray newTraceId(qint64 epochMs)
{
    return completeTrace(newTraceRoot(epochMs));
}

QByteArray completeTrace(QByteArray trace)
{
    if (!trace.contains("Parent=")) {
        trace += ";Parent=";
        appendRandomHex(trace, 16);
    }
    if (!trace.contains("Sampled="))
        trace += ";Sampled=0";
    return trace;
}

QByteArray traceRootOf(QByteArrayView header)
{
    const qsizetype at = header.indexOf("Root=");
    if (at < 0)
        return {};
    const QByteArrayView rest = header.sliced(at + 5);
    const qsizetype end = rest.indexOf(';');
    return rest.first(end < 0 ? rest.size() : end).toByteArray();
}

} // namespace eph::runtime
