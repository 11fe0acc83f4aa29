// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace eph::runtime {

/// Where functions and others find the local cloud. Empty while nobody serves.
struct CloudAddresses {
    QString endpoint; ///< Of the services that are here, for their SDKs.
    QString gateway;  ///< Of the project's APIs and of the connections of WebSocket APIs.
    QString authorityFile = {}; ///< PEM of the authority behind the gateway's certificate; empty without TLS.
    QString bundleFile = {};    ///< The same with the system's.
};

/// A queue's address in the cloud as the address of the same queue here, and those of the template's APIs and of functions; a text that
/// holds none is itself. What the cloud itself has named stays: ten letters and digits for an API, about thirty for a function.
[[nodiscard]] QString localAddress(const QString &text, const QString &region, const QString &account, const CloudAddresses &cloud);

} // namespace eph::runtime
