// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/placement.h"

#include <QString>

namespace eph::project {

/// The ARN of a resource of that type, such as `AWS::Events::EventBus`, by its name. For a type that is not known, of its service
/// and its name. Source: the return values in CloudFormation's resource reference, November 2026.
[[nodiscard]] QString arnOfResource(const QString &type, const QString &name, const Placement &placement);

/// Of those whose `Ref` is their ARN, as others' is their name.
[[nodiscard]] bool isReferredToByArn(const QString &type);

/// Whether it is a FIFO queue's: what is sent there belongs to a group of messages.
[[nodiscard]] bool isFifoQueue(const QString &arn);

} // namespace eph::project
