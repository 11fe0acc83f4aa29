// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/redaction.h"

#include "core/base/text.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

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

Result<QList<Redaction::Rule>> Redaction::rulesOf(const QString &projectFolder)
{
    QFile file(projectFolder + "/redaction.json"_L1);
    if (!file.exists())
        return standardRules();
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Io, Core::tr("%1 cannot be read: %2.").arg(file.fileName(), file.errorString()));
    QJsonParseError problem;
    const QJsonObject json = QJsonDocument::fromJson(file.readAll(), &problem).object();
    const auto invalid = [&](const QString &why) { return failure(ErrorCode::Invalid, Core::tr("%1: %2.").arg(file.fileName(), why), Core::tr("Write {\"rules\": [{\"name\": \"order\", \"expression\": \"(ord_)[0-9a-f]{8}\"}]}; until then the standard rules hold.")); };
    if (problem.error != QJsonParseError::NoError)
        return invalid(problem.errorString());
    QList<Rule> rules = json.value("standard"_L1).toBool(true) ? standardRules() : QList<Rule>();
    const QJsonArray own = json.value("rules"_L1).toArray();
    for (const auto &each : own) {
        const Rule rule{each.toObject().value("name"_L1).toString(), each.toObject().value("expression"_L1).toString()};
        if (rule.expression.isEmpty())
            return invalid(Core::tr("the rule “%1” has no expression").arg(rule.name));
        rules << rule;
    }
    if (const auto made = make(rules); !made)
        return invalid(made.error().message);
    return rules;
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
