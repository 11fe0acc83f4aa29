// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/sources/queuesettings.h"

namespace eph::cloud {

/// Why a queue, topic, stream or bucket stays: the template declares one of that type and name, so that it would come back without
/// what it holds. Empty where none does.
[[nodiscard]] QString keptByTemplate(FunctionCatalogue &catalogue, QLatin1StringView type, const QString &name);

/// Properties of a queue in a template that are its attributes by the same name; objects as JSON text.
[[nodiscard]] sources::QueueAttributes queueAttributes(const QJsonObject &properties);

/// What the services refuse of the template's queues and subscriptions.
[[nodiscard]] Findings sourceFindings(const project::Project &project);

} // namespace eph::cloud
