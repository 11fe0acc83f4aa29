// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/ignorerules.h"

namespace eph::package {

using namespace Qt::StringLiterals;

namespace {

/// A class such as `[a-z]` or `[!x]`, from its `[` on; moves `at` behind its `]`. Nothing where it does not end.
QString characterClass(const QString &glob, qsizetype &at)
{
    qsizetype i = at + 1;
    QString inside;
    const bool negated = i < glob.size() && (glob.at(i) == u'!' || glob.at(i) == u'^');
    i += negated;
    // A `]` right at the beginning is one of them.
    for (bool first = true; i < glob.size() && (first || glob.at(i) != u']'); ++i, first = false) {
        QChar c = glob.at(i);
        if (c == u'\\' && i + 1 < glob.size())
            c = glob.at(++i);
        else if (c == u'-') {
            inside += u'-';
            continue;
        }
        inside += QRegularExpression::escape(QString(c));
    }
    if (i >= glob.size())
        return {};
    at = i + 1;
    // No class takes the slash.
    return u"(?!/)["_s + (negated ? u"^"_s : QString()) + inside + u']';
}

QString toExpression(const QString &glob)
{
    QString out;
    for (qsizetype i = 0; i < glob.size();) {
        const QChar c = glob.at(i);
        const QStringView rest = QStringView(glob).mid(i);
        const bool atStart = i == 0 || glob.at(i - 1) == u'/';
        if (atStart && rest.startsWith(u"**/")) {
            out += u"(?:.*/)?"_s;
            i += 3;
        } else if (atStart && rest == u"**") {
            out += u".*"_s;
            i += 2;
        } else if (c == u'*') {
            out += u"[^/]*"_s;
            while (i < glob.size() && glob.at(i) == u'*')
                ++i;
        } else if (c == u'?') {
            out += u"[^/]"_s;
            ++i;
        } else if (c == u'[') {
            const QString inside = characterClass(glob, i);
            if (inside.isEmpty())
                return {};
            out += inside;
        } else {
            if (c == u'\\' && i + 1 < glob.size())
                ++i;
            out += QRegularExpression::escape(QString(glob.at(i)));
            ++i;
        }
    }
    return out;
}

/// Spaces at the end go, unless a backslash holds them.
QString trimmed(QString line)
{
    while (line.endsWith(u' ') && !line.endsWith(u"\\ "_s))
        line.chop(1);
    return line;
}

} // namespace

void IgnoreRules::add(const QString &text)
{
    const QStringList lines = text.split(u'\n');
    for (const QString &each : lines) {
        QString line = trimmed(each.endsWith(u'\r') ? each.chopped(1) : each);
        if (line.isEmpty() || line.startsWith(u'#'))
            continue;
        Rule rule;
        rule.text = line;
        rule.takesBack = line.startsWith(u'!');
        if (rule.takesBack)
            line.remove(0, 1);
        if (line.endsWith(u'/')) {
            rule.foldersOnly = true;
            line.chop(1);
        }
        rule.byName = !line.contains(u'/');
        if (line.startsWith(u'/'))
            line.remove(0, 1);
        static const QRegularExpression special(u"[*?\\[\\\\]"_s);
        if (!line.contains(special)) {
            rule.test = Rule::Test::Equals;
            rule.literal = line;
        } else if (rule.byName && line.startsWith(u'*') && !line.mid(1).contains(special)) {
            rule.test = Rule::Test::EndsWith;
            rule.literal = line.mid(1);
        }
        if (rule.test != Rule::Test::Pattern) {
            if (!line.isEmpty())
                m_rules.append(rule);
            continue;
        }
        const QString expression = toExpression(line);
        if (expression.isEmpty())
            continue;
        rule.pattern = QRegularExpression(QRegularExpression::anchoredPattern(expression), QRegularExpression::DotMatchesEverythingOption);
        if (rule.pattern.isValid())
            m_rules.append(rule);
    }
}

bool IgnoreRules::Rule::matches(QStringView what) const
{
    switch (test) {
    case Test::Equals: return what == literal;
    case Test::EndsWith: return what.endsWith(literal);
    case Test::Pattern: break;
    }
    return pattern.match(what.toString()).hasMatch();
}

QString IgnoreRules::ignoredBy(const QString &path, Kind kind) const
{
    const QStringView name = QStringView(path).mid(path.lastIndexOf(u'/') + 1);
    for (auto rule = m_rules.crbegin(); rule != m_rules.crend(); ++rule) {
        if (rule->foldersOnly && kind != Kind::Folder)
            continue;
        if (rule->matches(rule->byName ? name : QStringView(path)))
            return rule->takesBack ? QString() : rule->text;
    }
    return {};
}

QString standardIgnores(const QString &runtime)
{
    QString all = u".git/\n.gitignore\n.svn/\n.hg/\n.DS_Store\nThumbs.db\n.ephemera/\n.aws-sam/\n.serverless/\n.vscode/\n.idea/\n*.swp\n.env\n.env.*\n.lambdaignore\n"_s;
    if (runtime.startsWith("python"_L1) || runtime.isEmpty())
        all += u"__pycache__/\n*.pyc\n*.pyo\n.pytest_cache/\n.mypy_cache/\n.ruff_cache/\n.venv/\nvenv/\n"_s;
    else
        all += u"__pycache__/\n"_s;
    if (runtime.startsWith("nodejs"_L1) || runtime.isEmpty())
        all += u"node_modules/.cache/\nnode_modules/.bin/\nnode_modules/.package-lock.json\n.npm/\n.nyc_output/\ncoverage/\n"_s;
    return all;
}

} // namespace eph::package
