// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/apierror.h"
#include "core/project/model.h"
#include "core/runtime/functionconfig.h"

#include <QJsonObject>
#include <optional>

namespace eph::cloud {

/// What is wrong with the settings of CreateFunction or UpdateFunctionConfiguration. Source: Lambda's service model and
/// answers recorded from it, November 2026.
[[nodiscard]] std::optional<ApiError> settingsError(const QJsonObject &input, bool creates);
/// What a call sets, and the service refuses of a function with tenant isolation, whose configuration is given.
[[nodiscard]] std::optional<ApiError> tenancyError(const QJsonObject &configuration, const QJsonObject &input);
/// The configuration with the settings of a call taken over; what it does not name stays.
[[nodiscard]] QJsonObject withSettings(QJsonObject configuration, const QJsonObject &input);
/// Of a function that is made with these settings, without its code.
[[nodiscard]] QJsonObject newConfiguration(const QString &arn, const QJsonObject &input);
/// Of a function that a template declares, without its code.
[[nodiscard]] QJsonObject declaredConfiguration(const project::Function &function, const runtime::FunctionConfig &config);

} // namespace eph::cloud
