// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/plan.h"
#include "core/deploy/vault.h"

namespace eph::deploy {

/// A release written down for another tool: files by name.
struct Exported {
    QString main;
    QList<std::pair<QString, QByteArray>> files;
};

struct ExportRequest {
    QString format; ///< `awscli`, `sam` or `serverless`.
    const Plan &plan;
    const Vault &vault;
};

/// Usage for a format that is not known; NotFound when the vault lacks a package.
[[nodiscard]] Result<Exported> exportRelease(const ExportRequest &request);

/// A shell script that makes the calls of a plan with the AWS command line. Secrets are asked of the environment.
[[nodiscard]] QByteArray shellScript(const Plan &plan);

/// A resource of a release as CloudFormation has it, in the JSON form of a template, and the same as `serverless.yml`.
[[nodiscard]] QJsonObject cloudFormationTemplate(const ReleaseSpec &spec);

} // namespace eph::deploy
