// SPDX-License-Identifier: GPL-3.0-or-later
// What the thread sanitizer cannot see: Qt is not built with it, so that the locks inside Qt's event queue and futures
// count for nothing, and what is handed over through them looks shared. The places that hand over are named one by one.

extern "C" const char *__tsan_default_options();
extern "C" const char *__tsan_default_suppressions();

const char *__tsan_default_options()
{
    return "ignore_noninstrumented_modules=1:die_after_fork=0";
}

const char *__tsan_default_suppressions()
{
    return "race:eph::services::LocalCloud::invoke\n"
           "race:eph::services::InvokeService::run\n"
           "race:eph::services::MemoryTuning::runNext\n"
           "race:eph::sys::BackgroundJobs::run\n"
           "race:eph::runtime::Environment::endProcess\n"
           "race:eph::sys::killAllWithToken\n"
           "race:eph::services::LocalCloud::~LocalCloud\n"
           "race:QPromise\n";
}
