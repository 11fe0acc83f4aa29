// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/lambdafunctionsapi.h"

#include "core/base/text.h"
#include "core/cloud/functionsettings.h"
#include "core/cloud/functiontags.h"
#include "core/package/pack.h"

#include <QFile>
#include <QJsonArray>
#include <QUuid>
#include <numeric>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using Changes = QList<account::DocumentStore::Change>;

namespace {

constexpr qsizetype MostPerPage = 50;
/// How far the versions of a function have been counted: no number is given twice.
const QString CounterKind = u"version-counter"_s;

[[nodiscard]] ApiError invalid(const QString &message)
{
    return {400, "InvalidParameterValueException", message};
}

[[nodiscard]] ApiError conflict(const QString &message)
{
    return {409, "ResourceConflictException", message};
}

/// What of a configuration a new version would be the same as the last one by.
[[nodiscard]] QJsonObject essence(QJsonObject configuration)
{
    for (const QString &name : {u"Version"_s, u"RevisionId"_s, u"LastModified"_s, u"FunctionArn"_s, u"Description"_s})
        configuration.remove(name);
    return configuration;
}

void setCode(FunctionVersion &version, const account::CodeStore::Code &code)
{
    version.configuration.insert(u"CodeSha256"_s, QString::fromLatin1(QByteArray::fromHex(code.sha256).toBase64()));
    version.configuration.insert(u"CodeSize"_s, code.bytes);
}

/// `$LATEST` of a function that a template declares, with that code. Its revision follows from what it is.
[[nodiscard]] FunctionVersion declaredVersion(const project::Function &function, const runtime::FunctionConfig &config, const account::CodeStore::Code &code, const QList<account::CodeStore::Code> &layers = {})
{
    FunctionVersion version{declaredConfiguration(function, config)};
    setCode(version, code);
    for (const account::CodeStore::Code &layer : layers)
        version.layers << layer.sha256;
    version.configuration.insert(u"RevisionId"_s, QUuid::createUuidV5(QUuid(), config.arn().toUtf8() + code.sha256).toString(QUuid::WithoutBraces));
    return version;
}

} // namespace

LambdaFunctionsApi::LambdaFunctionsApi(const runtime::Pool &pool, FunctionCatalogue &catalogue, DeployedFunctions &deployed, CodeUploads &uploads)
    : m_pool(pool)
    , m_catalogue(catalogue)
    , m_deployed(deployed)
    , m_uploads(uploads)
    , m_names(catalogue, deployed)
{
}

void LambdaFunctionsApi::addTo(RestRoutes &routes)
{
    const auto later = [&](const QByteArray &method, const QByteArray &path, void (LambdaFunctionsApi::*handler)(const RestCall &)) {
        routes.addLater(method, path, [this, handler](const RestCall &call) { (this->*handler)(call); });
    };
    later("GET", "/2015-03-31/functions", &LambdaFunctionsApi::list);
    later("GET", "/2015-03-31/functions/{FunctionName}", &LambdaFunctionsApi::get);
    later("GET", "/2015-03-31/functions/{FunctionName}/configuration", &LambdaFunctionsApi::getConfiguration);
    later("GET", "/2015-03-31/functions/{FunctionName}/versions", &LambdaFunctionsApi::listVersions);
    later("POST", "/2015-03-31/functions/{FunctionName}/versions", &LambdaFunctionsApi::publish);
    later("GET", "/2016-08-19/account-settings", &LambdaFunctionsApi::accountSettings);
    later("GET", "/ephemera/code/{FunctionName}", &LambdaFunctionsApi::download);
    routes.addUpload("POST", "/2015-03-31/functions", [this](const RestCall &call) { create(call); });
    routes.addUpload("PUT", "/2015-03-31/functions/{FunctionName}/code", [this](const RestCall &call) { updateCode(call); });
    routes.add("PUT", "/2015-03-31/functions/{FunctionName}/configuration", [this](const RestCall &call) { return updateConfiguration(call); });
    routes.add("DELETE", "/2015-03-31/functions/{FunctionName}", [this](const RestCall &call) { return remove(call); });
}

void LambdaFunctionsApi::describe(const NamedFunction &function, std::function<void(const Described &)> take)
{
    // It goes by the name that it was asked by.
    const auto done = [function, take = std::move(take)](Described version) {
        if (version && !function.qualifier.isEmpty())
            version->configuration.insert(u"FunctionArn"_s, function.qualifiedArn());
        take(version);
    };
    const QString number = m_names.versionOf(function);
    const project::Function *declared = number == Latest ? m_catalogue.declared(function.name) : nullptr;
    if (!declared) {
        const auto kept = m_deployed.version(function.name, number);
        return done(kept ? Described(*kept) : tl::unexpected(functionNotFound(function.qualifiedArn())));
    }
    const auto config = m_catalogue.find(function.name);
    if (!config)
        return done(tl::unexpected(config.error().code == ErrorCode::NotFound ? functionNotFound(function.qualifiedArn()) : unavailable(config.error())));
    m_jobs.run([code = m_code, config = *config] { return code->describe(config); },
               [done, declared = *declared, config = *config](const Result<account::CodeStore::Code> &code) {
                   if (!code)
                       return done(tl::unexpected(unavailable(code.error())));
                   done(declaredVersion(declared, config, *code));
               });
}

void LambdaFunctionsApi::describeAll(QList<NamedFunction> functions, std::function<void(QList<FunctionVersion>)> done)
{
    const auto all = std::make_shared<std::vector<std::optional<FunctionVersion>>>(size_t(functions.size()));
    const auto left = std::make_shared<qsizetype>(functions.size() + 1);
    const auto one = [all, left, done = std::move(done)] {
        if (--*left > 0)
            return;
        QList<FunctionVersion> versions;
        for (const auto &version : *all) {
            if (version)
                versions << *version;
        }
        done(versions);
    };
    for (qsizetype i = 0; i < functions.size(); ++i) {
        describe(functions.at(i), [all, one, i](const Described &described) {
            if (described)
                all->at(size_t(i)) = *described;
            one();
        });
    }
    one();
}

std::optional<ApiError> LambdaFunctionsApi::existsAlready(const QString &name) const
{
    if (!m_names.isDeclared(name) && !m_deployed.version(name, Latest))
        return std::nullopt;
    return conflict(u"Function already exist: %1"_s.arg(name));
}

tl::expected<FunctionVersion, ApiError> LambdaFunctionsApi::withLayers(FunctionVersion version, const QJsonArray &arns) const
{
    QJsonArray told;
    version.layers.clear();
    for (const auto &arn : arns) {
        const QString text = arn.toString();
        const QJsonObject *layer = m_deployed.documents().find({kinds::Layer, text.section(u':', 6, 6), text.section(u':', 7, 7)});
        if (!layer)
            return tl::unexpected(invalid(u"Layer version %1 does not exist."_s.arg(text)));
        const QJsonObject content = layer->value("Content"_L1).toObject();
        version.layers << QByteArray::fromBase64(content.value("CodeSha256"_L1).toString().toLatin1()).toHex();
        told.append(QJsonObject{{u"Arn"_s, text}, {u"CodeSize"_s, content.value("CodeSize"_L1)}});
    }
    if (told.isEmpty())
        version.configuration.remove("Layers"_L1);
    else
        version.configuration.insert(u"Layers"_s, told);
    return version;
}

void LambdaFunctionsApi::create(const RestCall &call)
{
    m_uploads.parse(call.request, "CreateFunction", [this, call](const CodeUploads::Parsed &input) {
        if (!input)
            return call.fail(input.error());
        if (const auto error = settingsError(*input, true))
            return call.fail(*error);
        const auto named = m_names.named(input->value("FunctionName"_L1).toString(), {});
        if (!named)
            return call.fail(named.error());
        if (const auto error = existsAlready(named->name))
            return call.fail(*error);
        QJsonObject settings = *input;
        settings.remove("Code"_L1);
        m_uploads.take(input->value("Code"_L1).toObject(), [this, call, settings](const CodeUploads::Taken &code) { code ? finishCreate(call, settings, *code) : call.fail(code.error()); });
    });
}

void LambdaFunctionsApi::finishCreate(const RestCall &call, const QJsonObject &input, const account::CodeStore::Code &code)
{
    const auto named = m_names.named(input.value("FunctionName"_L1).toString(), {});
    if (!named)
        return call.fail(named.error());
    // Somebody else may have been quicker.
    if (const auto error = existsAlready(named->name))
        return call.fail(*error);
    auto version = withLayers({newConfiguration(named->arn, input)}, input.value("Layers"_L1).toArray());
    if (!version)
        return call.fail(version.error());
    version->creating = true;
    setCode(*version, code);
    m_deployed.touch(*version);
    Changes changes{{{kinds::Version, named->name, Latest}, version->toJson()}};
    if (const QJsonObject tags = input.value("Tags"_L1).toObject(); !tags.isEmpty())
        changes.append({{kinds::Tags, named->name, {}}, tags});
    if (const auto made = m_deployed.documents().apply(changes); !made)
        return call.fail(unavailable(made.error()));
    if (!input.value("Publish"_L1).toBool())
        return call.answer(201, m_deployed.told(*version));
    call.finish(publishVersion(*named, *version, input.value("Description"_L1).toString(), version->settlesMs));
}

LambdaFunctionsApi::Described LambdaFunctionsApi::changeable(const RestCall &call, const QString &revision)
{
    const auto named = m_names.existing(call);
    if (!named)
        return tl::unexpected(named.error());
    if (m_names.isDeclared(named->name))
        return tl::unexpected(conflict(Core::tr("“%1” is declared by the project's template: its $LATEST is what is saved there. Change it in the project, or create a function of another name.").arg(named->name)));
    const auto version = m_deployed.version(named->name, Latest);
    if (!version)
        return tl::unexpected(functionNotFound(named->arn));
    if (m_deployed.isSettling(*version))
        return tl::unexpected(conflict(u"The operation cannot be performed at this time. An update is in progress for resource: %1"_s.arg(named->arn)));
    if (const auto error = revisionMismatch(revision, m_deployed.told(*version).value("RevisionId"_L1).toString()))
        return tl::unexpected(*error);
    return *version;
}

void LambdaFunctionsApi::updateCode(const RestCall &call)
{
    m_uploads.parse(call.request, "UpdateFunctionCode", [this, call](const CodeUploads::Parsed &input) {
        if (!input)
            return call.fail(input.error());
        const auto present = changeable(call, input->value("RevisionId"_L1).toString());
        if (!present)
            return call.fail(present.error());
        QJsonObject rest = *input;
        rest.remove("ZipFile"_L1);
        m_uploads.take(*input, [this, call, rest](const CodeUploads::Taken &code) { code ? finishUpdateCode(call, rest, *code) : call.fail(code.error()); });
    });
}

void LambdaFunctionsApi::finishUpdateCode(const RestCall &call, const QJsonObject &input, const account::CodeStore::Code &code)
{
    auto version = changeable(call, input.value("RevisionId"_L1).toString());
    if (!version)
        return call.fail(version.error());
    version->creating = false;
    setCode(*version, code);
    if (input.contains("Architectures"_L1))
        version->configuration.insert(u"Architectures"_s, input.value("Architectures"_L1));
    if (input.value("DryRun"_L1).toBool())
        return call.answer(200, m_deployed.told(*version));
    m_deployed.touch(*version);
    const QString name = version->configuration.value("FunctionName"_L1).toString();
    if (const auto made = m_deployed.documents().put({kinds::Version, name, Latest}, version->toJson()); !made)
        return call.fail(unavailable(made.error()));
    if (!input.value("Publish"_L1).toBool())
        return call.answer(200, m_deployed.told(*version));
    const RestReply published = publishVersion({name, {}, m_names.arnOf(name)}, *version, {}, version->settlesMs);
    call.finish(published.map([](const RestAnswer &answer) { return RestAnswer{200, answer.body}; }));
}

RestReply LambdaFunctionsApi::updateConfiguration(const RestCall &call)
{
    if (const auto error = settingsError(call.input, false))
        return tl::unexpected(*error);
    auto version = changeable(call, call.input.value("RevisionId"_L1).toString());
    if (version && call.input.contains("Layers"_L1))
        version = withLayers(*version, call.input.value("Layers"_L1).toArray());
    if (!version)
        return tl::unexpected(version.error());
    if (const auto error = tenancyError(version->configuration, call.input))
        return tl::unexpected(*error);
    version->creating = false;
    version->configuration = withSettings(version->configuration, call.input);
    m_deployed.touch(*version);
    return written(m_deployed.documents().put({kinds::Version, version->configuration.value("FunctionName"_L1).toString(), Latest}, version->toJson()), {200, m_deployed.told(*version)});
}

RestReply LambdaFunctionsApi::remove(const RestCall &call)
{
    const auto named = m_names.existing(call);
    if (!named)
        return tl::unexpected(named.error());
    if (named->qualifier == Latest)
        return tl::unexpected(invalid(u"$LATEST version cannot be deleted without deleting the function."_s));
    const account::DocumentStore &documents = m_deployed.documents();
    Changes changes;
    if (!named->qualifier.isEmpty()) {
        if (documents.find({kinds::Alias, named->name, named->qualifier}))
            return tl::unexpected(invalid(u"Deletion of aliases is not currently supported."_s));
        QStringList users;
        const auto aliases = documents.all(kinds::Alias, named->name);
        for (auto alias = aliases.begin(); alias != aliases.end(); ++alias) {
            const QJsonObject weights = alias->value("RoutingConfig"_L1).toObject().value("AdditionalVersionWeights"_L1).toObject();
            if (alias->value("FunctionVersion"_L1).toString() == named->qualifier || weights.contains(named->qualifier))
                users << alias.key();
        }
        if (!users.isEmpty())
            return tl::unexpected(conflict(u"Unable to delete version because the following aliases reference it: [%1]"_s.arg(users.join(u", "_s))));
        changes.append({{kinds::Version, named->name, named->qualifier}, std::nullopt});
        for (const QString &kind : {kinds::Policy, kinds::Provisioned, kinds::EventInvoke})
            changes.append({{kind, named->name, named->qualifier}, std::nullopt});
        return written(m_deployed.documents().apply(changes), {204});
    }
    if (m_names.isDeclared(named->name))
        return tl::unexpected(conflict(Core::tr("“%1” is declared by the project's template. Take it out there.").arg(named->name)));
    for (const QString &kind : {kinds::Version, kinds::Alias, kinds::Policy, kinds::Concurrency, kinds::Recursion, kinds::Provisioned, kinds::EventInvoke, kinds::Url, kinds::Tags, CounterKind}) {
        const QStringList present = documents.all(kind, named->name).keys();
        for (const QString &name : present)
            changes.append({{kind, named->name, name}, std::nullopt});
    }
    return written(m_deployed.documents().apply(changes), {204});
}

void LambdaFunctionsApi::answerPage(const RestCall &call, const QList<NamedFunction> &all, const QString &member)
{
    bool isNumber = false;
    const qsizetype wanted = call.queryValue(u"MaxItems"_s).toInt(&isNumber);
    const qsizetype most = isNumber && wanted > 0 ? std::min(wanted, MostPerPage) : MostPerPage;
    const qsizetype from = std::max(0, call.queryValue(u"Marker"_s).toInt());
    describeAll(all.mid(from, most), [call, member, next = from + most, count = all.size()](const QList<FunctionVersion> &described) {
        QJsonArray configurations;
        for (const FunctionVersion &version : described)
            configurations.append(version.configuration);
        QJsonObject object{{member, configurations}};
        if (next < count)
            object.insert(u"NextMarker"_s, QString::number(next));
        call.answer(200, object);
    });
}

void LambdaFunctionsApi::list(const RestCall &call)
{
    const auto project = m_catalogue.project();
    if (!project)
        return call.fail(unavailable(project.error()));
    QStringList names;
    const QList<project::Function> functions = (*project)->functions;
    for (const project::Function &function : functions) {
        if (m_catalogue.find(function.name))
            names << function.name;
    }
    names += m_deployed.names();
    names.removeDuplicates();
    QList<NamedFunction> all;
    const bool versions = call.queryValue(u"FunctionVersion"_s) == "ALL"_L1;
    for (const QString &name : std::as_const(names)) {
        all += versions ? withVersions(name) : QList{NamedFunction{name, {}, m_names.arnOf(name)}};
    }
    answerPage(call, all, u"Functions"_s);
}

void LambdaFunctionsApi::listVersions(const RestCall &call)
{
    const auto named = m_names.unqualified(call);
    named ? answerPage(call, withVersions(named->name), u"Versions"_s) : call.fail(named.error());
}

QList<NamedFunction> LambdaFunctionsApi::withVersions(const QString &name) const
{
    QList<NamedFunction> all{{name, Latest, m_names.arnOf(name)}};
    const QStringList numbers = m_deployed.publishedVersions(name);
    for (const QString &number : numbers)
        all << NamedFunction{name, number, m_names.arnOf(name)};
    return all;
}

void LambdaFunctionsApi::tell(const RestCall &call, const std::function<QJsonObject(const NamedFunction &, const QJsonObject &)> &shape)
{
    const auto named = m_names.existing(call);
    if (!named)
        return call.fail(named.error());
    describe(*named, [this, call, shape, named = *named](const Described &version) {
        if (!version)
            return call.fail(version.error());
        call.answer(200, shape(named, m_deployed.told(*version)));
    });
}

void LambdaFunctionsApi::get(const RestCall &call)
{
    tell(call, [this, host = call.request.header("Host")](const NamedFunction &named, const QJsonObject &told) {
        const QString location = u"http://%1/ephemera/code/%2?Qualifier=%3"_s.arg(QString::fromLatin1(host), named.name, told.value("Version"_L1).toString());
        QJsonObject object{{u"Configuration"_s, told}, {u"Code"_s, QJsonObject{{u"RepositoryType"_s, u"S3"_s}, {u"Location"_s, location}}}};
        if (const QJsonObject tags = tagsOf(m_catalogue, m_deployed, named.name); !tags.isEmpty())
            object.insert(u"Tags"_s, tags);
        const auto request = m_catalogue.requestTo(named.name);
        if (request && request->config.reservedConcurrency >= 0)
            object.insert(u"Concurrency"_s, QJsonObject{{u"ReservedConcurrentExecutions"_s, request->config.reservedConcurrency}});
        return object;
    });
}

void LambdaFunctionsApi::getConfiguration(const RestCall &call)
{
    tell(call, [](const NamedFunction &, const QJsonObject &told) { return told; });
}

void LambdaFunctionsApi::download(const RestCall &call)
{
    const auto named = m_names.existing(call);
    if (!named)
        return call.fail(named.error());
    const auto kept = m_deployed.version(named->name, m_names.versionOf(*named));
    const auto config = kept ? failure(ErrorCode::NotFound, {}) : m_catalogue.find(named->name);
    if (!kept && !config)
        return call.fail(unavailable(config.error()));
    m_jobs.run([path = kept ? m_deployed.code().zipOf(kept->codeSha256()) : QString(), folder = config ? config->codeFolder : QString(), runtime = config ? config->runtime : QString()]() -> Result<QByteArray> {
        if (path.isEmpty())
            return package::packFolder(folder, runtime);
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            return failure(ErrorCode::Io, Core::tr("%1 cannot be read: %2.").arg(path, file.errorString()));
        return file.readAll();
    }, [call](const Result<QByteArray> &zip) {
        if (!zip)
            return call.fail(unavailable(zip.error()));
        call.responder.respond({200, {{"Content-Type", "application/zip"}, {"x-amzn-RequestId", call.requestId}}, *zip});
    });
}

RestReply LambdaFunctionsApi::publishVersion(const NamedFunction &function, FunctionVersion latest, const QString &description, std::optional<qint64> settlesMs)
{
    const account::DocumentStore &documents = m_deployed.documents();
    const QStringList numbers = m_deployed.publishedVersions(function.name);
    if (const auto last = numbers.isEmpty() ? std::nullopt : m_deployed.version(function.name, numbers.constLast())) {
        if (essence(last->configuration) == essence(latest.configuration) && last->layers == latest.layers)
            return RestAnswer{201, m_deployed.told(*last)};
    }
    const QJsonObject *counter = documents.find({CounterKind, function.name, {}});
    const int number = (counter ? counter->value("last"_L1).toInt() : 0) + 1;
    const QString text = QString::number(number);
    FunctionVersion version = std::move(latest);
    version.configuration.insert(u"Version"_s, text);
    version.configuration.insert(u"FunctionArn"_s, QString(function.arn + u':' + text));
    if (!description.isEmpty())
        version.configuration.insert(u"Description"_s, description);
    version.creating = true;
    m_deployed.touch(version);
    if (settlesMs)
        version.settlesMs = *settlesMs;
    return written(m_deployed.documents().apply({{{kinds::Version, function.name, text}, version.toJson()}, {{CounterKind, function.name, {}}, QJsonObject{{u"last"_s, number}}}}), {201, m_deployed.told(version)});
}

void LambdaFunctionsApi::publish(const RestCall &call)
{
    const auto named = m_names.unqualified(call);
    if (!named)
        return call.fail(named.error());
    if (!m_names.isDeclared(named->name)) {
        const auto latest = changeable(call, {});
        return latest ? publishNow(call, *named, *latest) : call.fail(latest.error());
    }
    // What is saved now is kept as it is, with its layers.
    const auto config = m_catalogue.find(named->name);
    if (!config)
        return call.fail(unavailable(config.error()));
    m_jobs.run([config = *config, store = m_deployed.code()]() -> Result<QList<account::CodeStore::Code>> {
        QList<account::CodeStore::Code> kept;
        const QStringList folders = QStringList{config.codeFolder} + config.layerFolders;
        for (const QString &folder : folders) {
            const auto code = package::packFolder(folder, folder == config.codeFolder ? config.runtime : QString()).and_then([&store](const QByteArray &zip) { return store.take(zip); });
            if (!code)
                return tl::unexpected(code.error());
            kept << *code;
        }
        return kept;
    }, [this, call, named = *named, config = *config](const Result<QList<account::CodeStore::Code>> &kept) {
        const project::Function *declared = m_catalogue.declared(named.name);
        if (!kept || !declared)
            return call.fail(kept ? functionNotFound(named.arn) : unavailable(kept.error()));
        publishNow(call, named, declaredVersion(*declared, config, kept->constFirst(), kept->mid(1)));
    });
}

void LambdaFunctionsApi::publishNow(const RestCall &call, const NamedFunction &function, const FunctionVersion &latest)
{
    const QString wanted = call.input.value("CodeSha256"_L1).toString();
    const QString present = latest.configuration.value("CodeSha256"_L1).toString();
    if (!wanted.isEmpty() && wanted != present)
        return call.fail(invalid(u"CodeSHA256 (%1) is different from current CodeSHA256 in $LATEST (%2). Please try again with the CodeSHA256 in $LATEST."_s.arg(wanted, present)));
    if (const auto error = revisionMismatch(call.input.value("RevisionId"_L1).toString(), m_deployed.told(latest).value("RevisionId"_L1).toString()))
        return call.fail(*error);
    call.finish(publishVersion(function, latest, call.input.value("Description"_L1).toString(), std::nullopt));
}

void LambdaFunctionsApi::accountSettings(const RestCall &call)
{
    const auto declared = m_catalogue.all();
    if (!declared)
        return call.fail(unavailable(declared.error()));
    const int limit = m_pool.accountConcurrency();
    int unreserved = limit;
    QStringList names = m_deployed.names();
    for (const runtime::FunctionConfig &config : *declared)
        names << config.name;
    names.removeDuplicates();
    QList<NamedFunction> all;
    for (const QString &name : std::as_const(names)) {
        all << NamedFunction{name, {}, m_names.arnOf(name)};
        if (const auto request = m_catalogue.requestTo(name))
            unreserved -= std::max(0, request->config.reservedConcurrency);
    }
    constexpr qint64 MiB = 1024LL * 1024;
    constexpr qint64 GiB = 1024 * MiB;
    const QJsonObject limits{{u"TotalCodeSize"_s, 75 * GiB}, {u"CodeSizeUnzipped"_s, 250 * MiB}, {u"CodeSizeZipped"_s, 50 * MiB}, {u"ConcurrentExecutions"_s, limit}, {u"UnreservedConcurrentExecutions"_s, unreserved}};
    describeAll(all, [call, limits, count = all.size()](const QList<FunctionVersion> &versions) {
        const qint64 bytes = std::accumulate(versions.cbegin(), versions.cend(), qint64(0), [](qint64 sum, const FunctionVersion &version) { return sum + version.configuration.value("CodeSize"_L1).toInteger(); });
        call.answer(200, {{u"AccountLimit"_s, limits}, {u"AccountUsage"_s, QJsonObject{{u"TotalCodeSize"_s, bytes}, {u"FunctionCount"_s, count}}}});
    });
}

} // namespace eph::cloud
