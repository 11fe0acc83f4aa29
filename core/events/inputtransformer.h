// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QJsonObject>
#include <QMap>

namespace eph::events {

/// What a rule of EventBridge makes of an event for one of its targets. Pure.
/// Source: EventBridge user guide, input transformation, November 2026.
struct InputTransformer {
    QString input;     ///< A constant.
    QString inputPath; ///< Such as `$.detail`.
    QMap<QString, QString> paths; ///< By the name that stands in the template.
    QString inputTemplate;

    /// Of a target's `Input`, `InputPath` and `InputTransformer`. Invalid when several are given, or a path is none.
    [[nodiscard]] static Result<InputTransformer> fromTarget(const QJsonObject &target);

    /// What stands at a path of an event; empty where there is nothing, or the path is none.
    [[nodiscard]] static QString textAt(const QByteArray &event, const QString &path);

    struct Rule {
        QString name;
        QString arn;
        QString ingestionTime; ///< ISO 8601.
    };
    /// What the target gets; `event` is the whole event as it was written.
    [[nodiscard]] QByteArray apply(const QByteArray &event, const Rule &rule) const;

private:
    /// What is wrong with the template, with %1 for the target's id; empty when nothing is.
    [[nodiscard]] QString templateProblem() const;
};

} // namespace eph::events
