// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>

namespace eph::gateway {

/// A schema as a template gives it, where each scalar is text: numbers and truth values become what their keyword asks for.
[[nodiscard]] QJsonObject typedSchema(const QJsonObject &schema);

/// What a reference within a document leads to: `#/definitions/Item`, or API Gateway's own address of a model, whose last part is
/// its name. Undefined where there is none.
[[nodiscard]] QJsonValue resolvedReference(const QJsonObject &root, const QString &reference);

/// Whether a value fits a JSON Schema of draft 4, which is what API Gateway's models are. References lead to places within `root`.
/// `format` and unknown keywords say nothing. Written here and not left to a library because bodies come from outside: patterns
/// are matched with bounds, and no depth of schema or value ends the process.
[[nodiscard]] bool fitsSchema(const QJsonValue &value, const QJsonObject &schema, const QJsonObject &root);

/// Whether a body is JSON that fits; an empty one does not.
[[nodiscard]] bool fitsModel(const QByteArray &body, const QJsonObject &schema);

} // namespace eph::gateway
