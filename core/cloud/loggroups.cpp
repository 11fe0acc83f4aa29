// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/loggroups.h"

#include "core/cloud/functiongroups.h"
#include "core/cloud/loggroupevents.h"

namespace eph::cloud {

using namespace Qt::StringLiterals;

QStringList LogGroups::all() const
{
    QStringList names = m_deployed.documents().all(kinds::LogGroup, {}).keys() + groupsOfFunctions(m_catalogue, m_deployed).values();
    const auto project = m_catalogue.project();
    for (const project::SourceDeclaration &group : project ? (*project)->groups : QList<project::SourceDeclaration>()) {
        if (group.type == "AWS::Logs::LogGroup"_L1)
            names << group.name;
    }
    names.sort();
    names.removeDuplicates();
    return names;
}

bool LogGroups::exists(const QString &group) const
{
    return m_deployed.documents().find({kinds::LogGroup, {}, group}) || declared(group) || !groupsOfFunctions(m_catalogue, m_deployed).keys(group).isEmpty();
}

std::optional<QJsonObject> LogGroups::declared(const QString &group) const
{
    const auto project = m_catalogue.project();
    const project::SourceDeclaration *found = project ? (*project)->group("AWS::Logs::LogGroup"_L1, group) : nullptr;
    return found ? std::optional(found->properties) : std::nullopt;
}

bool LogGroups::ensureStream(const QString &group, const QString &stream)
{
    const account::DocumentKey key{kinds::LogStream, group, stream};
    return m_deployed.documents().find(key) || (exists(group) && m_deployed.documents().put(key, {{u"creationTime"_s, m_deployed.clock().epochMs()}}));
}

QString LogGroups::archivedStream(const QString &group, const QString &stream) const
{
    return loggroups::archivedStream(stream, deletionsOf(group, stream));
}

int LogGroups::deletionsOf(const QString &group, const QString &stream) const
{
    const QJsonObject *deleted = m_deployed.documents().find({kinds::DeletedStream, group, stream});
    return deleted ? deleted->value("times"_L1).toInt() : 0;
}

} // namespace eph::cloud
