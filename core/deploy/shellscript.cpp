// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/deploy/exports.h"
#include "core/sys/secretstore.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

/// `CreateFunctionUrlConfig` → `create-function-url-config`.
[[nodiscard]] QString commandOf(const QString &operation)
{
    static const QRegularExpression word(u"([a-z0-9])([A-Z])"_s);
    QString name = operation;
    return name.replace(word, u"\\1-\\2"_s).toLower();
}

/// A name that a shell takes for a variable.
[[nodiscard]] QString variableOf(const QString &step, const QString &member)
{
    static const QRegularExpression other(u"[^A-Za-z0-9]"_s);
    QString name = step + u'_' + member;
    return "out_"_L1 + name.replace(other, u"_"_s);
}

[[nodiscard]] QString escaped(QString text)
{
    return text.replace(u'\\', u"\\\\"_s).replace(u'$', u"\\$"_s).replace(u'`', u"\\`"_s);
}

/// One word, whatever is in it.
[[nodiscard]] QString quoted(QString text)
{
    return u'\'' + text.replace(u'\'', "'\\''"_L1) + u'\'';
}

/// What may stand in a comment: one line.
[[nodiscard]] QString oneLine(QString text)
{
    for (QChar &c : text) {
        if (c.category() == QChar::Other_Control || c == QChar::LineSeparator || c == QChar::ParagraphSeparator)
            c = u' ';
    }
    return text;
}

/// As it stands within the quotes of a JSON text.
[[nodiscard]] QString jsonEscaped(const QString &text)
{
    const QByteArray quoted = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(quoted.sliced(2, quoted.size() - 4));
}

class ScriptWriter
{
public:
    explicit ScriptWriter(const Plan &plan)
        : m_plan(plan)
    {
        for (const Step &step : plan.steps)
            collect(step.call.parameters);
    }

    QByteArray write()
    {
        QString body;
        for (const Step &step : m_plan.steps)
            body += stepText(step);
        return (head() + body).toUtf8();
    }

private:
    /// What later calls refer to, and which secrets are needed.
    void collect(const QJsonValue &value)
    {
        (void)filledIn(value, [this](values::Kind kind, const QJsonValue &argument) -> Result<QJsonValue> {
            if (kind == values::Kind::Output)
                m_wanted.insert(variableOf(argument.toObject().value("step"_L1).toString(), argument.toObject().value("member"_L1).toString()));
            if (kind == values::Kind::Secret && !m_secrets.contains(argument.toString()))
                m_secrets << argument.toString();
            return QJsonValue(QString());
        });
    }

    [[nodiscard]] static QString secretVariable(const QString &reference)
    {
        return sys::SecretStore::variableOf(reference.sliced(2, reference.size() - 4).section(u':', reference.startsWith("{{secret:"_L1) ? 1 : 2));
    }

    [[nodiscard]] QString head() const
    {
        QString text = u"#!/usr/bin/env bash\n"
                       "# %1, stage %2, in %3: the calls of the release, with the AWS command line.\n"
                       "# Made by Ephemera. It stops at the first call that fails, and takes nothing back.\n"
                       "set -euo pipefail\n"
                       "cd \"$(dirname \"$0\")\"\n"
                       "umask 077\n"
                       "export AWS_DEFAULT_REGION=%4 AWS_PAGER=\n"
                       "[ \"$(aws sts get-caller-identity --query Account --output text)\" = %5 ] || { echo 'These are calls for the account %5.' >&2; exit 1; }\n"
                       "work=$(mktemp -d)\n"
                       "trap 'rm -rf \"$work\"' EXIT\n\n"
                       "# Roles take some seconds to be known everywhere, and a function one change at a time.\n"
                       "again() {\n"
                       "    local tries=0\n"
                       "    until \"$@\"; do\n"
                       "        tries=$((tries + 1))\n"
                       "        [ \"$tries\" -lt 8 ] || return 1\n"
                       "        sleep \"$tries\"\n"
                       "    done\n"
                       "}\n"_s.arg(oneLine(m_plan.spec.project), oneLine(m_plan.spec.stage), oneLine(m_plan.spec.region), quoted(m_plan.spec.region), m_plan.spec.account);
        if (!m_secrets.isEmpty())
            text += u"\n# A text as it stands between the quotes of JSON.\n"
                    "json() { printf %s \"$1\" | sed -e 's/\\\\/\\\\\\\\/g' -e 's/\"/\\\\\"/g' -e 's/\\t/\\\\t/g' | awk 'NR > 1 { printf \"\\\\n\" } { printf \"%s\", $0 }'; }\n"_s;
        for (const QString &secret : m_secrets) {
            const QString variable = secretVariable(secret);
            text += u"# %2\n%1=$(json \"${%1:?It has to hold the secret that is named above this line.}\")\n"_s.arg(variable, oneLine(secret));
        }
        return text;
    }

    /// JSON with the shell's variables in the places of what is not known before.
    [[nodiscard]] QString jsonOf(const QJsonValue &value)
    {
        const values::Kind kind = values::kindOf(value);
        if (kind == values::Kind::Weight) {
            const QJsonObject weight = values::argumentOf(value).toObject();
            return "{\""_L1 + placeOf(weight.value("version"_L1)) + "\": "_L1 + weight.value("share"_L1).toVariant().toString() + u'}';
        }
        if (kind != values::Kind::None)
            return u'"' + placeOf(value) + u'"';
        if (value.isObject()) {
            QStringList parts;
            const QJsonObject object = value.toObject();
            for (auto it = object.begin(); it != object.end(); ++it) {
                const QJsonValue member = *it;
                // Packages are files beside the script.
                if (values::kindOf(member) == values::Kind::Package) {
                    m_package = values::argumentOf(member).toString();
                    continue;
                }
                const QString text = jsonOf(member);
                if (member.isObject() && text == "{}"_L1 && !m_package.isEmpty())
                    continue;
                parts << u'"' + escaped(jsonEscaped(it.key())) + "\": "_L1 + text;
            }
            return u'{' + parts.join(", "_L1) + u'}';
        }
        if (value.isArray()) {
            QStringList parts;
            const QJsonArray array = value.toArray();
            for (const auto &item : array)
                parts << jsonOf(item);
            return u'[' + parts.join(", "_L1) + u']';
        }
        if (value.isString())
            return u'"' + escaped(jsonEscaped(value.toString())) + u'"';
        return value.isBool() ? (value.toBool() ? u"true"_s : u"false"_s) : value.toVariant().toString();
    }

    [[nodiscard]] QString placeOf(const QJsonValue &value)
    {
        const QJsonValue argument = values::argumentOf(value);
        switch (values::kindOf(value)) {
        case values::Kind::Output: return "${"_L1 + variableOf(argument.toObject().value("step"_L1).toString(), argument.toObject().value("member"_L1).toString()) + u'}';
        case values::Kind::Secret: return "${"_L1 + secretVariable(argument.toString()) + u'}';
        case values::Kind::Join: {
            QString text;
            const QJsonArray parts = argument.toArray();
            for (const auto &part : parts)
                text += values::kindOf(part) == values::Kind::None ? escaped(jsonEscaped(part.toString())) : placeOf(part);
            return text;
        }
        default: return {};
        }
    }

    [[nodiscard]] QString waitText(const Step &step)
    {
        if (step.call.service == "kinesis"_L1)
            return u"aws kinesis wait stream-exists --stream-name %1\n"_s.arg(quoted(step.call.parameters.value("StreamName"_L1).toString()));
        const QString name = quoted(step.call.parameters.value("FunctionName"_L1).toString());
        if (step.call.parameters.contains("Qualifier"_L1))
            return u"aws lambda wait published-version-active --function-name %1 --qualifier \"%2\"\n"_s.arg(name, placeOf(step.call.parameters.value("Qualifier"_L1)));
        return u"aws lambda wait function-active-v2 --function-name %1\naws lambda wait function-updated-v2 --function-name %1\n"_s.arg(name);
    }

    [[nodiscard]] QString stepText(const Step &step)
    {
        QString text = "\n# "_L1 + oneLine(step.summary) + u'\n';
        if (step.observation)
            return text + "echo 'Look at the metrics of the new versions; Ctrl+C keeps the weights as they are.'\nsleep "_L1 + QString::number(step.observation->seconds) + u'\n';
        if (step.change == Change::Wait)
            return text + waitText(step);
        m_package.clear();
        QJsonObject parameters = step.call.parameters;
        QString extra;
        // A blob is a file of its own.
        if (step.call.service == "apigateway"_L1 && parameters.contains("body"_L1)) {
            text += "cat > \"$work/body.json\" <<'BODY'\n"_L1 + parameters.take("body"_L1).toString() + "\nBODY\n"_L1;
            extra = u" --body \"fileb://$work/body.json\""_s;
        }
        const QString json = jsonOf(parameters);
        if (!m_package.isEmpty())
            extra = u" --zip-file \"fileb://packages/%1.zip\""_s.arg(m_package);
        text += "cat > \"$work/input.json\" <<INPUT\n"_L1 + json + "\nINPUT\n"_L1;
        QStringList members;
        for (const QString &output : step.outputs) {
            if (m_wanted.contains(variableOf(step.id, output)))
                members << output;
        }
        static const QSet<QString> tried{u"CreateFunction"_s, u"UpdateFunctionConfiguration"_s, u"UpdateFunctionCode"_s, u"PublishVersion"_s, u"CreateSchedule"_s, u"UpdateSchedule"_s, u"CreateEventSourceMapping"_s};
        const QString command = (tried.contains(step.call.operation) ? u"again aws "_s : u"aws "_s) + step.call.service + u' ' + commandOf(step.call.operation) + " --cli-input-json \"file://$work/input.json\""_L1 + extra;
        if (members.isEmpty())
            return text + command + " > \"$work/answer\"\n"_L1;
        text += "answer=$("_L1 + command + " --query '["_L1 + members.join(u',') + "]' --output text)\nread -r"_L1;
        for (const QString &member : std::as_const(members))
            text += u' ' + variableOf(step.id, member);
        return text + " <<< \"$answer\"\n"_L1;
    }

    const Plan &m_plan;
    QSet<QString> m_wanted;
    QStringList m_secrets;
    QString m_package; ///< Of the call that is being written.
};

} // namespace

QByteArray shellScript(const Plan &plan)
{
    return ScriptWriter(plan).write();
}

} // namespace eph::deploy
