// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/tumblingwindow.h"

#include <QDateTime>
#include <QJsonDocument>

namespace eph::cloud {

using namespace Qt::StringLiterals;

qint64 windowStart(qint64 epochMs, int seconds)
{
    return epochMs - epochMs % (seconds * 1000LL);
}

QJsonObject windowFields(const sources::OpenWindow &window, int seconds, WindowCall call)
{
    const auto moment = [](qint64 epochMs) { return QDateTime::fromMSecsSinceEpoch(epochMs, Qt::UTC).toString(Qt::ISODate); };
    return {{u"window"_s, QJsonObject{{u"start"_s, moment(window.startMs)}, {u"end"_s, moment(window.startMs + seconds * 1000LL)}}},
            {u"state"_s, QJsonDocument::fromJson(window.state).object()},
            {u"isFinalInvokeForWindow"_s, call == WindowCall::Last},
            {u"isWindowTerminatedEarly"_s, call == WindowCall::Early}};
}

std::optional<QByteArray> stateIn(const QByteArray &answer)
{
    const QJsonValue state = QJsonDocument::fromJson(answer).object().value("state"_L1);
    if (!state.isObject())
        return std::nullopt;
    return QJsonDocument(state.toObject()).toJson(QJsonDocument::Compact);
}

} // namespace eph::cloud
