// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/extensionsapi.h"

#include "core/runtime/requestids.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUuid>
#include <algorithm>

namespace eph::runtime {

using namespace Qt::StringLiterals;

namespace {

const QByteArray Base = "/2020-01-01/extension/";
const QByteArray Telemetry = "/2022-07-01/telemetry";
/// What came before it; answered as the emulator does where it is not supported.
const QByteArray Logs = "/2020-08-15/logs";

void refuse(const http::Responder &responder, const QByteArray &type, const QByteArray &message)
{
    responder.respond(http::jsonResponse(403, R"({"errorMessage":")" + message + R"(","errorType":")" + type + R"("})"));
}

/// The service takes it with and without a slash at its end.
bool isTelemetry(const QByteArray &path)
{
    return path == Telemetry || path == Telemetry + '/';
}

QByteArray json(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace

bool ExtensionsApi::isFor(const QByteArray &path)
{
    return path.startsWith(Base) || isTelemetry(path) || path == Logs;
}

void ExtensionsApi::handle(const http::Request &request, const http::Responder &responder)
{
    const bool get = request.method == "GET";
    const bool post = request.method == "POST";
    if (isTelemetry(request.path)) {
        if (request.method != "PUT")
            return responder.respond({405, {}, {}});
        if (const Extension *extension = identified(request, responder))
            responder.respond(onSubscribe(extension->name, request.body));
        return;
    }
    if (request.path == Logs)
        return responder.respond(request.method != "PUT" ? http::Response{405, {}, {}} : http::jsonResponse(202, R"({"errorMessage":"Logs API is not supported","errorType":"Logs.NotSupported"})"));
    const QByteArray call = request.path.mid(Base.size());
    if (call == "register")
        return post ? registerExtension(request, responder) : responder.respond({405, {}, {}});
    const bool isNext = call == "event/next";
    const bool isError = call == "init/error" || call == "exit/error";
    if (!isNext && !isError)
        return responder.respond({404, {{"Content-Type", "text/plain"}}, "404 page not found\n"});
    if ((isNext && !get) || (isError && !post))
        return responder.respond({405, {}, {}});
    Extension *extension = identified(request, responder);
    if (!extension)
        return;
    if (isNext)
        next(*extension, responder);
    else
        reportError(*extension, request, responder, call == "init/error");
}

ExtensionsApi::Extension *ExtensionsApi::identified(const http::Request &request, const http::Responder &responder)
{
    const QByteArray id = request.header("Lambda-Extension-Identifier");
    if (id.isEmpty()) {
        refuse(responder, "Extension.MissingExtensionIdentifier", "Missing Lambda-Extension-Identifier header");
        return nullptr;
    }
    if (QUuid::fromString(QLatin1StringView(id)).isNull()) {
        refuse(responder, "Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier");
        return nullptr;
    }
    const auto found = std::find_if(m_extensions.begin(), m_extensions.end(), [&](const Extension &extension) { return extension.id == id; });
    if (found == m_extensions.end()) {
        refuse(responder, "Extension.UnknownExtensionIdentifier", "Unknown extension");
        return nullptr;
    }
    return &*found;
}

void ExtensionsApi::registerExtension(const http::Request &request, const http::Responder &responder)
{
    const QString name = QString::fromUtf8(request.header("Lambda-Extension-Name"));
    if (name.isEmpty())
        return refuse(responder, "Extension.InvalidExtensionName", "Empty extension name");
    const QJsonDocument document = QJsonDocument::fromJson(request.body);
    if (!document.isObject())
        return refuse(responder, "InvalidRequestFormat", "Invalid request format");
    if (m_closed)
        return refuse(responder, "Extension.RegistrationClosed", "Extension registration closed already");
    const bool external = m_expected.contains(name);
    QStringList events;
    const QJsonArray asked = document.object().value("events"_L1).toArray();
    for (const auto &event : asked) {
        const QString type = event.toString();
        // What runs inside the runtime ends with it and is told of no shutdown.
        if ((type != "INVOKE"_L1 && type != "SHUTDOWN"_L1) || (type == "SHUTDOWN"_L1 && !external))
            return refuse(responder, "Extension.InvalidEventType", type.toUtf8().left(32) + ": event is not supported for this extension type");
        events << type;
    }
    if (find(name))
        return refuse(responder, "Extension.InvalidExtensionState", "Extension is registered already");
    if (m_extensions.size() >= MaxExtensions)
        return refuse(responder, "Extension.TooManyExtensions", "Extension limit (10) reached");
    Extension extension;
    // Who knows it is the extension: nothing that could be guessed.
    extension.id = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    extension.name = name;
    extension.events = events;
    QJsonObject answer{{u"functionName"_s, m_function.name}, {u"functionVersion"_s, m_function.version}, {u"handler"_s, m_function.handler}};
    if (request.header("Lambda-Extension-Accept-Feature").split(',').contains("accountId"))
        answer.insert(u"accountId"_s, m_function.account);
    http::Response response = http::jsonResponse(200, json(answer));
    response.headers.emplaceBack("Lambda-Extension-Identifier", extension.id);
    m_extensions.push_back(std::move(extension));
    responder.respond(response);
}

void ExtensionsApi::next(Extension &extension, const http::Responder &responder)
{
    extension.waiting = responder;
    extension.isTold = false;
    if (!std::exchange(extension.wasReady, true))
        onReady(extension.name, extension.events);
    if (!m_shutdown.isEmpty() && isToldOfShutdown(extension.name))
        return send(extension, m_shutdown);
    onNext();
}

void ExtensionsApi::reportError(Extension &extension, const http::Request &request, const http::Responder &responder, bool init)
{
    const QByteArray type = request.header("Lambda-Extension-Function-Error-Type");
    if (type.isEmpty())
        return refuse(responder, "Extension.MissingHeader", "Lambda-Extension-Function-Error-Type not found");
    responder.respond(http::jsonResponse(202, R"({"status":"OK"})"));
    const Failure failure{extension.name, type};
    init ? onInitError(failure) : onExitError(failure);
}

void ExtensionsApi::reset(const Function &function, const QStringList &external)
{
    m_function = function;
    m_expected = external;
    m_extensions.clear();
    m_closed = false;
    m_shutdown.clear();
}

const ExtensionsApi::Extension *ExtensionsApi::find(const QString &name) const
{
    const auto found = std::find_if(m_extensions.cbegin(), m_extensions.cend(), [&](const Extension &extension) { return extension.name == name; });
    return found == m_extensions.cend() ? nullptr : &*found;
}

bool ExtensionsApi::areReady() const
{
    return std::all_of(m_expected.cbegin(), m_expected.cend(), [this](const QString &name) { return find(name); })
        && std::all_of(m_extensions.cbegin(), m_extensions.cend(), [](const Extension &extension) { return extension.wasReady; });
}

QList<std::pair<QString, bool>> ExtensionsApi::unready() const
{
    QList<std::pair<QString, bool>> names;
    for (const QString &name : m_expected) {
        if (!find(name))
            names.emplaceBack(name, false);
    }
    for (const Extension &extension : m_extensions) {
        if (!extension.wasReady)
            names.emplaceBack(extension.name, true);
    }
    return names;
}

QStringList ExtensionsApi::eventsOf(const QString &name) const
{
    const Extension *extension = find(name);
    return extension ? extension->events : QStringList();
}

void ExtensionsApi::send(Extension &extension, const QByteArray &event)
{
    if (const auto waiting = std::exchange(extension.waiting, std::nullopt))
        waiting->respond({200, {{"Content-Type", "application/json"}, {"Lambda-Extension-Event-Identifier", newRequestId()}}, event});
}

void ExtensionsApi::invoke(const InvokeEvent &event)
{
    const QByteArray body = R"({"eventType":"INVOKE","deadlineMs":)" + QByteArray::number(event.deadlineEpochMs) + R"(,"requestId":")" + event.requestId + R"(","invokedFunctionArn":")" + event.functionArn
        + R"(","tracing":{"type":"X-Amzn-Trace-Id","value":")" + event.traceId + R"("}})";
    for (Extension &extension : m_extensions) {
        if (!extension.events.contains("INVOKE"_L1))
            continue;
        extension.isTold = true;
        send(extension, body);
    }
}

bool ExtensionsApi::areDone() const
{
    return std::none_of(m_extensions.cbegin(), m_extensions.cend(), [](const Extension &extension) { return extension.isTold; });
}

void ExtensionsApi::shutDown(const QByteArray &reason, qint64 deadlineEpochMs)
{
    m_shutdown = R"({"eventType":"SHUTDOWN","shutdownReason":")" + reason + R"(","deadlineMs":)" + QByteArray::number(deadlineEpochMs) + '}';
    for (Extension &extension : m_extensions) {
        if (extension.events.contains("SHUTDOWN"_L1))
            send(extension, m_shutdown);
    }
}

bool ExtensionsApi::isToldOfShutdown(const QString &name) const
{
    return eventsOf(name).contains("SHUTDOWN"_L1);
}

} // namespace eph::runtime
