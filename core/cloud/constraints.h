// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/apierror.h"

#include <QJsonObject>
#include <QRegularExpression>
#include <optional>

namespace eph::cloud {

/// Checks the members of a call's input against the service's model, and words what is wrong as the services do.
class Constraints
{
public:
    /// A member as it is named in the sentence, such as `functionName`, with its value. An absent one passes everything but required().
    Constraints &required(const QString &member, const QJsonValue &value);
    /// Characters of a text, items of a list.
    Constraints &length(const QString &member, const QJsonValue &value, qint64 least, qint64 most);
    Constraints &range(const QString &member, const QJsonValue &value, qint64 least, qint64 most);
    Constraints &oneOf(const QString &member, const QJsonValue &value, const QStringList &names);
    Constraints &pattern(const QString &member, const QJsonValue &value, const QString &pattern);

    /// All that is wrong in one sentence; nullopt when nothing is.
    [[nodiscard]] std::optional<ApiError> error(const QByteArray &type = "ValidationException") const;

private:
    void fail(const QString &member, const QJsonValue &value, const QString &constraint);

    QStringList m_wrong;
};

} // namespace eph::cloud
