// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/awsclient.h"

#include <QProcessEnvironment>

namespace eph::services {

inline const QString LocalTarget = QStringLiteral("local");

/// Where a release goes, and of which stage.
struct DeployTarget {
    QString kind;        ///< `local` or `aws`; empty: as the stage says, or `local`.
    QString stage = QStringLiteral("dev");
    QString profile;     ///< Empty: as the stage or the environment says.
    QString region;
    QString endpointUrl; ///< Of all services, where it is not the provider's own.
};

/// What the stage's settings fill in.
[[nodiscard]] DeployTarget completed(DeployTarget target, const QString &projectFolder);
/// What it takes to act somewhere; transport and clock outlive what is made with it.
struct AccessContext {
    http::Transport &transport;
    const sys::Clock &clock;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    QUrl localEndpoint = {}; ///< Of the local cloud; only used for that.
};
/// As whom, and where; an endpoint on this machine needs neither region nor credentials. Usage for a target that is none and a
/// region that nobody names; fails as findCredentials() does.
[[nodiscard]] Result<deploy::AwsAccess> accessOf(const DeployTarget &target, const AccessContext &context);

} // namespace eph::services
