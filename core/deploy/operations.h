// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QStringList>

namespace eph::deploy {

enum class Protocol {
    RestJson,  ///< Members in the path, the query and a JSON body.
    Json10,    ///< `X-Amz-Target` with all members in a JSON body.
    Json11,
    Query,     ///< A form, answered in XML.
    RestXml,   ///< S3.
};

/// A service as a client sees it.
struct Service {
    const char *name;        ///< As in the command line.
    const char *host;        ///< Of its address in a region: `%1` is the region.
    const char *signingName;
    Protocol protocol;
    const char *version;     ///< Of the query protocol, or what stands before an operation in `X-Amz-Target`.
    const char *permissions; ///< What its permissions begin with.
};
/// nullptr for one that is not used here.
[[nodiscard]] const Service *findService(const QString &name);

/// How an operation of a REST protocol goes over the wire.
struct Operation {
    const char *service;
    const char *name;
    const char *method;
    const char *path;  ///< `{Member}` in the places of members.
    const char *query; ///< Members that go into the query, apart by spaces; `Member=name` where it is called otherwise there.
};
/// nullptr for operations that all go the same way, and for what is not used here.
[[nodiscard]] const Operation *findOperation(const QString &service, const QString &name);

} // namespace eph::deploy
