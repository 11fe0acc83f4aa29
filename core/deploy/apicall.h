// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>

namespace eph::deploy {

/// A call of a service's API, by the names of the service's own model: what the AWS command line takes as
/// `aws SERVICE OPERATION --cli-input-json PARAMETERS`.
///
/// Where a value is not known before the call is made, an object stands for it (see values.h).
struct ApiCall {
    QString service;   ///< As in the command line: `lambda`, `iam`, `events`, `apigatewayv2`.
    QString operation; ///< `CreateFunction`.
    QJsonObject parameters;

    /// The permission that whoever makes it needs: `lambda:CreateFunction`.
    [[nodiscard]] QString permission() const;

    [[nodiscard]] QJsonObject toJson() const { return {{QStringLiteral("service"), service}, {QStringLiteral("operation"), operation}, {QStringLiteral("parameters"), parameters}}; }
    [[nodiscard]] static ApiCall fromJson(const QJsonObject &json) { return {json.value(QLatin1String("service")).toString(), json.value(QLatin1String("operation")).toString(), json.value(QLatin1String("parameters")).toObject()}; }
    friend bool operator==(const ApiCall &, const ApiCall &) = default;
};

/// Why a service did not do what it was asked.
struct ApiFailure {
    enum class Kind {
        Unreachable, ///< Nobody knows whether it was done.
        Throttled,
        Busy,        ///< It is doing something else to the same thing.
        NotFound,
        Exists,
        Denied,
        Refused, ///< Anything else: asking again changes nothing.
    };
    Kind kind = Kind::Refused;
    int status = 0;
    QString code;    ///< `ResourceConflictException`.
    QString message;
    bool settling = false; ///< Of Busy: something that was just made or granted is not known everywhere yet.
};

} // namespace eph::deploy
