// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/loops.h"

#include "core/base/text.h"

#include <optional>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

constexpr auto Loop = "Fn::ForEach::"_L1;
const QString Transform = u"AWS::LanguageExtensions"_s;

/// Makes what one turn of a loop makes: copies in which its identifier has a value.
class Turn
{
public:
    Turn(const QString &identifier, const QString &value, int &room)
        : m_identifier(identifier)
        , m_value(value)
        , m_room(room)
    {
    }

    [[nodiscard]] std::unique_ptr<YamlNode> copyOf(const YamlNode &given, int depth = 0) const
    {
        const YamlNode &node = given.resolved();
        auto copy = std::make_unique<YamlNode>();
        // An alias may stand in what it stands for.
        if (depth > YamlLimits().depth) {
            m_room = 0;
            return copy;
        }
        copy->kind = node.kind;
        copy->style = node.style;
        copy->flow = node.flow;
        copy->tag = node.tag;
        copy->span = node.span;
        copy->line = node.line;
        copy->column = node.column;
        if (isReference(node)) {
            copy->kind = YamlNode::Kind::Scalar;
            copy->style = YamlNode::Style::DoubleQuoted;
            copy->tag.clear();
            copy->value = m_value;
            return copy;
        }
        copy->value = filled(node.value);
        for (const YamlNode::Entry &entry : node.entries) {
            if (--m_room > 0)
                copy->entries.push_back({copyOf(*entry.key, depth + 1), copyOf(*entry.value, depth + 1)});
        }
        for (const auto &item : node.items) {
            if (--m_room > 0)
                copy->items.push_back(copyOf(*item, depth + 1));
        }
        return copy;
    }

private:
    [[nodiscard]] bool isReference(const YamlNode &node) const
    {
        if (node.kind == YamlNode::Kind::Scalar)
            return node.tag == "!Ref"_L1 && node.value == m_identifier;
        return node.kind == YamlNode::Kind::Map && node.entries.size() == 1 && node.entries.front().key->value == "Ref"_L1 && node.entries.front().value->resolved().value == m_identifier;
    }

    [[nodiscard]] QString filled(QString text) const
    {
        if (!text.contains(u'{'))
            return text;
        QString name;
        for (const QChar character : m_value) {
            if (character.isLetterOrNumber())
                name += character;
        }
        // The second writing is for names, which have letters and digits only.
        return text.replace("${"_L1 + m_identifier + u'}', m_value).replace("&{"_L1 + m_identifier + u'}', name);
    }

    const QString &m_identifier;
    const QString &m_value;
    int &m_room;
};

class Expansion
{
public:
    Expansion(YamlDocument &document, const QMap<QString, QString> &parameters, const QString &file)
        : m_document(document)
        , m_parameters(parameters)
        , m_file(file)
        , m_declared(document.root->find(u"Parameters"))
        , m_transform(document.root->find(u"Transform"))
    {
    }

    Findings run()
    {
        expand(*m_document.root, {});
        if (m_first && !isDeclared())
            report(Severity::Error, u"no-transform"_s, Core::tr("Fn::ForEach needs the transform %1, which the template does not name.").arg(Transform), *m_first, {}, Core::tr("Add it to Transform, before AWS::Serverless-2016-10-31."));
        if (m_room <= 0)
            report(Severity::Error, u"too-large"_s, Core::tr("The loops make more than this workbench reads; the rest is left out."), *m_first, {}, Core::tr("Loop over less."));
        return m_findings;
    }

private:
    void expand(YamlNode &node, const QString &path)
    {
        for (const auto &item : node.items)
            expand(*item, path);
        // Nothing is moved before all of it is looked at: an alias below may lead back here.
        const auto isLoop = [](const YamlNode::Entry &entry) { return entry.key->value.startsWith(Loop); };
        std::vector<std::vector<YamlNode::Entry>> made(node.entries.size());
        for (size_t i = 0; i < node.entries.size(); ++i) {
            const YamlNode::Entry &entry = node.entries[i];
            const QString below = path.isEmpty() ? entry.key->value : QString(path + u'.' + entry.key->value);
            if (!isLoop(entry)) {
                expand(*entry.value, below);
                continue;
            }
            m_first = m_first ? m_first : entry.key.get();
            addTurns(made[i], *entry.key, entry.value->resolved(), below);
        }
        if (std::none_of(node.entries.cbegin(), node.entries.cend(), isLoop))
            return;
        std::vector<YamlNode::Entry> whole;
        for (size_t i = 0; i < node.entries.size(); ++i) {
            YamlNode::Entry &entry = node.entries[i];
            if (!isLoop(entry)) {
                whole.push_back(std::move(entry));
                continue;
            }
            std::move(made[i].begin(), made[i].end(), std::back_inserter(whole));
            // Aliases elsewhere may point to what stands in it.
            m_document.replaced.push_back(std::move(entry.key));
            m_document.replaced.push_back(std::move(entry.value));
        }
        node.entries = std::move(whole);
    }

    void addTurns(std::vector<YamlNode::Entry> &whole, const YamlNode &name, const YamlNode &loop, const QString &path)
    {
        if (loop.kind != YamlNode::Kind::Sequence || loop.items.size() != 3 || loop.items[0]->resolved().value.isEmpty() || loop.items[2]->resolved().kind != YamlNode::Kind::Map)
            return report(Severity::Error, u"wrong-arguments"_s, Core::tr("“%1” takes an identifier, what it loops over, and a map of what it makes.").arg(name.value), name, path, Core::tr("Write it as [Name, [a, b], {…}]."));
        const QString identifier = loop.items[0]->resolved().value;
        const auto values = valuesOf(loop.items[1]->resolved());
        if (!values)
            return report(Severity::Warning, u"loop-not-resolved"_s, Core::tr("What “%1” loops over is not known here; what it would make is missing.").arg(name.value), *loop.items[1], path, Core::tr("Write a list, or refer to a parameter that is a list."));
        for (const QString &value : *values) {
            const Turn turn(identifier, value, m_room);
            const auto made = turn.copyOf(*loop.items[2]);
            // Loops within it.
            expand(*made, path);
            std::move(made->entries.begin(), made->entries.end(), std::back_inserter(whole));
        }
    }

    /// Of a list, or of a parameter that is one; nullopt for what only the cloud knows.
    [[nodiscard]] std::optional<QStringList> valuesOf(const YamlNode &collection) const
    {
        if (const QString name = referenceOf(collection); !name.isEmpty())
            return parameter(name);
        if (collection.kind != YamlNode::Kind::Sequence || !collection.tag.isEmpty())
            return std::nullopt;
        QStringList values;
        for (const auto &item : collection.items) {
            const YamlNode &node = item->resolved();
            const QString name = referenceOf(node);
            const auto known = !name.isEmpty() ? parameter(name) : node.kind == YamlNode::Kind::Scalar && node.tag.isEmpty() ? std::optional(QStringList{node.value}) : std::nullopt;
            if (!known)
                return std::nullopt;
            values << *known;
        }
        return values;
    }

    [[nodiscard]] static QString referenceOf(const YamlNode &node)
    {
        if (node.kind == YamlNode::Kind::Scalar)
            return node.tag == "!Ref"_L1 ? node.value : QString();
        const YamlNode *name = node.kind == YamlNode::Kind::Map && node.entries.size() == 1 ? node.find(u"Ref") : nullptr;
        return name ? name->value : QString();
    }

    [[nodiscard]] std::optional<QStringList> parameter(const QString &name) const
    {
        const YamlNode *declared = m_declared ? m_declared->find(name) : nullptr;
        const YamlNode *standard = declared ? declared->find(u"Default") : nullptr;
        if (!m_parameters.contains(name) && !standard)
            return std::nullopt;
        QStringList values = m_parameters.value(name, standard ? standard->value : QString()).split(u',', Qt::SkipEmptyParts);
        for (QString &value : values)
            value = value.trimmed();
        return values;
    }

    [[nodiscard]] bool isDeclared() const
    {
        return m_transform && (m_transform->value == Transform || std::any_of(m_transform->items.cbegin(), m_transform->items.cend(), [](const auto &item) { return item->resolved().value == Transform; }));
    }

    void report(Severity severity, const QString &rule, const QString &message, const YamlNode &where, const QString &path, const QString &hint)
    {
        m_findings << Finding{severity, rule, message, hint, m_file, where.line, where.column, path};
    }

    YamlDocument &m_document;
    const QMap<QString, QString> &m_parameters;
    const QString &m_file;
    // Found before maps are taken apart.
    const YamlNode *m_declared;
    const YamlNode *m_transform;
    Findings m_findings;
    const YamlNode *m_first = nullptr; ///< The key of the first loop.
    int m_room = 25'000; ///< Nodes that may be made still; the service takes 500 resources.
};

} // namespace

Findings expandLoops(YamlDocument &document, const QMap<QString, QString> &parameters, const QString &file)
{
    return Expansion(document, parameters, file).run();
}

} // namespace eph::project
