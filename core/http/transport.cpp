// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/transport.h"

#include "core/base/text.h"

#include <QEventLoop>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QThreadStorage>
#include <algorithm>
#include <cstring>

namespace eph::http {

using namespace Qt::StringLiterals;

namespace {

/// Connections are kept by thread.
[[nodiscard]] QNetworkAccessManager &manager()
{
    static QThreadStorage<QNetworkAccessManager *> managers;
    if (!managers.hasLocalData())
        managers.setLocalData(new QNetworkAccessManager);
    return *managers.localData();
}

/// A body that can be read once: the library sends a request again by itself when a connection ends without an answer, and then a call
/// would be made twice.
class OneWayBody : public QIODevice
{
public:
    explicit OneWayBody(const QByteArray &bytes)
        : m_bytes(bytes)
    {
        open(QIODevice::ReadOnly);
    }
    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] qint64 bytesAvailable() const override { return m_bytes.size() - m_read + QIODevice::bytesAvailable(); }
    [[nodiscard]] bool atEnd() const override { return m_read == m_bytes.size(); }

protected:
    qint64 readData(char *data, qint64 most) override
    {
        const qint64 count = std::min<qint64>(most, m_bytes.size() - m_read);
        std::memcpy(data, m_bytes.constData() + m_read, size_t(count));
        m_read += count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    const QByteArray m_bytes;
    qint64 m_read = 0;
};

} // namespace

Result<Response> NetworkTransport::send(const QUrl &base, const Request &request, std::chrono::milliseconds timeout)
{
    QUrl url = base;
    url.setPath(QString::fromLatin1(request.path), QUrl::StrictMode);
    if (!request.query.isEmpty())
        url.setQuery(QString::fromLatin1(request.query), QUrl::StrictMode);
    if (!url.isValid())
        return failure(ErrorCode::Invalid, Core::tr("“%1” is no address.").arg(url.toDisplayString()));
    QNetworkRequest outgoing(url);
    outgoing.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    outgoing.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    outgoing.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    outgoing.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    // A body is sent as it is; without a type the library would make one up, and the signature would not hold.
    outgoing.setRawHeader("Content-Type", "application/octet-stream");
    for (const auto &[name, value] : request.headers) {
        if (name.compare("host", Qt::CaseInsensitive) != 0)
            outgoing.setRawHeader(name, value);
    }
    outgoing.setTransferTimeout(int(timeout.count()));
    // The only loop that runs within another one, and on a thread that has no other work: callers wait for their answer.
    QEventLoop loop;
    OneWayBody body(request.body);
    outgoing.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    outgoing.setHeader(QNetworkRequest::ContentLengthHeader, request.body.size());
    const std::unique_ptr<QNetworkReply> reply(request.body.isEmpty() ? manager().sendCustomRequest(outgoing, request.method) : manager().sendCustomRequest(outgoing, request.method, &body));
    QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
    if (!reply->isFinished())
        loop.exec(QEventLoop::ExcludeUserInputEvents);
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 0) {
        const bool late = reply->error() == QNetworkReply::OperationCanceledError || reply->error() == QNetworkReply::TimeoutError;
        return failure(late ? ErrorCode::TimedOut : ErrorCode::Io, Core::tr("“%1” did not answer: %2.").arg(url.host(), late ? Core::tr("it took too long") : reply->errorString()), Core::tr("Check the address and the network."));
    }
    Response response;
    response.status = status;
    response.headers = reply->rawHeaderPairs();
    response.body = reply->readAll();
    // The head came, the rest did not.
    if (reply->error() != QNetworkReply::NoError && reply->error() < QNetworkReply::ContentAccessDenied)
        return failure(ErrorCode::Io, Core::tr("“%1” was cut off in the middle of its answer: %2.").arg(url.host(), reply->errorString()));
    return response;
}

} // namespace eph::http
