// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/awsclient.h"

#include "core/base/text.h"
#include "core/deploy/documents.h"
#include "core/deploy/operations.h"
#include "core/deploy/wire.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QThread>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds AnswerTime{60};

[[nodiscard]] QByteArray hostOf(const QUrl &base)
{
    const int port = base.port();
    return (port < 0 ? base.host() : QString(base.host() + u':' + QString::number(port))).toLatin1();
}

} // namespace

AwsClient::AwsClient(http::Transport &transport, const sys::Clock &clock, AwsAccess access)
    : m_transport(transport)
    , m_clock(clock)
    , m_access(std::move(access))
{
}

QUrl AwsClient::baseOf(const ApiCall &call) const
{
    if (const auto own = m_access.endpoints.constFind(call.service); own != m_access.endpoints.cend())
        return *own;
    if (!m_access.endpoint.isEmpty())
        return m_access.endpoint;
    const QString host = QString::fromLatin1(findService(call.service)->host);
    // Its connections stay open, at an address of their own.
    const QString prefix = call.operation == "StartLiveTail"_L1 ? u"stream-"_s : QString();
    QUrl base(u"https://"_s + prefix + (host.contains("%1"_L1) ? host.arg(m_access.region) : host));
    if (m_access.region.startsWith("cn-"_L1))
        base.setHost(base.host() + ".cn"_L1);
    return base;
}

http::Credentials AwsClient::credentials()
{
    constexpr qint64 MarginSeconds = 300;
    http::Credentials now;
    bool isOld = false;
    {
        const std::lock_guard lock(m_signing);
        now = m_access.credentials;
        isOld = m_access.expires && m_access.expires->addSecs(-MarginSeconds).toMSecsSinceEpoch() <= m_clock.epochMs();
    }
    if (!isOld || !renew(now))
        return now;
    const std::lock_guard lock(m_signing);
    return m_access.credentials;
}

bool AwsClient::renew(const http::Credentials &old)
{
    const std::lock_guard lock(m_signing);
    if (m_access.credentials.accessKeyId != old.accessKeyId || m_access.credentials.sessionToken != old.sessionToken)
        return true;
    if (!m_access.renew)
        return false;
    const auto found = m_access.renew();
    // The old ones may still do for a while; what a service says of them tells whoever asks.
    if (!found || (found->credentials.accessKeyId == old.accessKeyId && found->credentials.sessionToken == old.sessionToken))
        return false;
    m_access.credentials = found->credentials;
    m_access.expires = found->expires;
    return true;
}

ApiAnswer AwsClient::call(const ApiCall &call)
{
    const auto request = requestOf(call);
    if (!request)
        return tl::unexpected(ApiFailure{ApiFailure::Kind::Refused, 0, u"BadCall"_s, request.error().message});
    const http::Credentials signer = credentials();
    ApiAnswer answer = send(call, *request, signer);
    if (!answer && answer.error().code.startsWith("ExpiredToken"_L1) && renew(signer))
        answer = send(call, *request, credentials());
    return answer;
}

http::Request AwsClient::signedRequest(const ApiCall &call, const http::Request &unsignedRequest, const http::Credentials &credentials) const
{
    http::Request request = unsignedRequest;
    const QUrl base = baseOf(call);
    const Service *service = findService(call.service);
    http::Signing signing;
    signing.credentials = credentials;
    // IAM is one for all regions.
    signing.region = call.service == "iam"_L1 ? QByteArray("us-east-1") : m_access.region.toLatin1();
    signing.service = service->signingName;
    signing.at = QDateTime::fromMSecsSinceEpoch(m_clock.epochMs(), Qt::UTC);
    signing.tellsBodyHash = call.service == "s3api"_L1;
    signing.normalizePath = !signing.tellsBodyHash;
    request.headers.prepend({"Host", hostOf(base)});
    request.bodySize = request.body.size();
    request.headers << http::signRequest(request, signing).headers;
    request.headers << std::pair<QByteArray, QByteArray>("User-Agent", "ephemera/" EPHEMERA_VERSION);
    return request;
}

ApiAnswer AwsClient::send(const ApiCall &call, const http::Request &request, const http::Credentials &credentials)
{
    return read(call, m_transport.send(baseOf(call), signedRequest(call, request, credentials), AnswerTime));
}

tl::expected<void, ApiFailure> AwsClient::stream(const ApiCall &call, const http::Transport::Taker &take)
{
    const auto request = requestOf(call);
    if (!request)
        return tl::unexpected(ApiFailure{ApiFailure::Kind::Refused, 0, u"BadCall"_s, request.error().message});
    const auto answer = m_transport.stream(baseOf(call), signedRequest(call, *request, credentials()), take);
    if (answer && answer->status == 200)
        return {};
    return read(call, answer).map([](const QJsonObject &) {});
}

ApiAnswer AwsClient::read(const ApiCall &call, const Result<http::Response> &answer)
{
    if (!answer)
        return tl::unexpected(ApiFailure{ApiFailure::Kind::Unreachable, 0, answer.error().code == ErrorCode::TimedOut ? u"TimedOut"_s : u"ConnectionLost"_s, answer.error().message});
    ApiAnswer read = answerOf(call, *answer);
    if (!read) {
        const std::lock_guard lock(m_hiding);
        for (const QString &text : std::as_const(m_hidden))
            read.error().message.replace(text, u"•••"_s);
    }
    return read;
}

void AwsClient::hide(const QString &text)
{
    // Less would tell more by what is missing around it.
    constexpr qsizetype Shortest = 3;
    const QString quoted = QString::fromUtf8(QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact));
    const std::lock_guard lock(m_hiding);
    for (const QString &form : {quoted.sliced(2, quoted.size() - 4), text}) {
        if (form.size() >= Shortest && !m_hidden.contains(form))
            m_hidden << form;
    }
}

ApiAnswer askReliably(AwsClient &client, const ApiCall &call)
{
    // There is no weather between two programs of one machine.
    const int mostTries = client.access().local ? 3 : 6;
    int waitMs = client.access().local ? 20 : 200;
    for (int tried = 1;; ++tried) {
        ApiAnswer answer = client.call(call);
        const bool again = !answer && (answer.error().kind == ApiFailure::Kind::Throttled || answer.error().kind == ApiFailure::Kind::Busy || answer.error().kind == ApiFailure::Kind::Unreachable);
        if (!again || tried == mostTries)
            return answer;
        QThread::msleep(ulong(waitMs / 2 + QRandomGenerator::global()->bounded(waitMs / 2 + 1)));
        waitMs *= 2;
    }
}

Result<std::optional<QJsonObject>> askFor(AwsClient &client, const ApiCall &call)
{
    const ApiAnswer answer = askReliably(client, call);
    if (answer)
        return std::optional(*answer);
    if (answer.error().kind == ApiFailure::Kind::NotFound)
        return std::optional<QJsonObject>();
    return tl::unexpected(errorOf(call, answer.error()));
}

Result<void> askForEach(AwsClient &client, ApiCall call, const QString &list, const std::function<bool(const QJsonValue &)> &take)
{
    // Each service has its own name for where the next page begins, in the answer and in the question.
    static const QList<std::pair<QString, QString>> tokens{{u"NextToken"_s, u"NextToken"_s}, {u"NextMarker"_s, u"Marker"_s}, {u"position"_s, u"position"_s}, {u"nextToken"_s, u"nextToken"_s}};
    for (bool more = true; more;) {
        const auto page = askFor(client, call);
        if (!page)
            return tl::unexpected(page.error());
        const QJsonObject answer = page->value_or(QJsonObject());
        // A policy is a document in a text.
        const QJsonValue member = answer.value(list);
        const QJsonArray items = member.isString() ? jsonOf(member.toString()).value("Statement"_L1).toArray() : member.toArray();
        for (const auto &item : items) {
            if (!take(item))
                return {};
        }
        more = false;
        for (const auto &[told, asked] : tokens) {
            const QString token = answer.value(told).toString();
            if (token.isEmpty() || call.parameters.value(asked).toString() == token)
                continue;
            call.parameters.insert(asked, token);
            more = true;
        }
    }
    return {};
}

Result<CallerIdentity> callerIdentity(AwsClient &client)
{
    const ApiCall call{u"sts"_s, u"GetCallerIdentity"_s, {}};
    const ApiAnswer answer = askReliably(client, call);
    if (!answer)
        return tl::unexpected(errorOf(call, answer.error()));
    return CallerIdentity{answer->value("Account"_L1).toString(), answer->value("Arn"_L1).toString()};
}

Error errorOf(const ApiCall &call, const ApiFailure &failure)
{
    using Kind = ApiFailure::Kind;
    const QString what = call.service + u' ' + call.operation;
    switch (failure.kind) {
    case Kind::Unreachable: return {ErrorCode::Io, Core::tr("%1 got no usable answer: %2").arg(what, failure.message.isEmpty() ? failure.code : failure.message), Core::tr("Nobody knows whether it was done. Resume: what was done is not done twice."), {}};
    case Kind::Throttled: return {ErrorCode::TimedOut, Core::tr("%1 was throttled again and again.").arg(what), Core::tr("Wait a minute, then resume."), failure.message};
    case Kind::Busy: return {ErrorCode::Conflict, Core::tr("%1 was refused because something else is changing the same thing: %2").arg(what, failure.message), Core::tr("Wait until it is done, then resume."), {}};
    case Kind::Denied: return {ErrorCode::Invalid, Core::tr("%1 is not allowed: %2").arg(what, failure.message.isEmpty() ? failure.code : failure.message), Core::tr("Whoever deploys needs the permission %1.").arg(call.permission()), {}};
    case Kind::NotFound: return {ErrorCode::NotFound, Core::tr("%1 did not find what it changes: %2").arg(what, failure.message), Core::tr("Plan again: somebody may have removed it."), {}};
    case Kind::Exists: return {ErrorCode::Conflict, Core::tr("%1 found that it exists already: %2").arg(what, failure.message), Core::tr("Plan again: somebody may have made it."), {}};
    case Kind::Refused: return {ErrorCode::Invalid, Core::tr("%1 was refused: %2").arg(what, failure.message.isEmpty() ? failure.code : QString(failure.code + ": "_L1 + failure.message)), {}, {}};
    }
    return {};
}

} // namespace eph::deploy
