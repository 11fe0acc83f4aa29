// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/codeuploads.h"
#include "core/cloud/functionnames.h"

namespace eph::cloud {

/// Lambda's API of layers. Lives on the runtime's thread. Source: Lambda's service model, November 2026.
class LambdaLayersApi
{
public:
    LambdaLayersApi(FunctionCatalogue &catalogue, DeployedFunctions &deployed, CodeUploads &uploads);

    void addTo(RestRoutes &routes);

private:
    void publish(const RestCall &call);
    [[nodiscard]] RestReply get(const RestCall &call);
    [[nodiscard]] RestReply remove(const RestCall &call);
    [[nodiscard]] RestReply listVersions(const RestCall &call);
    [[nodiscard]] RestReply list(const RestCall &call);
    [[nodiscard]] RestReply getByArn(const QString &arn) const;
    [[nodiscard]] QList<QJsonObject> versionsOf(const QString &layer) const;

    FunctionCatalogue &m_catalogue;
    DeployedFunctions &m_deployed;
    CodeUploads &m_uploads;
};

} // namespace eph::cloud
