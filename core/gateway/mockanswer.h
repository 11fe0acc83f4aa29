// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"

#include <QJsonObject>
#include <optional>

namespace eph::gateway {

struct Call;

/// What a route of a REST API answers without calling anything.
struct MockAnswer {
    int status = 500; ///< 500 where nothing says what it is.
    QList<std::pair<QByteArray, QString>> headers; ///< A text in single quotes, or `context.requestId` and its like.
    QByteArray contentType = "application/json";
    QString body; ///< A template.
};

/// Of an integration of the type `mock`. Nothing where its templates are programs, which are not run here.
[[nodiscard]] std::optional<MockAnswer> readMock(const QJsonObject &integration);
[[nodiscard]] http::Response responseOf(const MockAnswer &mock, const Call &call);

} // namespace eph::gateway
