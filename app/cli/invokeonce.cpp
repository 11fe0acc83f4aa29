// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/invokeonce.h"

#include "app/cli/livelog.h"
#include "app/common/composition.h"

#include <QCoreApplication>

namespace eph::cli {

int invokeOnce(const services::InvokeService::Request &request, const RunOptions &run, Format format)
{
    auto cloud = run.chosen();
    if (!cloud)
        return fail(cloud.error());
    cloud->warmth = services::Warmth::SingleRun;
    cloud->prestart = false;
    const auto composition = app::Composition::create(*cloud, app::Composition::ProgramLogBytes);
    if (!composition)
        return fail(composition.error());
    (*composition)->keepWith(request.project.folder, request.project.region);
    LiveLog log((*composition)->logs, format);
    const int code = runLoop([&](const std::function<void(int)> &exit) {
        (*composition)->invokes.invoke(request).then(qApp, [exit, format, &log, &cloud = (*composition)->cloud](const Result<services::InvocationRecord> &record) {
            if (!record)
                return exit(fail(record.error()));
            log.flush();
            printRecord(*record, format);
            exitWhenSettled(cloud, exit, exitCodeFor(*record));
        });
    });
    // What is said at the end is seen.
    (*composition)->cloud.shutDown();
    log.flush();
    return code;
}

} // namespace eph::cli
