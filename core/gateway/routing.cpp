// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/routing.h"

#include <QUrl>
#include <algorithm>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

enum class LastSlash { MakesNoPart, MakesAPart };

/// `/a//b/` is `a`, ``, `b`, and with another empty one where the last slash makes a part.
QList<QByteArray> partsOf(QByteArray path, LastSlash last = LastSlash::MakesNoPart)
{
    if (path.startsWith('/'))
        path.remove(0, 1);
    if (last == LastSlash::MakesNoPart && path.endsWith('/'))
        path.chop(1);
    return path.isEmpty() ? QList<QByteArray>() : path.split('/');
}

QString decoded(const QByteArray &text)
{
    return QUrl::fromPercentEncoding(text);
}

} // namespace

RouteTable::RouteTable(const Api &api)
    : m_rest(api.kind == ApiKind::Rest)
    , m_rules(api.kind == ApiKind::LoadBalancer ? &api : nullptr)
{
    if (m_rules)
        return;
    for (const Route &route : api.routes) {
        if (route.path == "$default"_L1)
            m_default = &route;
        else
            m_entries.push_back({&route, segmentsOf(route.path)});
    }
}

std::vector<RouteTable::Segment> RouteTable::segmentsOf(const QString &path)
{
    std::vector<Segment> segments;
    const QList<QByteArray> parts = partsOf(path.toUtf8());
    for (const QByteArray &part : parts) {
        if (part.startsWith('{') && part.endsWith("+}"))
            segments.push_back({Segment::Kind::Greedy, QString::fromUtf8(part.sliced(1, part.size() - 3))});
        else if (part.startsWith('{') && part.endsWith('}'))
            segments.push_back({Segment::Kind::Parameter, QString::fromUtf8(part.sliced(1, part.size() - 2))});
        else
            segments.push_back({Segment::Kind::Literal, decoded(part)});
    }
    return segments;
}

std::optional<RouteTable::Candidate> RouteTable::tryEntry(const Entry &entry, const QList<QByteArray> &parts) const
{
    Candidate candidate{&entry, {}};
    const auto value = [this](const QByteArray &text) { return m_rest ? QString::fromUtf8(text) : decoded(text); };
    for (size_t i = 0; i < entry.segments.size(); ++i) {
        const Segment &segment = entry.segments[i];
        if (qsizetype(i) >= parts.size())
            return std::nullopt;
        if (segment.kind == Segment::Kind::Greedy) {
            // The path keeps its last slash, the parameter does not.
            QByteArray rest = parts.mid(qsizetype(i)).join('/');
            if (rest.endsWith('/'))
                rest.chop(1);
            candidate.parameters.insert(segment.text, value(rest));
            return candidate;
        }
        const QByteArray &part = parts.at(qsizetype(i));
        if (segment.kind == Segment::Kind::Literal ? decoded(part) != segment.text : part.isEmpty())
            return std::nullopt;
        if (segment.kind == Segment::Kind::Parameter)
            candidate.parameters.insert(segment.text, value(part));
    }
    return qsizetype(entry.segments.size()) == parts.size() ? std::optional(candidate) : std::nullopt;
}

bool RouteTable::isHeavier(const Entry &entry, const Entry &than)
{
    for (size_t i = 0; i < std::min(entry.segments.size(), than.segments.size()); ++i) {
        if (entry.segments[i].kind != than.segments[i].kind)
            return entry.segments[i].kind > than.segments[i].kind;
    }
    return entry.segments.size() > than.segments.size();
}

bool RouteTable::takes(const Route &route, QByteArrayView method)
{
    return route.method == "ANY" || route.method == method;
}

/// By `*` for any number of characters and `?` for one.
bool RouteTable::fits(QByteArrayView pattern, QByteArrayView path)
{
    qsizetype star = -1; // Where the last one stands, and what it has taken so far.
    qsizetype taken = 0;
    qsizetype at = 0;
    qsizetype i = 0;
    while (i < path.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            taken = i;
        } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == path[i])) {
            ++at;
            ++i;
        } else if (star >= 0) {
            at = star + 1;
            i = ++taken;
        } else {
            return false;
        }
    }
    while (at < pattern.size() && pattern[at] == '*')
        ++at;
    return at == pattern.size();
}

QList<QByteArray> RouteTable::parts(const QByteArray &path) const
{
    return partsOf(path, m_rest ? LastSlash::MakesNoPart : LastSlash::MakesAPart);
}

bool isCatchAll(const Route &route)
{
    return route.path == "$default"_L1 || (route.path.startsWith("/{"_L1) && route.path.endsWith("+}"_L1) && route.path.count(u'/') == 1);
}

RouteMatch RouteTable::match(QByteArrayView method, const QByteArray &path) const
{
    if (m_rules) {
        const auto rule = std::find_if(m_rules->routes.cbegin(), m_rules->routes.cend(), [&](const Route &route) { return takes(route, method) && fits(route.path.toUtf8(), path); });
        return {rule == m_rules->routes.cend() ? nullptr : &*rule, {}};
    }
    const QList<QByteArray> parts = this->parts(path);
    std::optional<Candidate> best;
    for (const Entry &entry : m_entries) {
        // A REST API chooses the resource first and looks for the method there; an HTTP API looks at both at once.
        if (!m_rest && !takes(*entry.route, method))
            continue;
        std::optional<Candidate> candidate = tryEntry(entry, parts);
        if (!candidate)
            continue;
        const bool heavier = !best || isHeavier(entry, *best->entry);
        const bool same = best && !heavier && !isHeavier(*best->entry, entry);
        const bool bestTakes = best && takes(*best->entry->route, method);
        const bool better = same && takes(*entry.route, method) && (!bestTakes || best->entry->route->method == "ANY");
        if (heavier || better)
            best = std::move(candidate);
    }
    if (best && takes(*best->entry->route, method))
        return {best->entry->route, best->parameters};
    return {best && m_rest ? nullptr : m_default, {}};
}

bool RouteTable::hasPath(const QByteArray &path) const
{
    const QList<QByteArray> parts = this->parts(path);
    return m_default || std::any_of(m_entries.cbegin(), m_entries.cend(), [&](const Entry &entry) { return tryEntry(entry, parts).has_value(); });
}

QStringList RouteTable::methodsOf(const QByteArray &path) const
{
    const QList<QByteArray> parts = this->parts(path);
    QStringList methods;
    for (const Entry &entry : m_entries) {
        if (!tryEntry(entry, parts))
            continue;
        if (entry.route->method == "ANY")
            return {u"DELETE"_s, u"GET"_s, u"HEAD"_s, u"OPTIONS"_s, u"PATCH"_s, u"POST"_s, u"PUT"_s};
        methods << QString::fromLatin1(entry.route->method);
    }
    methods.sort();
    return methods;
}

} // namespace eph::gateway
