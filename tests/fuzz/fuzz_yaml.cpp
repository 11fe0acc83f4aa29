// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes: a document or an error, every span inside the text; an edit of what parses gives what parses.
#include "core/project/templateedit.h"
#include "core/project/yaml.h"

#include <cstdlib>

using namespace eph::project;

namespace {

void check(const YamlNode &node, const QByteArray &text)
{
    if (node.span.begin < 0 || node.span.begin > node.span.end || node.span.end > text.size())
        std::abort();
    for (const auto &item : node.items)
        check(*item, text);
    for (const auto &entry : node.entries) {
        check(*entry.key, text);
        check(*entry.value, text);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), qsizetype(size));
    const auto document = parseYaml(text);
    if (!document || !document->root)
        return 0;
    check(*document->root, text);
    const auto edit = setScalar(text, {QStringLiteral("a"), QStringLiteral("b")}, QStringLiteral("new: value"));
    if (edit && (edit->offset < 0 || edit->offset + edit->length > text.size() || !parseYaml(edit->applied(text))))
        std::abort();
    return 0;
}
