// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/logs/line.h"
#include "core/runtime/asyncqueue.h"

namespace eph::cloud {

/// Takes what an asynchronous invocation left to where it belongs: a function of the project is invoked with it. What has
/// no place here is written whole into the log of the function that it came from, and so not lost.
void deliver(const runtime::Delivery &delivery, FunctionCatalogue &catalogue, runtime::AsyncQueue &queue, logs::Sink &logs, const sys::Clock &clock);

} // namespace eph::cloud
