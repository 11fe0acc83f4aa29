// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/transport.h"

#include "core/base/text.h"

#include <QEventLoop>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPointer>
#include <QThreadStorage>
#include <QTimer>
#include <algorithm>
#include <cstring>
#include <vector>

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

/// The library has six calls at a time for each host, and keeps all others waiting behind them: whoever asks more has several of it, by thread.
class Managers
{
public:
    [[nodiscard]] std::shared_ptr<QNetworkAccessManager> takeOne()
    {
        constexpr long AtATime = 6;
        constexpr std::size_t Most = 32;
        const auto least = std::min_element(m_all.cbegin(), m_all.cend(), [](const auto &a, const auto &b) { return a.use_count() < b.use_count(); });
        if (least != m_all.cend() && ((*least).use_count() <= AtATime || m_all.size() >= Most))
            return *least;
        m_all.push_back(std::make_shared<QNetworkAccessManager>());
        return m_all.back();
    }

private:
    std::vector<std::shared_ptr<QNetworkAccessManager>> m_all;
};
[[nodiscard]] Managers &managersForMany()
{
    static QThreadStorage<Managers *> managers;
    if (!managers.hasLocalData())
        managers.setLocalData(new Managers);
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

/// A request that is on its way.
class Exchange
{
public:
    Exchange(const QUrl &base, const Request &request)
        : m_url(base)
        , m_body(request.body)
    {
        m_url.setPath(QString::fromLatin1(request.path), QUrl::StrictMode);
        if (!request.query.isEmpty())
            m_url.setQuery(QString::fromLatin1(request.query), QUrl::StrictMode);
        m_request.setUrl(m_url);
        m_request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
        m_request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
        m_request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        m_request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
        m_request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        m_method = request.method;
        m_hasBody = !request.body.isEmpty();
        // A body is sent as it is; without a type the library would make one up, and the signature would not hold.
        if (m_hasBody && headerValue(request.headers, "Content-Type").isEmpty())
            m_request.setRawHeader("Content-Type", "application/octet-stream");
        // The library keeps one of each name.
        for (const auto &[name, value] : request.headers) {
            if (name.compare("host", Qt::CaseInsensitive) != 0)
                m_request.setRawHeader(name, m_request.hasRawHeader(name) ? QByteArray(m_request.rawHeader(name) + (name.compare("cookie", Qt::CaseInsensitive) == 0 ? "; " : ",") + value) : value);
        }
        const bool mayHaveBody = m_method == "POST" || m_method == "PUT" || m_method == "PATCH";
        if (m_hasBody || mayHaveBody)
            m_request.setHeader(QNetworkRequest::ContentLengthHeader, request.body.size());
    }

    [[nodiscard]] bool isValid() const { return m_url.isValid(); }
    void begin(std::chrono::milliseconds timeout)
    {
        m_request.setTransferTimeout(int(timeout.count()));
        beginBy(manager());
    }
    /// For as long as somebody waits.
    void beginBy(const std::shared_ptr<QNetworkAccessManager> &own)
    {
        m_manager = own;
        beginBy(*own);
    }
    [[nodiscard]] QNetworkReply *reply() const { return m_reply.get(); }
    void end() { m_reply->abort(); }
    /// Its loop is the only one that runs within another one, and on a thread that has no other work: callers wait for their answer.
    void wait()
    {
        QObject::connect(m_reply.get(), &QNetworkReply::finished, &m_loop, &QEventLoop::quit);
        if (!m_reply->isFinished())
            m_loop.exec(QEventLoop::ExcludeUserInputEvents);
    }
    /// Hands on what comes until the answer ends, or until `take` has enough. False then.
    [[nodiscard]] bool waitTaking(const Transport::Taker &take)
    {
        constexpr std::chrono::milliseconds LookEvery{100};
        bool goesOn = true;
        bool isTaking = false;
        const auto look = [&] {
            // Whoever takes may ask something itself meanwhile: what comes waits its turn.
            if (isTaking)
                return;
            isTaking = true;
            // A refusal is for whoever reads the whole answer.
            const bool fine = status() == 200;
            goesOn = goesOn && take(fine ? m_reply->readAll() : QByteArray());
            isTaking = false;
            if (!goesOn)
                m_loop.quit();
        };
        QTimer timer;
        QObject::connect(&timer, &QTimer::timeout, &timer, look);
        QObject::connect(m_reply.get(), &QNetworkReply::readyRead, &timer, look);
        timer.start(LookEvery);
        wait();
        if (goesOn)
            look();
        return goesOn;
    }
    [[nodiscard]] Result<Response> answer()
    {
        // What was ended has nothing to read.
        if (status() == 0 || !m_reply->isOpen()) {
            const bool late = m_reply->error() == QNetworkReply::OperationCanceledError || m_reply->error() == QNetworkReply::TimeoutError;
            return failure(late ? ErrorCode::TimedOut : ErrorCode::Io, Core::tr("“%1” did not answer: %2.").arg(m_url.host(), late ? Core::tr("it took too long") : m_reply->errorString()), Core::tr("Check the address and the network."));
        }
        Response response;
        response.status = status();
        // Several cookies come as one, line by line.
        const QList<QNetworkReply::RawHeaderPair> pairs = m_reply->rawHeaderPairs();
        for (const auto &[name, value] : pairs) {
            const QList<QByteArray> lines = value.split('\n');
            for (const QByteArray &line : lines)
                response.headers.emplaceBack(name, line);
        }
        response.body = m_reply->readAll();
        // The head came, the rest did not.
        if (m_reply->error() != QNetworkReply::NoError && m_reply->error() < QNetworkReply::ContentAccessDenied)
            return failure(ErrorCode::Io, Core::tr("“%1” was cut off in the middle of its answer: %2.").arg(m_url.host(), m_reply->errorString()));
        return response;
    }

private:
    void beginBy(QNetworkAccessManager &with)
    {
        // Only this one knows that no body will come, whatever length is told.
        m_reply.reset(m_method == "HEAD" ? with.head(m_request) : m_hasBody ? with.sendCustomRequest(m_request, m_method, &m_body) : with.sendCustomRequest(m_request, m_method));
    }
    [[nodiscard]] int status() const { return m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(); }

    QUrl m_url;
    QNetworkRequest m_request;
    QByteArray m_method;
    OneWayBody m_body;
    bool m_hasBody = false;
    QEventLoop m_loop;
    std::shared_ptr<QNetworkAccessManager> m_manager; ///< Outlives the reply.
    std::unique_ptr<QNetworkReply> m_reply;
};

[[nodiscard]] tl::unexpected<Error> noAddress(const QUrl &base)
{
    return failure(ErrorCode::Invalid, Core::tr("“%1” is no address.").arg(base.toDisplayString()));
}

} // namespace

Result<Response> Transport::stream(const QUrl &, const Request &, const Taker &)
{
    return failure(ErrorCode::Unsupported, Core::tr("Answers that go on cannot be had here."));
}

Result<Response> NetworkTransport::send(const QUrl &base, const Request &request, std::chrono::milliseconds timeout)
{
    Exchange exchange(base, request);
    if (!exchange.isValid())
        return noAddress(base);
    exchange.begin(timeout);
    exchange.wait();
    return exchange.answer();
}

Result<Response> NetworkTransport::stream(const QUrl &base, const Request &request, const Taker &take)
{
    Exchange exchange(base, request);
    if (!exchange.isValid())
        return noAddress(base);
    // Whoever is silent that long is gone.
    exchange.begin(std::chrono::seconds(60));
    return exchange.waitTaking(take) ? exchange.answer() : Result<Response>(Response{200, {}, {}});
}

std::function<void()> sendLater(QObject *receiver, const QUrl &base, const Request &request, qint64 mostBytes, const std::function<void(const Result<Response> &)> &done)
{
    const auto exchange = std::make_shared<Exchange>(base, request);
    if (!exchange->isValid()) {
        QMetaObject::invokeMethod(receiver, [base, done] { done(noAddress(base)); }, Qt::QueuedConnection);
        return [] {};
    }
    exchange->beginBy(managersForMany().takeOne());
    QNetworkReply *reply = exchange->reply();
    const auto tooLarge = std::make_shared<bool>(false);
    QObject::connect(reply, &QNetworkReply::readyRead, receiver, [reply, mostBytes, tooLarge] {
        if (reply->bytesAvailable() > mostBytes && !std::exchange(*tooLarge, true))
            reply->abort();
    });
    // The connection holds the exchange: until the reply ends, or nobody waits any more.
    const auto ended = [receiver = QPointer(receiver), exchange, done, tooLarge, host = base.host()] {
        done(*tooLarge ? Result<Response>(failure(ErrorCode::Io, Core::tr("The answer of “%1” is too large.").arg(host))) : exchange->answer());
        // The reply is not deleted while it speaks.
        if (receiver)
            QMetaObject::invokeMethod(receiver, [exchange] {}, Qt::QueuedConnection);
    };
    QObject::connect(reply, &QNetworkReply::finished, receiver, ended, Qt::SingleShotConnection);
    return [waits = std::weak_ptr(exchange)] {
        if (const auto going = waits.lock())
            going->end();
    };
}

} // namespace eph::http
