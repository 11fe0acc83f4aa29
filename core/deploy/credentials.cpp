// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/credentials.h"

#include "core/base/text.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

struct IniSection {
    QString name;
    SharedConfig::Section values;
    QHash<QString, SharedConfig::Section> nested; ///< One level, by indentation.
};

[[nodiscard]] Result<QList<IniSection>> parseIni(const QByteArray &bytes, const QString &file)
{
    QList<IniSection> sections;
    QString parent;
    int number = 0;
    const QStringList lines = QString::fromUtf8(bytes).split(u'\n');
    for (const QString &line : lines) {
        ++number;
        const QString text = line.trimmed();
        if (text.isEmpty() || text.startsWith(u'#') || text.startsWith(u';'))
            continue;
        if (text.startsWith(u'[')) {
            const qsizetype end = text.indexOf(u']');
            if (end < 0)
                return failure(ErrorCode::Invalid, Core::tr("Line %1 of the %2 file begins a section without an end.").arg(number).arg(file), Core::tr("Write it as [name]."));
            sections << IniSection{text.mid(1, end - 1).trimmed(), {}, {}};
            parent.clear();
            continue;
        }
        const qsizetype equals = text.indexOf(u'=');
        if (equals < 0 || sections.isEmpty())
            return failure(ErrorCode::Invalid, Core::tr("Line %1 of the %2 file is neither a section nor a value.").arg(number).arg(file), Core::tr("Write it as name = value, below a section."));
        const QString key = text.first(equals).trimmed().toLower();
        const QString value = text.mid(equals + 1).trimmed();
        const bool indented = line.startsWith(u' ') || line.startsWith(u'\t');
        if (indented && !parent.isEmpty()) {
            sections.last().nested[parent].insert(key, value);
        } else {
            sections.last().values.insert(key, value);
            parent = value.isEmpty() ? key : QString();
        }
    }
    return sections;
}

[[nodiscard]] QString unquoted(const QString &name)
{
    const QString text = name.trimmed();
    return text.size() >= 2 && (text.startsWith(u'"') || text.startsWith(u'\'')) && text.endsWith(text.at(0)) ? text.sliced(1, text.size() - 2) : text;
}

[[nodiscard]] QString filePath(const QProcessEnvironment &environment, const QString &variable, const QString &standard)
{
    const QString home = environment.value(u"HOME"_s, QDir::homePath());
    QString path = environment.value(variable, home + "/.aws/"_L1 + standard);
    if (path.startsWith("~/"_L1))
        path = home + path.mid(1);
    return path;
}

[[nodiscard]] Result<QByteArray> readIfThere(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return QByteArray();
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Io, Core::tr("“%1” cannot be read: %2.").arg(path, file.errorString()), Core::tr("Check its permissions."));
    return file.readAll();
}

[[nodiscard]] QString endpointKey(const QString &service)
{
    return QString(service).replace(u' ', u'_').replace(u'-', u'_').toLower();
}

[[nodiscard]] Result<FoundCredentials> ofEnvironment(const QProcessEnvironment &environment)
{
    FoundCredentials found;
    found.source = Core::tr("the environment");
    found.credentials = {environment.value(u"AWS_ACCESS_KEY_ID"_s).toUtf8(), environment.value(u"AWS_SECRET_ACCESS_KEY"_s).toUtf8(), environment.value(u"AWS_SESSION_TOKEN"_s, environment.value(u"AWS_SECURITY_TOKEN"_s)).toUtf8()};
    if (found.credentials.accessKeyId.isEmpty())
        return failure(ErrorCode::NotFound, {});
    if (found.credentials.secretAccessKey.isEmpty())
        return failure(ErrorCode::Invalid, Core::tr("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not."), Core::tr("Set both, or neither."));
    return found;
}

/// Words of a command line as a POSIX shell takes them apart; nothing else of a shell happens.
[[nodiscard]] QStringList shellWords(const QString &command)
{
    QStringList words;
    QString word;
    bool inWord = false;
    QChar quote;
    for (qsizetype i = 0; i < command.size(); ++i) {
        const QChar c = command.at(i);
        if (c == u'\\' && quote != u'\'' && i + 1 < command.size()) {
            const QChar escaped = command.at(++i);
            if (quote == u'"' && escaped != u'"' && escaped != u'\\' && escaped != u'$' && escaped != u'`')
                word += c;
            word += escaped;
            inWord = true;
        } else if (!quote.isNull()) {
            if (c == quote)
                quote = QChar();
            else
                word += c;
        } else if (c == u'\'' || c == u'"') {
            quote = c;
            inWord = true;
        } else if (c.isSpace()) {
            if (inWord)
                words << word;
            word.clear();
            inWord = false;
        } else {
            word += c;
            inWord = true;
        }
    }
    return inWord ? words << word : words;
}

[[nodiscard]] Result<FoundCredentials> ofProcess(const QString &command, const QString &profile, const QProcessEnvironment &environment)
{
    QStringList words = shellWords(command);
    if (words.isEmpty())
        return failure(ErrorCode::Invalid, Core::tr("The profile “%1” has an empty credential_process.").arg(profile));
    const QString program = words.takeFirst();
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(program, words);
    constexpr int LongestMs = 60'000;
    // What it says on stderr may hold anything; it is not repeated.
    if (!process.waitForStarted(LongestMs) || !process.waitForFinished(LongestMs) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return failure(ErrorCode::Invalid, Core::tr("The credential_process of the profile “%1” failed: %2.").arg(profile, process.error() == QProcess::FailedToStart ? process.errorString() : Core::tr("exit code %1").arg(process.exitCode())), Core::tr("Run “%1” in a terminal to see why.").arg(program));
    const QJsonObject told = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
    if (told.value("Version"_L1).toInt() != 1 || told.value("AccessKeyId"_L1).toString().isEmpty() || told.value("SecretAccessKey"_L1).toString().isEmpty())
        return failure(ErrorCode::Invalid, Core::tr("The credential_process of the profile “%1” did not print credentials of version 1.").arg(profile));
    FoundCredentials found;
    found.source = Core::tr("the process of the profile “%1”").arg(profile);
    found.credentials = {told.value("AccessKeyId"_L1).toString().toUtf8(), told.value("SecretAccessKey"_L1).toString().toUtf8(), told.value("SessionToken"_L1).toString().toUtf8()};
    if (const QDateTime expires = QDateTime::fromString(told.value("Expiration"_L1).toString(), Qt::ISODate); expires.isValid())
        found.expires = expires;
    return found;
}

[[nodiscard]] Result<FoundCredentials> ofKeys(const SharedConfig::Section &section, const QString &profile)
{
    FoundCredentials found;
    found.source = Core::tr("the profile “%1”").arg(profile);
    found.credentials = {section.value(u"aws_access_key_id"_s).toUtf8(), section.value(u"aws_secret_access_key"_s).toUtf8(), section.value(u"aws_session_token"_s, section.value(u"aws_security_token"_s)).toUtf8()};
    if (found.credentials.secretAccessKey.isEmpty())
        return failure(ErrorCode::Invalid, Core::tr("The profile “%1” has an aws_access_key_id, but no aws_secret_access_key.").arg(profile), Core::tr("Add it to the credentials file."));
    return found;
}

[[nodiscard]] Result<FoundCredentials> ofProfile(const CredentialRequest &request, const SharedConfig &config, const QString &name, QSet<QString> open);

[[nodiscard]] Result<FoundCredentials> ofRole(const CredentialRequest &request, const SharedConfig &config, const QString &name, QSet<QString> open)
{
    const SharedConfig::Section section = config.profile(name);
    const QString source = section.value(u"source_profile"_s);
    const QString from = section.value(u"credential_source"_s);
    if (section.contains(u"mfa_serial"_s))
        return failure(ErrorCode::Unsupported, Core::tr("The profile “%1” assumes its role with a code of a device.").arg(name), Core::tr("Get temporary credentials with the AWS command line, and name their profile."));
    Result<FoundCredentials> base = failure(ErrorCode::Invalid, Core::tr("The profile “%1” has a role_arn, but neither source_profile nor credential_source.").arg(name), Core::tr("Name the profile whose keys assume the role."));
    if (from == "Environment"_L1)
        base = ofEnvironment(request.environment);
    else if (!source.isEmpty() && source == name && section.contains(u"aws_access_key_id"_s))
        base = ofKeys(section, name);
    else if (!source.isEmpty())
        base = ofProfile(request, config, source, open);
    if (!base)
        return base;
    AssumedRole role{section.value(u"role_arn"_s), section.value(u"role_session_name"_s, u"ephemera"_s), section.value(u"external_id"_s), section.value(u"duration_seconds"_s, u"3600"_s).toInt()};
    auto assumed = request.assume(base->credentials, role);
    if (assumed)
        assumed->source = Core::tr("the profile “%1” with the role %2").arg(name, role.arn);
    return assumed;
}

Result<FoundCredentials> ofProfile(const CredentialRequest &request, const SharedConfig &config, const QString &name, QSet<QString> open)
{
    if (open.contains(name))
        return failure(ErrorCode::Invalid, Core::tr("The profile “%1” gets its credentials from itself.").arg(name), Core::tr("Correct its source_profile."));
    open.insert(name);
    if (!config.hasProfile(name))
        return failure(ErrorCode::NotFound, Core::tr("There is no profile “%1”.").arg(name), config.profiles().isEmpty() ? Core::tr("Run “aws configure”, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.") : Core::tr("There are: %1.").arg(config.profiles().join(", "_L1)));
    const SharedConfig::Section section = config.profile(name);
    if (section.contains(u"role_arn"_s) && !section.contains(u"web_identity_token_file"_s))
        return ofRole(request, config, name, open);
    if (section.contains(u"aws_access_key_id"_s))
        return ofKeys(section, name);
    if (section.contains(u"credential_process"_s))
        return ofProcess(section.value(u"credential_process"_s), name, request.environment);
    if (section.contains(u"sso_session"_s) || section.contains(u"sso_start_url"_s) || section.contains(u"login_session"_s))
        return failure(ErrorCode::Unsupported, Core::tr("The profile “%1” signs on in a browser.").arg(name),
                       Core::tr("Sign on with the AWS command line, then let it hand the credentials on: credential_process = aws configure export-credentials --profile %1").arg(name));
    return failure(ErrorCode::NotFound, Core::tr("The profile “%1” has no credentials.").arg(name), Core::tr("Add keys, a role or a credential_process to it."));
}

} // namespace

Result<SharedConfig> SharedConfig::parse(const QByteArray &config, const QByteArray &credentials)
{
    SharedConfig shared;
    const auto own = parseIni(config, u"config"_s);
    if (!own)
        return tl::unexpected(own.error());
    for (const IniSection &section : *own) {
        QString name;
        if (section.name == "default"_L1)
            name = section.name;
        else if (section.name.startsWith("profile "_L1) || section.name.startsWith("profile\t"_L1))
            name = unquoted(section.name.mid(8));
        else if (section.name.startsWith("services "_L1))
            shared.m_services.insert(unquoted(section.name.mid(9)), section.nested);
        if (name.isEmpty())
            continue;
        if (!shared.m_order.contains(name))
            shared.m_order << name;
        shared.m_profiles[name].insert(section.values);
    }
    const auto keys = parseIni(credentials, u"credentials"_s);
    if (!keys)
        return tl::unexpected(keys.error());
    for (const IniSection &section : *keys) {
        const QString name = unquoted(section.name);
        if (!shared.m_order.contains(name))
            shared.m_order << name;
        shared.m_profiles[name].insert(section.values);
    }
    return shared;
}

Result<SharedConfig> SharedConfig::load(const QProcessEnvironment &environment)
{
    const auto config = readIfThere(filePath(environment, u"AWS_CONFIG_FILE"_s, u"config"_s));
    if (!config)
        return tl::unexpected(config.error());
    const auto credentials = readIfThere(filePath(environment, u"AWS_SHARED_CREDENTIALS_FILE"_s, u"credentials"_s));
    return credentials ? parse(*config, *credentials) : tl::unexpected(credentials.error());
}

QStringList SharedConfig::profiles() const
{
    return m_order;
}

QString SharedConfig::endpointUrl(const QString &profile, const QString &service) const
{
    const Section section = m_profiles.value(profile);
    if (section.value(u"ignore_configured_endpoint_urls"_s).compare("true"_L1, Qt::CaseInsensitive) == 0)
        return {};
    const QString own = m_services.value(section.value(u"services"_s)).value(endpointKey(service)).value(u"endpoint_url"_s);
    return own.isEmpty() ? section.value(u"endpoint_url"_s) : own;
}

QString profileName(const QString &given, const QProcessEnvironment &environment)
{
    if (!given.isEmpty())
        return given;
    return environment.value(u"AWS_PROFILE"_s, environment.value(u"AWS_DEFAULT_PROFILE"_s, u"default"_s));
}

QString regionOf(const QString &given, const QString &profile, const SharedConfig &config, const QProcessEnvironment &environment)
{
    const QString fromEnvironment = environment.value(u"AWS_REGION"_s, environment.value(u"AWS_DEFAULT_REGION"_s));
    if (!given.isEmpty() || !fromEnvironment.isEmpty())
        return given.isEmpty() ? fromEnvironment : given;
    return config.profile(profile).value(u"region"_s);
}

Result<FoundCredentials> findCredentials(const CredentialRequest &request, const SharedConfig &config)
{
    if (request.profile.isEmpty()) {
        auto found = ofEnvironment(request.environment);
        if (found || found.error().code != ErrorCode::NotFound)
            return found;
    }
    return ofProfile(request, config, profileName(request.profile, request.environment), {});
}

} // namespace eph::deploy
