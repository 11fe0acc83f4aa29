// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/lineage.h"

#include <QHash>
#include <QList>
#include <algorithm>
#include <utility>

namespace eph::runtime {

namespace {

constexpr QByteArrayView Field = "Lineage=";
constexpr qsizetype LongestChain = 32;

/// Where the field begins and what it says; -1 and nothing where it is missing.
[[nodiscard]] std::pair<qsizetype, QByteArrayView> lineageIn(QByteArrayView trace)
{
    const qsizetype at = trace.indexOf(Field);
    if (at < 0)
        return {-1, {}};
    const qsizetype end = trace.indexOf(';', at);
    return {at, trace.sliced(at + Field.size(), (end < 0 ? trace.size() : end) - at - Field.size())};
}

} // namespace

Descent descend(const QByteArray &trace, const QByteArray &sender, const QString &function)
{
    const auto [at, own] = lineageIn(trace);
    const QByteArrayView sent = at < 0 ? lineageIn(sender).second : own;
    // The same in every run, for messages wait in queues meanwhile.
    const QByteArray id = QByteArray::number(quint32(qHash(function, 0)), 16).rightJustified(8, '0');
    Descent descent;
    // The first of its chain, as nearly all are.
    if (at < 0 && sent.isEmpty() && !trace.endsWith(';')) {
        descent.trace.reserve(trace.size() + 1 + Field.size() + id.size() + 2);
        descent.trace.append(trace).append(';').append(Field).append(id).append(":0");
        return descent;
    }
    // Some SDKs encode what separates the entries.
    const QByteArray known = QByteArray::fromPercentEncoding(sent.toByteArray());
    QByteArrayList chain;
    for (const QByteArray &one : known.isEmpty() ? QByteArrayList() : known.split('|')) {
        const qsizetype colon = one.indexOf(':');
        if (colon < 1)
            continue;
        if (QByteArrayView(one).first(colon) == id)
            descent.earlier = std::clamp(one.sliced(colon + 1).toInt(), 0, MostInChain) + 1;
        else if (chain.size() < LongestChain)
            chain << one;
    }
    chain << id + ':' + QByteArray::number(descent.earlier);
    descent.trace = at < 0 ? trace : trace.left(at) + trace.mid(at + Field.size() + own.size());
    while (descent.trace.endsWith(';'))
        descent.trace.chop(1);
    descent.trace += ';' + Field.toByteArray() + chain.join('|');
    return descent;
}

} // namespace eph::runtime
