// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/yaml.h"

#include "core/base/text.h"

#include <QHash>
#include <QSet>
#include <QStringDecoder>
#include <yaml.h>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

/// A byte order mark is no part of the document, but of the file.
qsizetype startOf(const QByteArray &text)
{
    return text.startsWith("\xEF\xBB\xBF") ? 3 : 0;
}

/// libyaml counts code points; documents are edited in bytes.
class ByteOffsets
{
public:
    explicit ByteOffsets(const QByteArray &text)
        : m_text(text)
    {
        qsizetype codePoint = 0;
        for (qsizetype byte = startOf(text); byte < text.size(); ++byte) {
            if ((uchar(text[byte]) & 0xC0) == 0x80)
                continue;
            if (size_t(codePoint) % Step == 0)
                m_checkpoints.push_back(byte);
            ++codePoint;
        }
        m_codePoints = codePoint;
    }

    [[nodiscard]] qsizetype byteOf(size_t codePoint) const
    {
        if (qsizetype(codePoint) >= m_codePoints)
            return m_text.size();
        qsizetype byte = m_checkpoints[codePoint / Step];
        for (size_t left = codePoint % Step; left > 0; --left) {
            ++byte;
            while (byte < m_text.size() && (uchar(m_text[byte]) & 0xC0) == 0x80)
                ++byte;
        }
        return byte;
    }

private:
    static constexpr size_t Step = 64;
    const QByteArray &m_text;
    std::vector<qsizetype> m_checkpoints;
    qsizetype m_codePoints = 0;
};

QString utf8(const yaml_char_t *text, size_t size)
{
    return QString::fromUtf8(reinterpret_cast<const char *>(text), qsizetype(size));
}

class Builder
{
public:
    Builder(const QByteArray &text, const YamlLimits &limits)
        : m_limits(limits)
        , m_offsets(text)
    {
        yaml_parser_initialize(&m_parser);
        yaml_parser_set_encoding(&m_parser, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&m_parser, reinterpret_cast<const unsigned char *>(text.constData() + startOf(text)), size_t(text.size() - startOf(text)));
    }
    ~Builder() { yaml_parser_delete(&m_parser); }
    Q_DISABLE_COPY_MOVE(Builder)

    Result<YamlDocument> build()
    {
        YamlDocument document;
        for (;;) {
            yaml_event_t event;
            if (!yaml_parser_parse(&m_parser, &event))
                return syntaxError();
            const yaml_event_type_t type = event.type;
            Result<void> taken = take(event, document);
            yaml_event_delete(&event);
            if (!taken)
                return tl::unexpected(taken.error());
            if (type == YAML_DOCUMENT_END_EVENT || type == YAML_STREAM_END_EVENT)
                return document;
        }
    }

private:
    tl::unexpected<Error> syntaxError() const
    {
        const auto &mark = m_parser.problem_mark;
        const QString problem = QString::fromUtf8(m_parser.problem ? m_parser.problem : "unreadable");
        return failure(ErrorCode::Invalid, Core::tr("Line %1, column %2: %3.").arg(mark.line + 1).arg(mark.column + 1).arg(problem),
                       Core::tr("Correct the YAML there; indentation and quotes are the usual suspects."), QString::number(mark.line + 1));
    }

    tl::unexpected<Error> tooMuch(const yaml_event_t &event, const QString &what) const
    {
        return failure(ErrorCode::Invalid, Core::tr("Line %1: the document %2.").arg(event.start_mark.line + 1).arg(what),
                       Core::tr("No template that a service accepts is like that; check where the file comes from."), QString::number(event.start_mark.line + 1));
    }

    Result<void> take(const yaml_event_t &event, YamlDocument &document)
    {
        switch (event.type) {
        case YAML_ALIAS_EVENT: {
            const QString anchor = utf8(event.data.alias.anchor, strlen(reinterpret_cast<const char *>(event.data.alias.anchor)));
            const YamlNode *target = m_anchors.value(anchor);
            if (!target)
                return failure(ErrorCode::Invalid, Core::tr("Line %1: the alias “%2” has no anchor.").arg(event.start_mark.line + 1).arg(anchor), Core::tr("Define it with & before it is used."));
            if (m_stack.end() != std::find(m_stack.begin(), m_stack.end(), target))
                return tooMuch(event, Core::tr("contains itself"));
            auto node = make(event, YamlNode::Kind::Alias);
            node->target = target->target ? target->target : target;
            return add(std::move(node), event, document);
        }
        case YAML_SCALAR_EVENT: {
            auto node = make(event, YamlNode::Kind::Scalar);
            node->value = utf8(event.data.scalar.value, event.data.scalar.length);
            node->style = styleOf(event.data.scalar.style);
            setTag(*node, event.data.scalar.tag);
            setAnchor(*node, event.data.scalar.anchor);
            return add(std::move(node), event, document);
        }
        case YAML_SEQUENCE_START_EVENT: {
            auto node = make(event, YamlNode::Kind::Sequence);
            node->flow = event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
            setTag(*node, event.data.sequence_start.tag);
            setAnchor(*node, event.data.sequence_start.anchor);
            return open(std::move(node), event, document);
        }
        case YAML_MAPPING_START_EVENT: {
            auto node = make(event, YamlNode::Kind::Map);
            node->flow = event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
            setTag(*node, event.data.mapping_start.tag);
            setAnchor(*node, event.data.mapping_start.anchor);
            return open(std::move(node), event, document);
        }
        case YAML_SEQUENCE_END_EVENT:
        case YAML_MAPPING_END_EVENT:
            m_stack.back()->span.end = m_offsets.byteOf(event.end_mark.index);
            m_stack.pop_back();
            m_pendingKeys.pop_back();
            return {};
        default: return {};
        }
    }

    std::unique_ptr<YamlNode> make(const yaml_event_t &event, YamlNode::Kind kind)
    {
        auto node = std::make_unique<YamlNode>();
        node->kind = kind;
        node->span = {m_offsets.byteOf(event.start_mark.index), m_offsets.byteOf(event.end_mark.index)};
        node->line = int(event.start_mark.line) + 1;
        node->column = int(event.start_mark.column) + 1;
        return node;
    }

    static YamlNode::Style styleOf(yaml_scalar_style_t style)
    {
        switch (style) {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: return YamlNode::Style::SingleQuoted;
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return YamlNode::Style::DoubleQuoted;
        case YAML_LITERAL_SCALAR_STYLE: return YamlNode::Style::Literal;
        case YAML_FOLDED_SCALAR_STYLE: return YamlNode::Style::Folded;
        default: return YamlNode::Style::Plain;
        }
    }

    static void setTag(YamlNode &node, const yaml_char_t *tag)
    {
        if (tag)
            node.tag = QString::fromUtf8(reinterpret_cast<const char *>(tag));
    }

    void setAnchor(YamlNode &node, const yaml_char_t *anchor)
    {
        if (anchor)
            m_anchors.insert(QString::fromUtf8(reinterpret_cast<const char *>(anchor)), &node);
    }

    Result<void> open(std::unique_ptr<YamlNode> node, const yaml_event_t &event, YamlDocument &document)
    {
        YamlNode *opened = node.get();
        if (int(m_stack.size()) >= m_limits.depth)
            return tooMuch(event, Core::tr("is nested more than %1 levels deep").arg(m_limits.depth));
        auto added = add(std::move(node), event, document);
        if (added) {
            m_stack.push_back(opened);
            m_pendingKeys.emplace_back();
        }
        return added;
    }

    Result<void> add(std::unique_ptr<YamlNode> node, const yaml_event_t &event, YamlDocument &document)
    {
        if (++m_nodes > m_limits.nodes)
            return tooMuch(event, Core::tr("has more than %1 values").arg(m_limits.nodes));
        if (m_stack.empty()) {
            document.root = std::move(node);
            return {};
        }
        YamlNode &parent = *m_stack.back();
        if (parent.kind == YamlNode::Kind::Sequence) {
            parent.items.push_back(std::move(node));
        } else if (std::unique_ptr<YamlNode> &key = m_pendingKeys.back(); key) {
            parent.entries.push_back({std::move(key), std::move(node)});
        } else {
            key = std::move(node);
        }
        return {};
    }

    yaml_parser_t m_parser;
    YamlLimits m_limits;
    ByteOffsets m_offsets;
    QHash<QString, const YamlNode *> m_anchors;
    std::vector<YamlNode *> m_stack;
    std::vector<std::unique_ptr<YamlNode>> m_pendingKeys;
    int m_nodes = 0;
};

/// Line of the first byte that is not UTF-8, 0 when all are.
int firstInvalidLine(const QByteArray &text)
{
    int line = 1;
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    for (qsizetype start = 0; start < text.size(); ++line) {
        qsizetype end = text.indexOf('\n', start);
        end = end < 0 ? text.size() : end + 1;
        const QString ignored = decoder(QByteArrayView(text).sliced(start, end - start));
        if (decoder.hasError())
            return line;
        start = end;
    }
    return 0;
}

} // namespace

const YamlNode::Entry *YamlNode::entry(QStringView key) const
{
    const YamlNode &node = resolved();
    for (const Entry &candidate : node.entries) {
        if (candidate.key->kind == Kind::Scalar && candidate.key->value == key)
            return &candidate;
    }
    return nullptr;
}

const YamlNode *YamlNode::find(QStringView key) const
{
    const Entry *found = entry(key);
    return found ? &found->value->resolved() : nullptr;
}

QString YamlNode::meaning() const
{
    static const QSet<QString> truths{u"yes"_s, u"Yes"_s, u"YES"_s, u"True"_s, u"TRUE"_s, u"on"_s, u"On"_s, u"ON"_s};
    static const QSet<QString> untruths{u"no"_s, u"No"_s, u"NO"_s, u"False"_s, u"FALSE"_s, u"off"_s, u"Off"_s, u"OFF"_s};
    constexpr qsizetype Longest = 5;
    if (kind != Kind::Scalar || style != Style::Plain || !tag.isEmpty() || value.size() > Longest)
        return value;
    return truths.contains(value) ? u"true"_s : untruths.contains(value) ? u"false"_s : value;
}

bool YamlNode::isNull() const
{
    return kind == Kind::Scalar && style == Style::Plain && tag.isEmpty() && (value.isEmpty() || value == u'~' || value.compare(u"null", Qt::CaseInsensitive) == 0);
}

Result<YamlDocument> parseYaml(const QByteArray &text, const YamlLimits &limits)
{
    if (text.size() > limits.bytes)
        return failure(ErrorCode::Invalid, Core::tr("The document has %1 MiB; more than %2 MiB is not read.").arg(text.size() >> 20).arg(limits.bytes >> 20));
    if (const int line = firstInvalidLine(text))
        return failure(ErrorCode::Invalid, Core::tr("Line %1 is not UTF-8 text.").arg(line), Core::tr("Save the file as UTF-8."), QString::number(line));
    return Builder(text, limits).build();
}

} // namespace eph::project
