// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a template: a project with findings, in bounded time.
#include "core/project/samtemplate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    eph::project::Project project;
    project.folder = QStringLiteral("/nonexistent");
    const eph::project::Overrides overrides;
    eph::project::SamTemplate(project, overrides, {}).read(QStringLiteral("/nonexistent/template.yaml"), QByteArray(reinterpret_cast<const char *>(data), qsizetype(size)));
    return 0;
}
