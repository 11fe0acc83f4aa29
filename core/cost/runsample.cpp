// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/runsample.h"

#include <QDataStream>
#include <QIODevice>

namespace eph::cost {

QByteArray packed(const std::vector<RunSample> &samples)
{
    QByteArray piece;
    QDataStream out(&piece, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_4);
    for (const RunSample &sample : samples)
        out << sample.atMs << sample.durationUs << sample.initUs << sample.logBytes << sample.memoryMiB << sample.arm;
    return piece;
}

std::vector<RunSample> unpacked(const QByteArray &piece)
{
    std::vector<RunSample> samples;
    QDataStream in(piece);
    in.setVersion(QDataStream::Qt_6_4);
    while (!in.atEnd()) {
        RunSample sample;
        in >> sample.atMs >> sample.durationUs >> sample.initUs >> sample.logBytes >> sample.memoryMiB >> sample.arm;
        if (in.status() != QDataStream::Ok)
            break;
        samples.push_back(sample);
    }
    return samples;
}

} // namespace eph::cost
