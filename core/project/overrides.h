// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/finding.h"

#include <QJsonObject>
#include <QMap>
#include <QString>

namespace eph::project {

/// Values from beside the template: parameters from `samconfig.toml`, variables from `env.json`.
struct Overrides {
    QMap<QString, QString> parameters;
    QString region;
    QString stackName;
    QString profile; ///< Of the shared configuration, to deploy with.
    QString target;      ///< Of `STAGE.ephemera.parameters`: `local` or `aws`.
    QString endpointUrl; ///< Of the same.
    QMap<QString, QString> variables; ///< Of the same: they beat the template's.
    QMap<QString, QString> allFunctions;              ///< `Parameters` of env.json.
    QMap<QString, QMap<QString, QString>> byFunction; ///< By name or logical id.
    QString variablesFile;
    Findings findings;
};

/// Reads what there is in a project's folder; a file that cannot be read becomes a Finding. Of a stage it is what samconfig.toml has
/// under its name, or else under `default`; env.json is for this machine only.
[[nodiscard]] Overrides loadOverrides(const QString &folder, const QString &stage = {});

/// The stages that samconfig.toml names besides `default`, in its order.
[[nodiscard]] QStringList namedStages(const QString &folder);

/// `Key=Value Other="with space"` and the older `ParameterKey=…,ParameterValue=…`. Pure.
[[nodiscard]] QMap<QString, QString> parseParameterOverrides(const QString &text);

} // namespace eph::project
