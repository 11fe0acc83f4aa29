// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/invokeservice.h"

#include "core/base/jsontext.h"
#include "core/base/text.h"
#include "core/events/eventfiles.h"
#include "core/runtime/tenancy.h"
#include "core/services/advice.h"

#include <QJsonDocument>

namespace eph::services {

namespace {

using namespace Qt::StringLiterals;

/// A number with at most two decimals, as the log prints it.
QJsonValue rounded(double ms)
{
    return std::round(ms * 100) / 100;
}

/// Line ends can stand in JSON only between its parts.
QByteArray onOneLine(QByteArray json)
{
    return json.replace('\n', ' ').replace('\r', ' ');
}

} // namespace

QJsonObject toJson(const InvocationRecord &record)
{
    const runtime::Report &report = record.invocation.report;
    QJsonObject reportJson{
        {u"requestId"_s, QString::fromLatin1(report.requestId)},
        {u"coldStart"_s, report.coldStart},
        {u"initMs"_s, report.initMs ? rounded(*report.initMs) : QJsonValue(QJsonValue::Null)},
        {u"durationMs"_s, rounded(report.durationMs)},
        {u"billedMs"_s, report.billedMs},
        {u"memoryMiB"_s, report.memoryMiB},
        {u"maxMemoryMiB"_s, report.maxMemoryMiB},
        {u"codeSha256"_s, QString::fromLatin1(report.codeSha256)},
        {u"costUsd"_s, record.cost.exact()},
    };
    if (!report.tenantId.isEmpty())
        reportJson.insert(u"tenantId"_s, QString::fromUtf8(report.tenantId));
    if (!report.errorType.isEmpty())
        reportJson.insert(u"errorType"_s, report.errorType);
    QJsonObject json{{u"function"_s, record.function},
                     {u"outcome"_s, runtime::outcomeName(record.invocation.outcome)},
                     {u"report"_s, reportJson},
                     {u"log"_s, QString::fromUtf8(record.invocation.log)}};
    if (!record.advice.isEmpty())
        json.insert(u"advice"_s, record.advice);
    return json;
}

QByteArray toJsonText(const InvocationRecord &record)
{
    // The payload goes in as it is: a JSON library would change numbers and the order of keys.
    const QByteArray &payload = record.invocation.payload;
    QByteArray text = QJsonDocument(toJson(record)).toJson(QJsonDocument::Compact);
    QByteArray value = onOneLine(payload);
    if (payload.isEmpty() || events::checkJson(payload))
        value = jsonText(QString::fromUtf8(payload));
    text.chop(1);
    return text + ",\"payload\":" + value + "}";
}

InvokeService::InvokeService(LocalCloud &cloud, sys::Interpreters interpreters, cost::PriceBook prices)
    : m_cloud(cloud)
    , m_interpreters(std::move(interpreters))
    , m_prices(std::move(prices))
{
}

QList<FidelityNote> InvokeService::fidelity(const project::Project &project, const project::Function &function) const
{
    return fidelityOf(project, function, m_cloud.options(), m_interpreters);
}

Result<InvokeService::Prepared> InvokeService::prepare(const Request &request)
{
    if (const auto problem = events::checkJson(request.event.isEmpty() ? QByteArray("{}") : request.event))
        return failure(ErrorCode::Invalid, Core::tr("The event is no JSON: %1 (byte %2).").arg(problem->message).arg(problem->offset), Core::tr("Correct it there."));
    constexpr qsizetype MaxRequestBytes = 6 * 1024 * 1024;
    if (request.event.size() > MaxRequestBytes)
        return failure(ErrorCode::Invalid, Core::tr("%1 byte payload is too large for the RequestResponse invocation type (limit %2 bytes)").arg(request.event.size()).arg(MaxRequestBytes),
                       Core::tr("Put the data into a bucket and send its name."));
    constexpr qsizetype MaxClientContextBytes = 3583;
    if (!request.clientContext.isEmpty() && (events::checkJson(request.clientContext) || request.clientContext.size() > MaxClientContextBytes))
        return failure(ErrorCode::Invalid, Core::tr("The client context is no JSON of at most %1 bytes.").arg(MaxClientContextBytes), Core::tr("Give an object such as {\"custom\": {}}."));
    auto config = cloud::functionConfig(request.project, request.function);
    if (!config)
        return tl::unexpected(config.error());
    // As it comes through a header.
    const QByteArray tenant = request.tenantId.trimmed();
    if (const QString problem = runtime::tenantProblem(*config, tenant); !problem.isEmpty())
        return failure(ErrorCode::Invalid, problem, !config->tenantIsolation ? Core::tr("Give “%1” a TenancyConfig in the template, or leave the tenant out.").arg(request.function.name) : tenant.isEmpty() ? Core::tr("“%1” has TenancyConfig: say which tenant it runs for.").arg(request.function.name) : QString());
    const project::Project &project = request.project;
    Prepared prepared{{}, request.function, {project.templateFile.isEmpty() ? project.folder : project.templateFile, project.parameters, {}}};
    prepared.invoke.config = *std::move(config);
    prepared.invoke.payload = request.event;
    prepared.invoke.clientContext = onOneLine(request.clientContext);
    prepared.invoke.tenantId = tenant;
    return prepared;
}

QFuture<Result<InvocationRecord>> InvokeService::invoke(const Request &request) const
{
    const auto prepared = prepare(request);
    return prepared ? run(*prepared) : QtFuture::makeReadyFuture(Result<InvocationRecord>(tl::unexpected(prepared.error())));
}

QFuture<Result<InvocationRecord>> InvokeService::run(const Prepared &prepared) const
{
    return m_cloud.invoke(prepared.invoke, prepared.home)
        .then([prices = m_prices.forRegion(prepared.invoke.config.region), function = prepared.function, event = prepared.invoke.payload](Result<runtime::Invocation> invocation) -> Result<InvocationRecord> {
            if (!invocation)
                return tl::unexpected(invocation.error());
            InvocationRecord record{function.name, event, *std::move(invocation), {}, {}};
            record.advice = adviceFor(record.invocation, function);
            if (!runtime::neverRan(record.invocation.outcome))
                record.cost = cost::invocationCost(prices, {record.invocation.report.memoryMiB, record.invocation.report.billedMs, function.architecture == "arm64"_L1, record.invocation.provisioned, function.ephemeralStorageMiB,
                                                            record.invocation.streamed ? record.invocation.responseBytes : 0, record.invocation.logBytes});
            return record;
        });
}

} // namespace eph::services
