// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/output.h"
#include "core/project/model.h"
#include "core/services/invokeservice.h"

namespace eph::cli {

/// The event of an argument: a file, `-` for stdin, or JSON itself. A bare name is looked up in the project's events too.
[[nodiscard]] Result<QByteArray> readEvent(const QString &argument, const project::Project &project);

enum class Format { People, Json };
/// Payload to stdout, cost and advice to stderr; or one JSON document with all of it. The log is LiveLog's.
void printRecord(const services::InvocationRecord &record, Format format);
[[nodiscard]] ExitCode exitCodeFor(const services::InvocationRecord &record);

} // namespace eph::cli
