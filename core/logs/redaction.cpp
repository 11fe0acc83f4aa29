// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/redaction.h"

#include "core/base/text.h"

namespace eph::logs {

using namespace Qt::StringLiterals;

QList<Redaction::Rule> Redaction::standardRules()
{
    return {{u"AWS access key"_s, u"((?:AKIA|ASIA))[A-Z0-9]{16}"_s},
            {u"AWS secret key"_s, u"((?i:secret_?access_?key)[\"' :=]{1,6})[A-Za-z0-9/+=]{40}"_s},
            {u"authorization"_s, u"((?i:authorization[\"' :=]{1,6}(?:bearer|basic)) )[A-Za-z0-9._~+/=-]{8,}"_s},
            {u"quoted password"_s, u"((?i:password|passwd|client_?secret|api[_-]?key|access_?token|refresh_?token|session_?token)\\\\{0,4}[\"']? ?[:=] ?\\\\{0,4}[\"'])[^\"'\\\\]+"_s},
            {u"password"_s, u"((?i:password|passwd|client_?secret|api[_-]?key|access_?token|refresh_?token|session_?token) ?[:=] ?)[^\" ',;&\\\\]{6,}"_s},
            {u"token of claims"_s, u"(eyJ)[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+"_s},
            {u"GitHub token"_s, u"(gh[pousr]_)[A-Za-z0-9]{36,}"_s},
            {u"Slack token"_s, u"(xox[abprs]-)[A-Za-z0-9-]{10,}"_s},
            {u"private key"_s, u"(-----BEGIN [A-Z ]*PRIVATE KEY-----).{8,}"_s}};
}

Result<Redaction> Redaction::make(const QList<Rule> &rules)
{
    Redaction made;
    QStringList all;
    for (const Rule &rule : rules) {
        const QRegularExpression expression(rule.expression);
        if (!expression.isValid())
            return failure(ErrorCode::Invalid, Core::tr("The rule “%1” is no regular expression: %2.").arg(rule.name, expression.errorString()));
        made.m_rules << expression;
        all << "(?:"_L1 + rule.expression + u')';
    }
    if (all.isEmpty())
        return made;
    auto any = TextMatcher::regex(all.join(u'|'), MatchCase::Sensitive);
    if (!any)
        return tl::unexpected(any.error());
    made.m_any = std::make_shared<TextMatcher>(*std::move(any));
    made.m_scratch = std::make_unique<TextMatcher::Scratch>(*made.m_any);
    return made;
}

QByteArray Redaction::apply(const QByteArray &lines)
{
    if (!m_any)
        return lines;
    QByteArray clean;
    qsizetype taken = 0;
    m_any->scan(lines, *m_scratch, [&](QByteArrayView line) {
        const qsizetype at = line.data() - lines.constData();
        clean += QByteArrayView(lines).sliced(taken, at - taken);
        // Byte by byte, so that what is no text stays as it is.
        QString text = QString::fromLatin1(line);
        for (const QRegularExpression &rule : std::as_const(m_rules))
            text.replace(rule, rule.captureCount() > 0 ? u"\\1[redacted]"_s : u"[redacted]"_s);
        clean += text.toLatin1();
        taken = at + line.size();
        return true;
    });
    return taken == 0 ? lines : clean + QByteArrayView(lines).sliced(taken);
}

} // namespace eph::logs
