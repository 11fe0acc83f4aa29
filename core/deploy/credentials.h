// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/http/signature4.h"

#include <QDateTime>
#include <QHash>
#include <QProcessEnvironment>
#include <functional>
#include <optional>

namespace eph::deploy {

/// `~/.aws/config` and `~/.aws/credentials` as one, by profile. Keys are in lower case.
class SharedConfig
{
public:
    using Section = QHash<QString, QString>;

    /// Invalid for a file that is no such file; an absent one is empty. Paths come from `AWS_CONFIG_FILE` and
    /// `AWS_SHARED_CREDENTIALS_FILE`.
    [[nodiscard]] static Result<SharedConfig> load(const QProcessEnvironment &environment);
    /// Pure. `config` names its profiles `[profile NAME]`.
    [[nodiscard]] static Result<SharedConfig> parse(const QByteArray &config, const QByteArray &credentials);

    [[nodiscard]] QStringList profiles() const;
    [[nodiscard]] bool hasProfile(const QString &name) const { return m_profiles.contains(name); }
    /// What both files say of it, the credentials file first.
    [[nodiscard]] Section profile(const QString &name) const { return m_profiles.value(name); }
    /// `endpoint_url` of a service in a profile's `services`, or of the profile.
    [[nodiscard]] QString endpointUrl(const QString &profile, const QString &service) const;

private:
    QHash<QString, Section> m_profiles;
    QHash<QString, QHash<QString, Section>> m_services; ///< By section and service.
    QStringList m_order;
};

/// The name of a profile as the command line finds it: as it was given, or of the environment, or `default`.
[[nodiscard]] QString profileName(const QString &given, const QProcessEnvironment &environment);

/// As it was given, of the environment, or of the profile; empty where nobody says.
[[nodiscard]] QString regionOf(const QString &given, const QString &profile, const SharedConfig &config, const QProcessEnvironment &environment);

/// Who signs, and how it was found.
struct FoundCredentials {
    http::Credentials credentials;
    QString source; ///< For people: `the environment`, `profile “dev”`.
    std::optional<QDateTime> expires = {};
};

/// A role that has to be assumed with other credentials first.
struct AssumedRole {
    QString arn;
    QString sessionName;
    QString externalId;
    int durationSeconds = 3600;
};

struct CredentialRequest {
    QString profile; ///< As it was given; empty: the chain's.
    QProcessEnvironment environment;
    /// Assumes a role with those credentials.
    std::function<Result<FoundCredentials>(const http::Credentials &with, const AssumedRole &role)> assume;
};

/// In the order of the command line: the environment (unless a profile was named), a role to assume, the shared files,
/// `credential_process`. NotFound when there are none, Invalid for half a pair, Unsupported for a sign-on by browser. Runs the process
/// that a profile names; any thread but the window's.
[[nodiscard]] Result<FoundCredentials> findCredentials(const CredentialRequest &request, const SharedConfig &config);

} // namespace eph::deploy
