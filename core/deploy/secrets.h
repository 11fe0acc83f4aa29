// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/awsclient.h"
#include "core/deploy/values.h"
#include "core/sys/secretstore.h"

namespace eph::deploy {

/// Gives secrets by their reference: `{{secret:NAME}}` from the store of this machine, `{{resolve:ssm:NAME}}`, `{{resolve:ssm-secure:NAME}}`
/// and `{{resolve:secretsmanager:NAME:SecretString:KEY}}` from the account. The local cloud has neither of the last: there the name is asked
/// of this machine's store. Each is asked once.
[[nodiscard]] ValueSource secretSource(AwsClient &client, sys::SecretStore &store);

} // namespace eph::deploy
