// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/apierror.h"

#include <QJsonObject>

namespace eph::cloud {

/// The protocol of the older services: a form goes in, XML comes out.
[[nodiscard]] bool isQuery(const http::Request &request);
/// The fields of a form as a tree: `Entry.1.Id=a` is `{"Entry": [{"Id": "a"}]}`. All values are text. What is nested too deep
/// or listed too long is left out.
[[nodiscard]] QJsonObject queryFields(const QByteArray &form);
/// The value of the field `Action`.
[[nodiscard]] QByteArray queryAction(const http::Request &request);

/// `<ActionResponse>` around `<ActionResult>`: a list is an element repeated, an object its members.
[[nodiscard]] http::Response queryResponse(const QByteArray &action, const QByteArray &xmlNamespace, const QJsonObject &result, const QByteArray &requestId);
[[nodiscard]] http::Response queryError(const ApiError &error, const QByteArray &xmlNamespace, const QByteArray &requestId);

} // namespace eph::cloud
