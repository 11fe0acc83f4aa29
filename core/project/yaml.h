// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/finding.h"

#include <QByteArray>
#include <QString>
#include <memory>
#include <vector>

namespace eph::project {

/// Bytes `begin` to `end - 1` of a document.
struct Span {
    qsizetype begin = 0;
    qsizetype end = 0;
};

/// A node of a YAML (or JSON) document that knows where it stands in the text.
struct YamlNode {
    enum class Kind { Scalar, Sequence, Map, Alias };
    enum class Style { Plain, SingleQuoted, DoubleQuoted, Literal, Folded };
    struct Entry;

    Kind kind = Kind::Scalar;
    Style style = Style::Plain;
    bool flow = false; ///< `{…}` or `[…]`.
    QString tag;       ///< Such as `!Ref`; empty when none was written.
    QString value;     ///< Of a scalar.
    std::vector<Entry> entries;              ///< Of a map, in order.
    std::vector<std::unique_ptr<YamlNode>> items; ///< Of a sequence.
    const YamlNode *target = nullptr;        ///< Of an alias.
    Span span;
    int line = 0; ///< From 1.
    int column = 0;

    /// The node itself, or what the alias stands for.
    [[nodiscard]] const YamlNode &resolved() const { return target ? *target : *this; }
    /// Value of a key, aliases followed; null when absent or this is no map.
    [[nodiscard]] const YamlNode *find(QStringView key) const;
    [[nodiscard]] const Entry *entry(QStringView key) const;
    [[nodiscard]] bool isNull() const;
    /// A scalar's value as the services read it, by YAML 1.1: a plain `yes`, `On` or `FALSE` is `true` or `false`.
    [[nodiscard]] QString meaning() const;
};

struct YamlNode::Entry {
    std::unique_ptr<YamlNode> key;
    std::unique_ptr<YamlNode> value;
};

/// Limits against hostile documents. Aliases are kept as references, never expanded, so a bomb of them costs nothing here.
struct YamlLimits {
    qsizetype bytes = 16 * 1024 * 1024;
    int depth = 200;
    int nodes = 1'000'000;
};

struct YamlDocument {
    std::unique_ptr<YamlNode> root; ///< Null for an empty document.
    std::vector<std::unique_ptr<YamlNode>> replaced; ///< No longer in the tree; aliases may point into them.
};

/// Reads the first document of a text. Errors name line and column.
[[nodiscard]] Result<YamlDocument> parseYaml(const QByteArray &text, const YamlLimits &limits = {});

} // namespace eph::project
