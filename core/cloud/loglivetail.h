// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/jsonprotocol.h"
#include "core/cloud/loggroupevents.h"
#include "core/logs/line.h"
#include "core/sys/background.h"

namespace eph::cloud {

/// StartLiveTail of CloudWatch Logs: what comes into groups, sent each second until the client leaves, or three hours long. Lives on
/// the runtime's thread; files are read beside it.
class LogLiveTail : public QObject
{
    Q_OBJECT
public:
    /// What may be read of a group as it is now; nothing where there is no such group.
    using WantedOf = std::function<std::optional<loggroups::Wanted>(const QString &group)>;

    /// `folder` holds the logs, the sink what is not there yet.
    LogLiveTail(QString folder, logs::Sink &sink, WantedOf wantedOf);

    void start(const QJsonObject &input, const http::Responder &responder);

private:
    struct Session;

    void sendUpdate(const std::shared_ptr<Session> &session);

    QString m_folder;
    logs::Sink &m_sink;
    WantedOf m_wantedOf;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::cloud
