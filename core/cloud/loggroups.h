// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"

namespace eph::cloud {

/// What belongs to CloudWatch Logs among the account's documents.
namespace kinds {
inline const QString LogGroup = u"log-group"_s;                 ///< Owned by nobody.
inline const QString LogStream = u"log-stream"_s;               ///< Owned by the group: what clients put goes there.
inline const QString DeletedStream = u"log-stream-deleted"_s;   ///< Owned by the group: when, and how often.
inline const QString DeletedGroup = u"log-group-deleted"_s;     ///< Owned by nobody, named by the group: what was said until then is gone.
}

/// The log groups that there are: of functions, of the template, and of clients. Lives on the runtime's thread.
class LogGroups
{
public:
    LogGroups(FunctionCatalogue &catalogue, DeployedFunctions &deployed)
        : m_catalogue(catalogue)
        , m_deployed(deployed)
    {
    }

    /// In the order of their names.
    [[nodiscard]] QStringList all() const;
    [[nodiscard]] bool exists(const QString &group) const;
    /// As the template declares it; nothing for another one.
    [[nodiscard]] std::optional<QJsonObject> declared(const QString &group) const;
    /// Makes the stream where it is missing. False where the group does not exist, or it cannot be kept.
    [[nodiscard]] bool ensureStream(const QString &group, const QString &stream);
    /// What the archive calls a stream that is there: one that is made again begins anew.
    [[nodiscard]] QString archivedStream(const QString &group, const QString &stream) const;
    /// How often a stream of that name was deleted.
    [[nodiscard]] int deletionsOf(const QString &group, const QString &stream) const;

private:
    FunctionCatalogue &m_catalogue;
    DeployedFunctions &m_deployed;
};

} // namespace eph::cloud
