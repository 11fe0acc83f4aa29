// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/plan.h"

#include <QDateTime>

namespace eph::deploy {

/// A release as it is kept.
struct Release {
    QString id;      ///< `dev-3`.
    QString target;  ///< `local`, or `aws:ACCOUNT:REGION`.
    QDateTime at;
    QString by;      ///< Who, as the target knows them.
    QString why;     ///< What whoever deployed said.
    QString from;    ///< Id of the release that it brought back; empty: the project as it was.
    QString profile; ///< With which it was made, as it was given.
    QString endpoint;
    ReleaseSpec spec;
    QJsonObject outputs; ///< By resource: versions, addresses.

    [[nodiscard]] QJsonObject toJson() const;
    [[nodiscard]] static Release fromJson(const QJsonObject &json);
};

/// Every release of a project with everything that it takes to bring it back: packages by their hash, settings, policies, schedules.
/// A folder; files are written whole or not at all. Several processes may have it open. Any thread.
class Vault
{
public:
    explicit Vault(const QString &projectFolder);

    /// By hexadecimal SHA-256. Io when it cannot be kept.
    [[nodiscard]] Result<void> keepPackage(const QString &sha256, const QByteArray &zip) const;
    [[nodiscard]] bool hasPackage(const QString &sha256) const;
    /// NotFound when it is not there, Invalid when it is not what its name says.
    [[nodiscard]] Result<QByteArray> package(const QString &sha256) const;

    /// Newest first. What cannot be read is left out, and named in `unreadable`.
    [[nodiscard]] QList<Release> releases(QStringList *unreadable = nullptr) const;
    /// Another text whenever the releases are others; reads no file.
    [[nodiscard]] QString stamp() const;
    [[nodiscard]] Result<Release> release(const QString &id) const;
    /// The one that is live: the newest of that target and stage.
    [[nodiscard]] std::optional<Release> live(const QString &target, const QString &stage) const;
    [[nodiscard]] Result<void> keep(const Release &release) const;
    /// The id that the next one of a stage has.
    [[nodiscard]] QString nextId(const QString &stage) const;

    [[nodiscard]] const QString &folder() const { return m_folder; }
    [[nodiscard]] const QString &projectFolder() const { return m_project; }

private:
    [[nodiscard]] QString packagePath(const QString &sha256) const { return m_folder + QStringLiteral("/packages/") + sha256 + QStringLiteral(".zip"); }

    QString m_project;
    QString m_folder;
};

} // namespace eph::deploy
