// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/templateedit.h"

#include "core/base/text.h"
#include "core/project/yaml.h"

#include <QRegularExpression>
#include <algorithm>
#include <cctype>

namespace eph::project {

namespace {

using namespace Qt::StringLiterals;

QByteArray doubleQuoted(const QString &value)
{
    QByteArray out = "\"";
    const QByteArray bytes = value.toUtf8();
    for (const char c : bytes) {
        switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            if (uchar(c) < 0x20)
                out += "\\x" + QByteArray::number(uchar(c), 16).rightJustified(2, '0');
            else
                out += c;
        }
    }
    return out + '"';
}

/// Text that stays text without quotes, in block and in flow style.
bool isSafePlain(const QString &value)
{
    static const QRegularExpression safe(u"^[A-Za-z0-9_./$(^+;-](?:[^\\x00-\\x1f\\x{7f}-\\x{ffff}#:,\\[\\]{}\"']|:(?=[^\\s,\\[\\]{}]))*$"_s);
    static const QRegularExpression special(u"^(?:[-?]\\s.*|~|null|true|false|yes|no|on|off|.*\\s|-|---.*)$"_s, QRegularExpression::CaseInsensitiveOption);
    return safe.match(value).hasMatch() && !special.match(value).hasMatch();
}

/// A number that every reader reads and prints alike.
bool isNumber(const QString &value)
{
    static const QRegularExpression number(u"^(?:0|-?[1-9][0-9]*)(?:\\.[0-9]*[1-9])?$"_s);
    return number.match(value).hasMatch();
}

/// What YAML 1.1 takes for something other than text: the service's own reader and most others follow it.
bool looksTyped(const QString &value)
{
    static const QRegularExpression typed(u"^(?:[-+]?0b[01_]+|[-+]?0x[0-9a-f_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\\.[0-9_]*)?(?:e[-+]?[0-9]+)?|[-+]?\\.[0-9_]+(?:e[-+]?[0-9]+)?|[-+]?\\.inf|\\.nan|=|<<|y|n"
                                          "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*)$"_s, QRegularExpression::CaseInsensitiveOption);
    return typed.match(value).hasMatch();
}

/// How a value is meant: the value of a variable is text, also when it is made of digits.
enum class Meaning { Any, Text };

Meaning meaningOf(const QStringList &path)
{
    return path.contains("Variables"_L1) ? Meaning::Text : Meaning::Any;
}

QByteArray scalarText(const QString &value, YamlNode::Style style, bool json, Meaning meaning)
{
    const bool number = meaning == Meaning::Any && isNumber(value);
    if (json)
        return number && style == YamlNode::Style::Plain ? value.toUtf8() : doubleQuoted(value);
    const bool printable = std::none_of(value.cbegin(), value.cend(), [](QChar c) { return c.unicode() < 0x20 || c.unicode() == 0x7f; });
    if (style == YamlNode::Style::SingleQuoted && printable)
        return "'" + QString(value).replace(u'\'', "''"_L1).toUtf8() + "'";
    if (style == YamlNode::Style::Plain && !value.contains(u'{') && isSafePlain(value) && (number || !looksTyped(value)))
        return value.toUtf8();
    return doubleQuoted(value);
}

QByteArray lineEndOf(const QByteArray &text)
{
    const qsizetype lf = text.indexOf('\n');
    return lf > 0 && text[lf - 1] == '\r' ? "\r\n" : "\n";
}

QByteArray keyText(const QString &key, bool json)
{
    return json ? doubleQuoted(key) : isSafePlain(key) ? key.toUtf8() : doubleQuoted(key);
}

/// Where the last byte of a value's own text is: a block's span runs over the blank lines and comments behind it.
qsizetype contentEnd(const YamlNode &node)
{
    if (node.flow || node.kind == YamlNode::Kind::Alias)
        return node.span.end;
    if (node.kind == YamlNode::Kind::Map && !node.entries.empty())
        return contentEnd(*node.entries.back().value);
    if (node.kind == YamlNode::Kind::Sequence && !node.items.empty())
        return contentEnd(*node.items.back());
    return node.span.end;
}

int indentStep(const QByteArray &text)
{
    static const QRegularExpression indented(u"\\n( +)\\S"_s);
    const auto match = indented.match(QString::fromUtf8(text.left(64 * 1024)));
    return match.hasMatch() ? int(match.capturedLength(1)) : 2;
}

struct NewValue {
    QString value;
    Meaning meaning;
};

/// The missing rest of a path below an existing map, as block lines.
QByteArray blockLines(const QStringList &path, const NewValue &value, int indent, int step, const QByteArray &lineEnd)
{
    QByteArray lines;
    for (qsizetype i = 0; i < path.size(); ++i) {
        lines += QByteArray(indent + int(i) * step, ' ') + keyText(path.at(i), false) + ":";
        lines += i + 1 < path.size() ? QByteArray() : " " + scalarText(value.value, YamlNode::Style::Plain, false, value.meaning);
        lines += lineEnd;
    }
    return lines;
}

QByteArray flowText(const QStringList &path, const NewValue &value, bool json)
{
    QByteArray text = keyText(path.first(), json) + ": ";
    if (path.size() > 1)
        return text + "{" + flowText(path.mid(1), value, json) + "}";
    return text + scalarText(value.value, YamlNode::Style::Plain, json, value.meaning);
}

TextEdit insertIntoFlow(const YamlNode &map, const QByteArray &text, const QStringList &rest, const NewValue &value)
{
    const bool json = map.entries.empty() ? text.trimmed().startsWith('{') : map.entries.front().key->style == YamlNode::Style::DoubleQuoted;
    if (map.entries.empty())
        return {map.span.begin + 1, 0, flowText(rest, value, json)};
    const YamlNode &last = *map.entries.back().value;
    // One entry a line stays one entry a line.
    const qsizetype keyBegin = map.entries.back().key->span.begin;
    const qsizetype lineBegin = text.lastIndexOf('\n', keyBegin) + 1;
    const QByteArray lead = text.mid(lineBegin, keyBegin - lineBegin);
    const bool ownLine = map.entries.size() > 1 && lead.trimmed().isEmpty();
    return {last.span.end, 0, (ownLine ? "," + lineEndOf(text) + lead : QByteArray(", ")) + flowText(rest, value, json)};
}

TextEdit insertIntoBlock(const YamlNode &map, const QByteArray &text, const QStringList &rest, const NewValue &value)
{
    const QByteArray lineEnd = lineEndOf(text);
    const int indent = map.entries.front().key->column - 1;
    qsizetype at = contentEnd(*map.entries.back().value);
    const qsizetype newline = text.indexOf('\n', std::max<qsizetype>(0, at - (at > 0 && text[at - 1] == '\n' ? 1 : 0)));
    at = newline < 0 ? text.size() : newline + 1;
    QByteArray lines = blockLines(rest, value, indent, indentStep(text), lineEnd);
    if (newline < 0)
        lines = lineEnd + lines.chopped(lineEnd.size());
    return {at, 0, lines};
}

Result<YamlDocument> parsed(const QByteArray &text)
{
    auto document = parseYaml(text);
    if (document && !document->root)
        return failure(ErrorCode::NotFound, Core::tr("The template is empty."));
    return document;
}

/// Length of an anchor and the space behind it.
qsizetype anchored(const QByteArray &text, qsizetype begin)
{
    qsizetype end = begin;
    while (end < text.size() && !std::isspace(uchar(text[end])))
        ++end;
    while (end < text.size() && std::isspace(uchar(text[end])))
        ++end;
    return end - begin;
}

Result<TextEdit> scalarEdit(const QByteArray &text, const QStringList &path, const QString &given)
{
    const auto document = parsed(text);
    if (!document)
        return tl::unexpected(document.error());
    const NewValue value{given, meaningOf(path)};
    const YamlNode *resources = path.size() > 2 && path.first() == "Resources"_L1 ? document->root->resolved().find(u"Resources") : nullptr;
    if (resources && !resources->entry(path.at(1)))
        return failure(ErrorCode::NotFound, Core::tr("“%1” does not stand in the template under its name: a loop or another file makes it.").arg(path.at(1)), Core::tr("Change it there."));
    const YamlNode *node = &document->root->resolved();
    for (qsizetype depth = 0; depth < path.size(); ++depth) {
        if (node->kind != YamlNode::Kind::Map)
            return failure(ErrorCode::NotFound, Core::tr("“%1” is no map in the template; the value cannot be set there.").arg(path.mid(0, depth).join(u'.')), Core::tr("Edit the template by hand."));
        const YamlNode::Entry *entry = node->entry(path.at(depth));
        const QStringList rest = path.mid(depth);
        if (!entry) {
            if (node->flow || node->entries.empty())
                return insertIntoFlow(*node, text, rest, value);
            return insertIntoBlock(*node, text, rest, value);
        }
        const YamlNode &child = *entry->value;
        if (depth + 1 == path.size()) {
            const bool json = entry->key->style == YamlNode::Style::DoubleQuoted && node->flow;
            const bool scalar = child.kind == YamlNode::Kind::Scalar && child.tag.isEmpty();
            qsizetype begin = child.span.begin;
            // An anchor stays: others refer to it.
            while (text.mid(begin, 1) == "&")
                begin += anchored(text, begin);
            const qsizetype end = scalar && child.style != YamlNode::Style::Literal && child.style != YamlNode::Style::Folded ? child.span.end : contentEnd(child);
            QByteArray replacement = scalarText(given, scalar ? child.style : YamlNode::Style::Plain, json, value.meaning);
            if (end > begin && text[end - 1] == '\n')
                replacement += lineEndOf(text);
            if (begin == end)
                replacement.prepend(' ');
            return TextEdit{begin, end - begin, replacement};
        }
        if (child.isNull() && child.span.end > child.span.begin) {
            const bool json = entry->key->style == YamlNode::Style::DoubleQuoted && node->flow;
            return TextEdit{child.span.begin, child.span.end - child.span.begin, QByteArray("{" + flowText(path.mid(depth + 1), value, json) + "}")};
        }
        if (child.isNull()) {
            // `Environment:` with nothing behind it: the map begins here.
            const int indent = entry->key->column - 1 + indentStep(text);
            const qsizetype newline = text.indexOf('\n', entry->key->span.end);
            const qsizetype at = newline < 0 ? text.size() : newline + 1;
            const QByteArray lead = newline < 0 ? lineEndOf(text) : QByteArray();
            return TextEdit{at, 0, lead + blockLines(path.mid(depth + 1), value, indent, indentStep(text), lineEndOf(text))};
        }
        node = &child.resolved();
    }
    return failure(ErrorCode::Usage, Core::tr("No path was given."));
}

} // namespace

TextEdit editBetween(const QByteArray &before, const QByteArray &after)
{
    const auto [fromBegin, ignored] = std::mismatch(before.cbegin(), before.cend(), after.cbegin(), after.cend());
    const qsizetype same = fromBegin - before.cbegin();
    qsizetype tail = 0;
    while (tail < std::min(before.size(), after.size()) - same && before.at(before.size() - 1 - tail) == after.at(after.size() - 1 - tail))
        ++tail;
    return {same, before.size() - same - tail, after.mid(same, after.size() - same - tail)};
}

QByteArray TextEdit::applied(const QByteArray &text) const
{
    return text.left(offset) + replacement + text.mid(offset + length);
}

Result<TextEdit> setScalar(const QByteArray &text, const QStringList &path, const QString &value)
{
    auto edit = scalarEdit(text, path, value);
    if (!edit)
        return edit;
    // What is written is read back before it counts.
    const auto after = parsed(edit->applied(text));
    const YamlNode *node = after ? &after->root->resolved() : nullptr;
    for (const QString &key : path)
        node = node ? node->find(key) : nullptr;
    if (!node || node->kind != YamlNode::Kind::Scalar || node->value != value)
        return failure(ErrorCode::Invalid, Core::tr("“%1” cannot be set in the way the template is written.").arg(path.join(u'.')), Core::tr("Edit the template by hand."));
    return edit;
}

namespace {

Result<TextEdit> removalOf(const QByteArray &text, const QStringList &path)
{
    const auto document = parsed(text);
    if (!document)
        return tl::unexpected(document.error());
    const YamlNode *map = &document->root->resolved();
    for (qsizetype depth = 0; depth + 1 < path.size() && map; ++depth)
        map = map->find(path.at(depth));
    const YamlNode::Entry *entry = map ? map->entry(path.last()) : nullptr;
    if (!entry)
        return failure(ErrorCode::NotFound, Core::tr("“%1” is not in the template.").arg(path.join(u'.')));
    qsizetype begin = entry->key->span.begin;
    qsizetype end = contentEnd(*entry->value);
    if (map->flow) {
        const qsizetype index = entry - map->entries.data();
        if (index + 1 < qsizetype(map->entries.size()))
            end = map->entries[size_t(index) + 1].key->span.begin;
        else if (index > 0)
            begin = map->entries[size_t(index) - 1].value->span.end;
        return TextEdit{begin, end - begin, {}};
    }
    if (map->entries.size() == 1)
        return TextEdit{begin, end - begin, "{}"};
    begin = text.lastIndexOf('\n', begin) + 1;
    const bool endsLine = end > 0 && text[end - 1] == '\n';
    const qsizetype newline = endsLine ? end - 1 : text.indexOf('\n', end);
    return TextEdit{begin, (newline < 0 ? text.size() : newline + 1) - begin, {}};
}

} // namespace

Result<TextEdit> removeEntry(const QByteArray &text, const QStringList &path)
{
    auto edit = removalOf(text, path);
    // What is left is read before it counts: somebody else may have referred to what is gone.
    if (edit && !parseYaml(edit->applied(text)))
        return failure(ErrorCode::Conflict, Core::tr("“%1” cannot be taken away: another part of the template refers to it.").arg(path.join(u'.')), Core::tr("Edit the template by hand."));
    return edit;
}

bool isShared(const QByteArray &text, const QStringList &path)
{
    const auto document = parseYaml(text);
    const YamlNode *node = document ? document->root.get() : nullptr;
    for (const QString &key : path) {
        const YamlNode::Entry *entry = node ? node->resolved().entry(key) : nullptr;
        if (!entry)
            return false;
        node = entry->value.get();
        if (node->kind == YamlNode::Kind::Alias)
            return true;
        if (!text.mid(node->span.begin, 1).startsWith('&'))
            continue;
        qsizetype end = node->span.begin + 1;
        while (end < text.size() && !std::isspace(uchar(text[end])) && text[end] != ',')
            ++end;
        if (text.contains(QByteArray('*' + text.mid(node->span.begin + 1, end - node->span.begin - 1))))
            return true;
    }
    return false;
}

bool isMerged(const QByteArray &text, const QStringList &path)
{
    const auto document = parseYaml(text);
    const YamlNode *node = document ? document->root.get() : nullptr;
    for (const QString &key : path)
        node = node ? node->find(key) : nullptr;
    return node && node->entry(u"<<");
}

bool isOnlyEntry(const QByteArray &text, const QStringList &path)
{
    const auto document = parseYaml(text);
    const YamlNode *node = document ? document->root.get() : nullptr;
    for (qsizetype i = 0; node && i + 1 < path.size(); ++i)
        node = node->find(path.at(i));
    return node && node->entries.size() == 1 && node->find(path.last());
}

} // namespace eph::project
