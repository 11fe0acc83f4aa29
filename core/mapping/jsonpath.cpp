// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mapping/jsonpath.h"

#include "core/base/text.h"

#include <QRegularExpression>
#include <QStringList>
#include <algorithm>
#include <memory>

namespace eph::mapping {

using namespace Qt::StringLiterals;

namespace {

constexpr int MostFound = 1'000'000;

[[nodiscard]] QList<Value> childrenOf(const Value &value)
{
    if (const auto *list = value.as<Value::ListPtr>())
        return (*list)->items;
    QList<Value> children;
    if (const auto *map = value.as<Value::MapPtr>()) {
        for (const auto &member : (*map)->members())
            children << member.second;
    }
    return children;
}

/// The value itself and all below it.
void addDescendants(const Value &value, QList<Value> &into)
{
    // One more than may be found tells that there were too many.
    if (into.size() > MostFound)
        return;
    into << value;
    for (const Value &child : childrenOf(value))
        addDescendants(child, into);
}

[[nodiscard]] QList<Value> membersNamed(const QList<Value> &from, const QStringList &names)
{
    QList<Value> found;
    for (const Value &each : from) {
        const auto *map = each.as<Value::MapPtr>();
        for (const QString &name : names) {
            if (const Value *member = map && found.size() <= MostFound ? (*map)->find(name) : nullptr)
                found << *member;
        }
    }
    return found;
}

/// `1`, `-1`, `0,2`, `1:3`, `:2`, `-2:`
[[nodiscard]] QList<Value> itemsAt(const QList<Value> &from, const QString &selector)
{
    QList<Value> found;
    for (const Value &each : from) {
        const auto *list = each.as<Value::ListPtr>();
        if (!list || found.size() > MostFound)
            continue;
        const QList<Value> &items = (*list)->items;
        const auto fromEnd = [&items](qsizetype at) { return at < 0 ? at + items.size() : at; };
        if (selector.contains(u':')) {
            const QString begin = selector.section(u':', 0, 0).trimmed();
            const QString end = selector.section(u':', 1, 1).trimmed();
            const qsizetype first = std::clamp<qsizetype>(fromEnd(begin.toLongLong()), 0, items.size());
            const qsizetype last = end.isEmpty() ? items.size() : std::clamp<qsizetype>(fromEnd(end.toLongLong()), 0, items.size());
            if (last > first)
                found << items.mid(first, last - first);
            continue;
        }
        const QStringList places = selector.split(u',');
        for (const QString &place : places) {
            const qsizetype at = fromEnd(place.trimmed().toLongLong());
            if (at >= 0 && at < items.size())
                found << items.at(at);
        }
    }
    return found;
}

/// Reads a path along the values that it leads to.
class Reader
{
public:
    Reader(const Value &root, const QString &path, const std::shared_ptr<qint64> &looked = std::make_shared<qint64>(0)) : m_root(root), m_path(path), m_looked(looked) {}

    [[nodiscard]] Result<Value> read()
    {
        if (!m_path.startsWith(u'$') && !m_path.startsWith(u'@'))
            m_path.prepend("$."_L1);
        m_at = 1;
        m_found << m_root;
        while (m_at < m_path.size()) {
            if (!next() || isTooMuch())
                return failure(ErrorCode::Invalid, Core::tr("“%1” is no JSONPath expression: see character %2.").arg(m_path).arg(m_at + 1));
        }
        if (m_definite)
            return m_found.isEmpty() ? Value() : m_found.first();
        auto list = std::make_shared<List>();
        list->items = m_found;
        list->fromJson = true;
        return Value(list);
    }

private:
    /// What was found on the way counts, also in filters.
    [[nodiscard]] bool isTooMuch()
    {
        *m_looked += m_found.size();
        return m_found.size() > MostFound || *m_looked > 20LL * MostFound;
    }

    [[nodiscard]] bool next()
    {
        if (m_path.at(m_at) == u'[')
            return bracket();
        if (m_path.at(m_at) != u'.')
            return false;
        ++m_at;
        if (m_at < m_path.size() && m_path.at(m_at) == u'.') {
            ++m_at;
            descend();
            if (m_at < m_path.size() && m_path.at(m_at) == u'[')
                return bracket();
        }
        return name();
    }

    void descend()
    {
        QList<Value> all;
        for (const Value &each : std::as_const(m_found))
            addDescendants(each, all);
        *m_looked += all.size() > MostFound ? 20LL * MostFound + 1 : all.size();
        m_found = all;
        m_definite = false;
    }

    [[nodiscard]] bool name()
    {
        const qsizetype begin = m_at;
        while (m_at < m_path.size() && m_path.at(m_at) != u'.' && m_path.at(m_at) != u'[')
            ++m_at;
        const QString name = m_path.mid(begin, m_at - begin).trimmed();
        if (name.isEmpty()) {
            m_at = begin;
            return false;
        }
        if (name == "*"_L1) {
            all();
        } else if (name == "length()"_L1 || name == "size()"_L1) {
            count();
        } else {
            m_found = membersNamed(m_found, {name});
        }
        return true;
    }

    void all()
    {
        QList<Value> children;
        for (const Value &each : std::as_const(m_found)) {
            if (children.size() <= MostFound)
                children << childrenOf(each);
        }
        m_found = children;
        m_definite = false;
    }

    void count()
    {
        if (m_found.isEmpty())
            return;
        const auto *text = m_found.first().as<QString>();
        const qint64 size = m_definite ? (text ? text->size() : childrenOf(m_found.first()).size()) : m_found.size();
        m_found = {Value(size)};
        m_definite = true;
    }

    [[nodiscard]] bool bracket()
    {
        static const QRegularExpression names(uR"x(\[\s*(?:'[^']*'|"[^"]*")\s*(?:,\s*(?:'[^']*'|"[^"]*")\s*)*\])x"_s);
        static const QRegularExpression places(uR"x(\[\s*(-?\d+\s*(?:,\s*-?\d+\s*)*|-?\d*\s*:\s*-?\d*)\s*\])x"_s);
        static const QRegularExpression star(uR"x(\[\s*\*\s*\])x"_s);
        const auto here = [this](const QRegularExpression &pattern) { return pattern.match(m_path, m_at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption); };
        if (const auto match = here(names); match.hasMatch()) {
            QStringList wanted;
            static const QRegularExpression one(uR"x('([^']*)'|"([^"]*)")x"_s);
            for (auto each = one.globalMatch(match.captured()); each.hasNext();) {
                const auto found = each.next();
                wanted << QString(found.captured(1) + found.captured(2));
            }
            m_found = membersNamed(m_found, wanted);
            m_definite &= wanted.size() == 1;
            m_at = match.capturedEnd();
            return true;
        }
        if (const auto match = here(places); match.hasMatch()) {
            m_found = itemsAt(m_found, match.captured(1));
            m_definite &= !match.captured(1).contains(u',') && !match.captured(1).contains(u':');
            m_at = match.capturedEnd();
            return true;
        }
        if (const auto match = here(star); match.hasMatch()) {
            all();
            m_at = match.capturedEnd();
            return true;
        }
        return filter();
    }

    /// `[?(@.price < 10 && @.name)]`
    [[nodiscard]] bool filter()
    {
        const qsizetype end = m_path.indexOf(")]"_L1, m_at);
        if (!QStringView(m_path).sliced(m_at).startsWith("[?("_L1) || end < 0)
            return false;
        const QString condition = m_path.mid(m_at + 3, end - m_at - 3);
        QList<Value> kept;
        for (const Value &each : std::as_const(m_found)) {
            const QList<Value> children = each.as<Value::ListPtr>() ? childrenOf(each) : QList<Value>{each};
            for (const Value &child : children) {
                ++*m_looked;
                const auto holds = isTrue(condition, child);
                if (!holds)
                    return false;
                if (*holds)
                    kept << child;
            }
        }
        m_found = kept;
        m_definite = false;
        m_at = end + 2;
        return true;
    }

    [[nodiscard]] std::optional<bool> isTrue(const QString &condition, const Value &item) const
    {
        bool any = false;
        const QStringList alternatives = condition.split("||"_L1);
        for (const QString &alternative : alternatives) {
            bool all = true;
            const QStringList terms = alternative.split("&&"_L1);
            for (const QString &term : terms) {
                const auto holds = termHolds(term.trimmed(), item);
                if (!holds)
                    return std::nullopt;
                all &= *holds;
            }
            any |= all;
        }
        return any;
    }

    [[nodiscard]] std::optional<bool> termHolds(const QString &term, const Value &item) const
    {
        static const QRegularExpression comparison(uR"x(^(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+)$)x"_s);
        const auto match = comparison.match(term);
        if (!match.hasMatch()) {
            const auto value = operand(term, item);
            return value ? std::optional(!value->isNull()) : std::nullopt;
        }
        const auto left = operand(match.captured(1), item);
        const auto right = operand(match.captured(3), item);
        if (!left || !right)
            return std::nullopt;
        const QString sign = match.captured(2);
        if (sign == "=="_L1)
            return left->equals(*right);
        if (sign == "!="_L1)
            return !left->equals(*right);
        if (!left->number() || !right->number())
            return false;
        const double a = *left->number();
        const double b = *right->number();
        return sign == "<"_L1 ? a < b : sign == "<="_L1 ? a <= b : sign == ">"_L1 ? a > b : a >= b;
    }

    [[nodiscard]] std::optional<Value> operand(const QString &text, const Value &item) const
    {
        if (text.startsWith(u'@') || text.startsWith(u'$')) {
            // A filter of a filter would need more than to look for its end.
            const auto value = text.contains("?("_L1) ? Result<Value>(failure(ErrorCode::Invalid, {})) : Reader(text.startsWith(u'@') ? item : m_root, text, m_looked).read();
            return value ? std::optional(*value) : std::nullopt;
        }
        if (text.size() > 1 && ((text.startsWith(u'\'') && text.endsWith(u'\'')) || (text.startsWith(u'"') && text.endsWith(u'"'))))
            return Value(text.sliced(1, text.size() - 2));
        return valueOfJson(text.toUtf8());
    }

    Value m_root;
    QString m_path;
    qsizetype m_at = 0;
    QList<Value> m_found;
    bool m_definite = true;
    std::shared_ptr<qint64> m_looked;
};

} // namespace

Result<Value> jsonPath(const Value &root, const QString &path)
{
    return Reader(root, path.trimmed()).read();
}

} // namespace eph::mapping
