// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/references.h"

#include <QRegularExpression>
#include <QSet>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

class References
{
public:
    References(Evaluator &evaluator, const std::function<void(const QString &, const YamlNode &)> &found)
        : m_evaluator(evaluator)
        , m_found(found)
    {
    }

    void visit(const YamlNode &node)
    {
        const YamlNode &target = node.resolved();
        // Aliases may lead here again and again.
        if (m_seen.contains(&target))
            return;
        m_seen.insert(&target);
        if (target.tag.startsWith(u'!') && target.tag.size() > 1 && visitFunction(target.tag.mid(1), target))
            return;
        if (target.entries.size() == 1) {
            const QString &key = target.entries[0].key->value;
            const bool isFunction = key == "Ref"_L1 || key.startsWith("Fn::"_L1);
            if (isFunction && visitFunction(key.section("::"_L1, -1), target.entries[0].value->resolved()))
                return;
        }
        visitParts(target);
    }

private:
    void visitParts(const YamlNode &node)
    {
        for (const auto &entry : node.entries)
            visit(*entry.value);
        for (const auto &item : node.items)
            visit(*item);
    }

    /// False where it is none that matters here.
    bool visitFunction(const QString &name, const YamlNode &argument)
    {
        const YamlNode *first = argument.items.empty() ? nullptr : &argument.items[0]->resolved();
        if (name == "Ref"_L1 && argument.kind == YamlNode::Kind::Scalar)
            tell(argument.value, argument);
        else if (name == "GetAtt"_L1)
            tell((first ? first->value : argument.value).section(u'.', 0, 0), argument);
        else if (name == "Sub"_L1)
            visitText(first ? *first : argument, argument.items.size() > 1 ? &argument.items[1]->resolved() : nullptr);
        else if (name == "If"_L1 && argument.items.size() == 3)
            visit(*argument.items[m_evaluator.condition(first->value, *first) ? 1 : 2]);
        else
            return false;
        return true;
    }

    void visitText(const YamlNode &text, const YamlNode *own)
    {
        static const QRegularExpression placeholder(u"\\$\\{([^!}][^}]*)\\}"_s);
        for (const QRegularExpressionMatch &match : placeholder.globalMatch(text.value)) {
            const QString name = match.captured(1).trimmed();
            if (!own || !own->find(name))
                tell(name.section(u'.', 0, 0), text);
        }
        if (own)
            visitParts(*own);
    }

    void tell(const QString &name, const YamlNode &at)
    {
        if (!name.isEmpty() && !name.startsWith("AWS::"_L1))
            m_found(name, at);
    }

    Evaluator &m_evaluator;
    const std::function<void(const QString &, const YamlNode &)> &m_found;
    QSet<const YamlNode *> m_seen;
};

} // namespace

void forEachReference(const YamlNode &node, Evaluator &evaluator, const std::function<void(const QString &, const YamlNode &)> &found)
{
    References(evaluator, found).visit(node);
}

} // namespace eph::project
