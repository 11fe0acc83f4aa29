// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/requestids.h"

#include <QRandomGenerator>
#include <QUuid>

namespace eph::runtime {

namespace {

/// 16 digits.
QByteArray randomHex()
{
    return QByteArray::number(QRandomGenerator::global()->generate64(), 16).rightJustified(16, '0');
}

} // namespace

QByteArray newRequestId()
{
    return QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
}

QByteArray newTraceRoot(qint64 epochMs)
{
    return "Root=1-" + QByteArray::number(epochMs / 1000, 16) + '-' + randomHex() + randomHex().left(8);
}

QByteArray newTraceId(qint64 epochMs)
{
    return newTraceRoot(epochMs) + ";Parent=" + randomHex() + ";Sampled=0";
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
