// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/lambdafunctionsapi.h"

#include "core/cloud/apierror.h"
#include "core/cloud/functionref.h"
#include "core/runtime/requestids.h"
#include "core/sys/codefiles.h"

#include <QDateTime>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QUrl>
#include <QUrlQuery>
#include <QUuid>
#include <numeric>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

const QByteArray FunctionsPath = "/2015-03-31/functions";
constexpr qsizetype MostPerPage = 50;

http::Response answer(const QJsonObject &object)
{
    return {200, {{"Content-Type", "application/json"}, {"x-amzn-RequestId", runtime::newRequestId()}}, QJsonDocument(object).toJson(QJsonDocument::Compact)};
}

/// A function as it is described, in the order of the project.
struct Described {
    project::Function function;
    runtime::FunctionConfig config;
};

QJsonObject configuration(const Described &described, const QByteArray &sha256, qint64 bytes)
{
    const auto &[function, config] = described;
    const QDateTime changed = QFileInfo(function.location.file).lastModified().toUTC();
    QJsonObject object{{u"FunctionName"_s, config.name},
                       {u"FunctionArn"_s, config.arn()},
                       {u"Runtime"_s, config.runtime},
                       {u"Role"_s, u"arn:aws:iam::%1:role/local"_s.arg(config.account)},
                       {u"Handler"_s, config.handler},
                       {u"CodeSize"_s, bytes},
                       {u"Description"_s, function.description},
                       {u"Timeout"_s, function.timeoutSeconds},
                       {u"MemorySize"_s, config.memoryMiB},
                       {u"LastModified"_s, QString(changed.toString(u"yyyy-MM-ddTHH:mm:ss.zzz"_s) + "+0000"_L1)},
                       {u"CodeSha256"_s, QString::fromLatin1(sha256.toBase64())},
                       {u"Version"_s, config.version},
                       {u"TracingConfig"_s, QJsonObject{{u"Mode"_s, u"PassThrough"_s}}},
                       {u"RevisionId"_s, QUuid::createUuidV5(QUuid(), config.arn().toUtf8() + sha256).toString(QUuid::WithoutBraces)},
                       {u"PackageType"_s, u"Zip"_s},
                       {u"Architectures"_s, QJsonArray{function.architecture}},
                       {u"EphemeralStorage"_s, QJsonObject{{u"Size"_s, config.ephemeralStorageMiB}}},
                       {u"SnapStart"_s, QJsonObject{{u"ApplyOn"_s, u"None"_s}, {u"OptimizationStatus"_s, u"Off"_s}}},
                       {u"LoggingConfig"_s, QJsonObject{{u"LogFormat"_s, config.jsonLogs ? u"JSON"_s : u"Text"_s}, {u"LogGroup"_s, QString("/aws/lambda/"_L1 + config.name)}}}};
    if (!config.environment.isEmpty()) {
        QJsonObject variables;
        for (auto it = config.environment.cbegin(); it != config.environment.cend(); ++it)
            variables.insert(it.key(), it.value());
        object.insert(u"Environment"_s, QJsonObject{{u"Variables"_s, variables}});
    }
    return object;
}

} // namespace

LambdaFunctionsApi::LambdaFunctionsApi(const runtime::Pool &pool, FunctionCatalogue &catalogue)
    : m_pool(pool)
    , m_catalogue(catalogue)
{
}

bool LambdaFunctionsApi::handle(const http::Request &request, const http::Responder &responder)
{
    if (request.method != "GET")
        return false;
    if (request.path == "/2016-08-19/account-settings" || request.path == "/2016-08-19/account-settings/") {
        accountSettings(responder);
        return true;
    }
    if (request.path == FunctionsPath || request.path == QByteArray(FunctionsPath + '/')) {
        list(responder, request.query);
        return true;
    }
    const bool concurrency = request.path.startsWith("/2019-09-30/functions/") && request.path.endsWith("/concurrency");
    const QList<QByteArray> parts = request.path.split('/');
    if (!concurrency && !request.path.startsWith(QByteArray(FunctionsPath + '/')))
        return false;
    const bool isConfiguration = parts.size() == 5 && parts.at(4) == "configuration";
    if (parts.size() != 4 && !isConfiguration && !concurrency)
        return false;
    const auto ref = parseFunctionRef(QUrl::fromPercentEncoding(parts.at(3)));
    if (!ref) {
        responder.respond(errorResponse({400, "ValidationException", u"The name of the function is not valid."_s}, runtime::newRequestId()));
        return true;
    }
    const QString asked = QUrlQuery(QString::fromLatin1(request.query)).queryItemValue(u"Qualifier"_s, QUrl::FullyDecoded);
    one(responder, ref->name, asked.isEmpty() ? ref->qualifier : asked, concurrency ? Part::Concurrency : isConfiguration ? Part::Configuration : Part::Whole);
    return true;
}

qint64 LambdaFunctionsApi::bytesOf(const runtime::FunctionConfig &config)
{
    qint64 bytes = 0;
    const QList<sys::CodeFile> files = sys::codeFiles(config.codeFolder);
    for (const sys::CodeFile &file : files)
        bytes += QFileInfo(file.path).size();
    return bytes;
}

LambdaFunctionsApi::Code LambdaFunctionsApi::codeOf(runtime::CodeHash &hash, const runtime::FunctionConfig &config)
{
    return {QByteArray::fromHex(hash.of(QStringList{config.codeFolder} + config.layerFolders)), bytesOf(config)};
}

void LambdaFunctionsApi::list(const http::Responder &responder, const QByteArray &query)
{
    const auto project = m_catalogue.project();
    if (!project)
        return responder.respond(errorResponse(unavailable(project.error()), runtime::newRequestId()));
    const QUrlQuery asked(QString::fromLatin1(query));
    bool isNumber = false;
    const qsizetype wanted = asked.queryItemValue(u"MaxItems"_s).toInt(&isNumber);
    const qsizetype most = isNumber && wanted > 0 ? std::min(wanted, MostPerPage) : MostPerPage;
    const qsizetype from = std::max(0, asked.queryItemValue(u"Marker"_s).toInt());
    QList<Described> page;
    const QList<project::Function> functions = (*project)->functions;
    qsizetype at = from;
    for (; at < functions.size() && page.size() < most; ++at) {
        if (const auto config = m_catalogue.find(functions.at(at).name))
            page << Described{functions.at(at), *config};
    }
    const bool more = at < functions.size();
    m_jobs.run([hash = m_hash, page] {
        QJsonArray configurations;
        for (const Described &described : page) {
            const Code code = codeOf(*hash, described.config);
            configurations.append(configuration(described, code.sha256, code.bytes));
        }
        return configurations;
    }, [responder, more, at](const QJsonArray &configurations) {
        QJsonObject object{{u"Functions"_s, configurations}};
        if (more)
            object.insert(u"NextMarker"_s, QString::number(at));
        responder.respond(answer(object));
    });
}

void LambdaFunctionsApi::one(const http::Responder &responder, const QString &name, const QString &qualifier, Part part)
{
    const auto config = m_catalogue.find(name);
    const auto project = m_catalogue.project();
    const project::Function *function = project ? (*project)->function(name) : nullptr;
    if ((!config && config.error().code != ErrorCode::NotFound) || !project)
        return responder.respond(errorResponse(unavailable(config ? project.error() : config.error()), runtime::newRequestId()));
    if (!config || !function || (!qualifier.isEmpty() && qualifier != "$LATEST"_L1)) {
        const QString arn = m_catalogue.arnOf(name) + (qualifier.isEmpty() ? QString() : QString(u':' + qualifier));
        return responder.respond(errorResponse({404, "ResourceNotFoundException", u"Function not found: %1"_s.arg(arn)}, runtime::newRequestId()));
    }
    QJsonObject concurrency;
    if (config->reservedConcurrency >= 0)
        concurrency.insert(u"ReservedConcurrentExecutions"_s, config->reservedConcurrency);
    if (part == Part::Concurrency)
        return responder.respond(answer(concurrency));
    m_jobs.run([hash = m_hash, config = *config] { return codeOf(*hash, config); }, [responder, part, concurrency, described = Described{*function, *config}](const Code &code) {
        QJsonObject object = configuration(described, code.sha256, code.bytes);
        object.insert(u"State"_s, u"Active"_s);
        object.insert(u"LastUpdateStatus"_s, u"Successful"_s);
        if (part == Part::Whole) {
            object = {{u"Configuration"_s, object}, {u"Code"_s, QJsonObject{{u"RepositoryType"_s, u"S3"_s}, {u"Location"_s, QUrl::fromLocalFile(described.config.codeFolder).toString()}}}};
            if (!concurrency.isEmpty())
                object.insert(u"Concurrency"_s, concurrency);
        }
        responder.respond(answer(object));
    });
}

void LambdaFunctionsApi::accountSettings(const http::Responder &responder)
{
    const auto functions = m_catalogue.all();
    if (!functions)
        return responder.respond(errorResponse(unavailable(functions.error()), runtime::newRequestId()));
    const int limit = m_pool.accountConcurrency();
    int unreserved = limit;
    for (const runtime::FunctionConfig &config : *functions)
        unreserved -= std::max(0, config.reservedConcurrency);
    constexpr qint64 MiB = 1024LL * 1024;
    constexpr qint64 GiB = 1024 * MiB;
    const QJsonObject limits{{u"TotalCodeSize"_s, 75 * GiB}, {u"CodeSizeUnzipped"_s, 250 * MiB}, {u"CodeSizeZipped"_s, 50 * MiB}, {u"ConcurrentExecutions"_s, limit}, {u"UnreservedConcurrentExecutions"_s, unreserved}};
    m_jobs.run([functions = *functions] {
        return std::accumulate(functions.cbegin(), functions.cend(), qint64(0), [](qint64 sum, const runtime::FunctionConfig &config) { return sum + bytesOf(config); });
    }, [responder, limits, count = functions->size()](qint64 bytes) {
        responder.respond(answer({{u"AccountLimit"_s, limits}, {u"AccountUsage"_s, QJsonObject{{u"TotalCodeSize"_s, bytes}, {u"FunctionCount"_s, count}}}}));
    });
}

} // namespace eph::cloud
