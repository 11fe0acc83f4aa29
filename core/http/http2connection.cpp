// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/http2connection.h"

#include <QScopedValueRollback>
#include <cstring>
#include <nghttp2/nghttp2.h>
#include <utility>

namespace eph::http {

namespace {

constexpr quint32 MaxStreams = 128;
constexpr qint32 StreamWindow = 1 << 20; ///< Bytes of a body that may come before we have taken the ones before.
constexpr qint32 ConnectionWindow = 4 << 20;
constexpr qint64 MaxUnsent = 256 * 1024; ///< The socket's share; the rest waits in the streams.

/// These say how HTTP/1 carries a message.
bool isOfHttp1(const QByteArray &lowerName)
{
    return lowerName == "connection" || lowerName == "keep-alive" || lowerName == "proxy-connection" || lowerName == "transfer-encoding" || lowerName == "upgrade";
}

/// Headers as the library takes them: it copies what they point at.
class HeaderBlock
{
public:
    void add(const QByteArray &name, const QByteArray &value)
    {
        const QByteArray lower = name.toLower();
        if (!isOfHttp1(lower))
            m_lines.emplace_back(lower, headerText(value));
    }
    [[nodiscard]] std::vector<nghttp2_nv> view() const
    {
        std::vector<nghttp2_nv> view;
        view.reserve(m_lines.size());
        for (const auto &[name, value] : m_lines)
            view.push_back({bytesOf(name), bytesOf(value), size_t(name.size()), size_t(value.size()), NGHTTP2_NV_FLAG_NONE});
        return view;
    }

private:
    [[nodiscard]] static uint8_t *bytesOf(const QByteArray &text) { return reinterpret_cast<uint8_t *>(const_cast<char *>(text.constData())); }

    std::vector<std::pair<QByteArray, QByteArray>> m_lines;
};

QByteArray bytes(const uint8_t *data, size_t size)
{
    return QByteArray(reinterpret_cast<const char *>(data), qsizetype(size));
}

} // namespace

struct Http2Connection::Stream {
    enum class Answer { None, Begun, Whole };

    qint32 id = 0;
    Request request;
    BodyReceiver receiver;
    qint64 headBytes = 0;
    qint64 keeps = 0;
    qint64 heldBytes = 0; ///< Of the body; the peer gets no room for more in their place.
    int refused = 0;      ///< The status it was refused with.
    bool hasHead = false;
    bool ended = false; ///< The request is whole, or will never be.
    bool held = false;
    bool closed = false;
    Answer answer = Answer::None;
    QByteArray outgoing;
    qsizetype taken = 0; ///< Of `outgoing`, by the library.
    Headers trailers;
    std::function<void()> sent;

    [[nodiscard]] qsizetype left() const { return outgoing.size() - taken; }
    void push(QByteArrayView more)
    {
        outgoing.remove(0, std::exchange(taken, 0));
        outgoing.append(more);
    }
};

/// What the library tells, in its own terms.
struct Http2Connection::Callbacks {
    static Http2Connection &of(void *user) { return *static_cast<Http2Connection *>(user); }
    static Stream *streamOf(void *user, qint32 id) { return of(user).find(quint64(id)); }

    static int beginHeaders(nghttp2_session *, const nghttp2_frame *frame, void *user)
    {
        if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
            of(user).openStream(frame->hd.stream_id);
        return 0;
    }
    static int header(nghttp2_session *, const nghttp2_frame *frame, const uint8_t *name, size_t nameSize, const uint8_t *value, size_t valueSize, uint8_t, void *user)
    {
        if (Stream *stream = streamOf(user, frame->hd.stream_id))
            of(user).takeHeader(*stream, bytes(name, nameSize), bytes(value, valueSize));
        return 0;
    }
    static int dataChunk(nghttp2_session *, uint8_t, int32_t id, const uint8_t *data, size_t size, void *user)
    {
        if (Stream *stream = streamOf(user, id))
            of(user).takeBody(*stream, QByteArrayView(reinterpret_cast<const char *>(data), qsizetype(size)));
        return 0;
    }
    static int frame(nghttp2_session *, const nghttp2_frame *frame, void *user)
    {
        Stream *stream = streamOf(user, frame->hd.stream_id);
        if (!stream || (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA))
            return 0;
        const bool last = frame->hd.flags & NGHTTP2_FLAG_END_STREAM;
        if (!std::exchange(stream->hasHead, true) && !last)
            of(user).headArrived(*stream);
        if (last)
            of(user).requestEnded(*stream);
        return 0;
    }
    static int closed(nghttp2_session *, int32_t id, uint32_t, void *user)
    {
        if (Stream *stream = streamOf(user, id))
            of(user).streamClosed(*stream);
        return 0;
    }
    static ssize_t read(nghttp2_session *session, int32_t id, uint8_t *room, size_t size, uint32_t *flags, nghttp2_data_source *, void *user)
    {
        Stream *stream = streamOf(user, id);
        if (!stream)
            return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        const qsizetype count = std::min(stream->left(), qsizetype(size));
        std::memcpy(room, stream->outgoing.constData() + stream->taken, size_t(count));
        stream->taken += count;
        const bool drained = stream->left() == 0;
        if (drained)
            stream->push({});
        if (!drained || stream->answer != Stream::Answer::Whole)
            return count > 0 ? ssize_t(count) : ssize_t(NGHTTP2_ERR_DEFERRED);
        *flags |= NGHTTP2_DATA_FLAG_EOF;
        if (!stream->trailers.isEmpty()) {
            *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
            HeaderBlock block;
            for (const auto &[name, value] : std::as_const(stream->trailers))
                block.add(name, value);
            const auto view = block.view();
            nghttp2_submit_trailer(session, id, view.data(), view.size());
        }
        return count;
    }

    [[nodiscard]] static nghttp2_session *newSession(Http2Connection *connection)
    {
        nghttp2_session_callbacks *callbacks = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, beginHeaders);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, header);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, dataChunk);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, closed);
        nghttp2_option *options = nullptr;
        nghttp2_option_new(&options);
        nghttp2_option_set_no_auto_window_update(options, 1);
        nghttp2_session *session = nullptr;
        nghttp2_session_server_new2(&session, callbacks, connection, options);
        nghttp2_option_del(options);
        nghttp2_session_callbacks_del(callbacks);
        return session;
    }
};

Http2Connection::Http2Connection(QTcpSocket *socket, Server *server)
    : Connection(server)
    , m_socket(socket)
    , m_session(Callbacks::newSession(this), nghttp2_session_del)
    , m_secure(isSecure(*socket))
{
    m_socket->setParent(this);
    m_progress.onPassed = [this] {
        nghttp2_session_terminate_session(m_session.get(), NGHTTP2_ENHANCE_YOUR_CALM);
        flush();
    };
    connect(m_socket, &QTcpSocket::readyRead, this, [this] { take(m_socket->readAll()); });
    connect(m_socket, &QTcpSocket::bytesWritten, this, &Http2Connection::written);
    connect(m_socket, &QTcpSocket::disconnected, this, &Http2Connection::peerLeft);
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, MaxStreams},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, quint32(StreamWindow)},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits().headerBytes},
    };
    nghttp2_submit_settings(m_session.get(), NGHTTP2_FLAG_NONE, settings, std::size(settings));
    nghttp2_session_set_local_window_size(m_session.get(), NGHTTP2_FLAG_NONE, 0, ConnectionWindow);
}

Http2Connection::~Http2Connection() = default;

Http2Connection::Stream *Http2Connection::find(quint64 exchange) const
{
    const auto found = m_streams.find(exchange);
    return found == m_streams.end() || found->second->closed ? nullptr : found->second.get();
}

void Http2Connection::take(QByteArrayView bytes)
{
    if (m_closing)
        return;
    ssize_t taken = 0;
    {
        const QScopedValueRollback inSession(m_inSession, true);
        taken = nghttp2_session_mem_recv(m_session.get(), reinterpret_cast<const uint8_t *>(bytes.data()), size_t(bytes.size()));
    }
    // Garbage is answered by the library; these are failures that cannot be told any more.
    if (taken < 0)
        m_closing = true;
    settle();
    flush();
    expectProgress();
}

void Http2Connection::openStream(qint32 id)
{
    auto stream = std::make_unique<Stream>();
    stream->id = id;
    stream->keeps = limits().bodyBytes;
    stream->request.secure = m_secure;
    m_streams.insert_or_assign(quint64(id), std::move(stream));
    ++m_incomplete;
}

void Http2Connection::takeHeader(Stream &stream, const QByteArray &name, const QByteArray &value)
{
    stream.headBytes += name.size() + value.size();
    if (stream.headBytes > qint64(limits().headerBytes)) {
        stream.refused = 431;
        return;
    }
    Request &request = stream.request;
    if (name == ":method") {
        request.method = value;
    } else if (name == ":path") {
        const qsizetype mark = value.indexOf('?');
        request.path = mark < 0 ? value : value.left(mark);
        if (mark >= 0)
            request.query = value.mid(mark + 1);
    } else if (name == ":authority") {
        request.headers.emplaceBack("Host", value);
    } else if (name == "cookie" && !headerValue(request.headers, name).isEmpty()) {
        // One header that comes in pieces.
        for (auto &[known, cookies] : request.headers) {
            if (known == name)
                cookies += "; " + value;
        }
    } else if (!name.startsWith(':') && !(name == "host" && !request.header("Host").isEmpty())) {
        request.headers.emplaceBack(name, value);
    }
}

void Http2Connection::headArrived(Stream &stream)
{
    if (stream.refused != 0)
        return refuse(stream, stream.refused);
    if (stream.request.header("Expect").compare("100-continue", Qt::CaseInsensitive) == 0)
        inform(quint64(stream.id), 100);
    if (!looksAtHeads() || refusalOf(stream.request))
        return;
    Request head = stream.request;
    head.truncated = true;
    stream.keeps = bodyLimit(head);
    stream.receiver = receiverOf(head, quint64(stream.id));
}

void Http2Connection::takeBody(Stream &stream, QByteArrayView bytes)
{
    Request &request = stream.request;
    request.bodySize += bytes.size();
    if (request.bodySize > limits().refuseBytes && stream.refused == 0)
        refuse(stream, 413);
    if (stream.receiver)
        stream.receiver(bytes);
    else if (stream.refused == 0)
        request.body.append(bytes.first(std::min<qsizetype>(bytes.size(), qsizetype(stream.keeps - request.body.size()))));
    if (stream.held)
        stream.heldBytes += bytes.size();
    else
        nghttp2_session_consume(m_session.get(), stream.id, size_t(bytes.size()));
}

void Http2Connection::requestEnded(Stream &stream)
{
    if (std::exchange(stream.ended, true))
        return;
    --m_incomplete;
    m_ready.push_back(quint64(stream.id));
}

void Http2Connection::streamClosed(Stream &stream)
{
    if (!stream.ended) {
        stream.request.truncated = true;
        requestEnded(stream);
    }
    if (stream.heldBytes > 0)
        nghttp2_session_consume_connection(m_session.get(), size_t(std::exchange(stream.heldBytes, 0)));
    stream.closed = true;
}

void Http2Connection::refuse(Stream &stream, int status)
{
    stream.refused = status;
    respond(quint64(stream.id), jsonResponse(status, R"({"message":"The request was refused."})"));
}

void Http2Connection::settle()
{
    if (m_settling || m_inSession)
        return;
    const QScopedValueRollback settling(m_settling, true);
    while (!m_ready.empty()) {
        for (const quint64 id : std::exchange(m_ready, {})) {
            if (const auto found = m_streams.find(id); found != m_streams.end())
                dispatch(*found->second);
        }
    }
    std::erase_if(m_streams, [](const auto &stream) { return stream.second->closed; });
    if (m_incomplete == 0)
        m_progress.stop();
}

void Http2Connection::dispatch(Stream &stream)
{
    if (stream.refused != 0)
        return refuse(stream, stream.refused);
    // A body that was cut off is an event of its own: the handler decides what that means.
    if (stream.hasHead)
        handle(stream.request, quint64(stream.id));
}

bool Http2Connection::isWaiting(quint64 exchange) const
{
    const Stream *stream = find(exchange);
    return stream && stream->answer == Stream::Answer::None;
}

void Http2Connection::submitHead(Stream &stream, const Response &head, qint64 length, bool hasBody)
{
    HeaderBlock block;
    block.add(":status", QByteArray::number(head.status));
    for (const auto &[name, value] : head.headers)
        block.add(name, value);
    if (length >= 0)
        block.add("content-length", QByteArray::number(length));
    if (const QByteArray now = date(); !now.isEmpty() && headerValue(head.headers, "Date").isEmpty())
        block.add("date", now);
    const auto view = block.view();
    nghttp2_data_provider body{{}, Callbacks::read};
    nghttp2_submit_response(m_session.get(), stream.id, view.data(), view.size(), hasBody ? &body : nullptr);
}

void Http2Connection::respond(quint64 exchange, const Response &response)
{
    if (!isWaiting(exchange))
        return;
    Stream &stream = *find(exchange);
    stream.answer = Stream::Answer::Whole;
    const bool bodiless = response.status == 204 || response.status == 304;
    if (!bodiless && response.headLength < 0)
        stream.push(response.body);
    submitHead(stream, response, bodiless ? -1 : response.headLength >= 0 ? response.headLength : response.body.size(), stream.left() > 0);
    flush();
}

void Http2Connection::inform(quint64 exchange, int status)
{
    if (!isWaiting(exchange))
        return;
    HeaderBlock block;
    block.add(":status", QByteArray::number(status));
    const auto view = block.view();
    nghttp2_submit_headers(m_session.get(), NGHTTP2_FLAG_NONE, qint32(exchange), nullptr, view.data(), view.size(), nullptr);
    flush();
}

void Http2Connection::begin(quint64 exchange, const Response &head)
{
    if (!isWaiting(exchange))
        return;
    Stream &stream = *find(exchange);
    stream.answer = Stream::Answer::Begun;
    submitHead(stream, head, -1, true);
    flush();
}

void Http2Connection::send(quint64 exchange, QByteArrayView bytes)
{
    Stream *stream = find(exchange);
    if (!stream || stream->answer != Stream::Answer::Begun || bytes.isEmpty())
        return;
    stream->push(bytes);
    nghttp2_session_resume_data(m_session.get(), stream->id);
    flush();
}

void Http2Connection::finish(quint64 exchange, const Headers &trailers)
{
    Stream *stream = find(exchange);
    if (!stream || stream->answer != Stream::Answer::Begun)
        return;
    stream->answer = Stream::Answer::Whole;
    stream->trailers = trailers;
    stream->sent = nullptr;
    nghttp2_session_resume_data(m_session.get(), stream->id);
    flush();
}

void Http2Connection::abort(quint64 exchange)
{
    if (!find(exchange))
        return;
    nghttp2_submit_rst_stream(m_session.get(), NGHTTP2_FLAG_NONE, qint32(exchange), NGHTTP2_INTERNAL_ERROR);
    flush();
}

qint64 Http2Connection::unsent(quint64 exchange) const
{
    const Stream *stream = find(exchange);
    return stream ? stream->left() + m_socket->bytesToWrite() : 0;
}

void Http2Connection::onSent(quint64 exchange, std::function<void()> receiver)
{
    if (Stream *stream = find(exchange))
        stream->sent = std::move(receiver);
}

void Http2Connection::holdRequest(quint64 exchange, bool held)
{
    Stream *stream = find(exchange);
    if (!stream || std::exchange(stream->held, held) == held || held)
        return;
    nghttp2_session_consume(m_session.get(), stream->id, size_t(std::exchange(stream->heldBytes, 0)));
    flush();
}

void Http2Connection::flush()
{
    if (m_inSession)
        return;
    {
        const QScopedValueRollback inSession(m_inSession, true);
        while (m_socket->bytesToWrite() < MaxUnsent) {
            const uint8_t *data = nullptr;
            const ssize_t size = nghttp2_session_mem_send(m_session.get(), &data);
            if (size <= 0)
                break;
            m_socket->write(reinterpret_cast<const char *>(data), size);
        }
    }
    m_socket->flush();
    settle();
    if (m_closing || (!nghttp2_session_want_read(m_session.get()) && !nghttp2_session_want_write(m_session.get()))) {
        m_closing = true;
        m_socket->disconnectFromHost();
    }
}

void Http2Connection::written()
{
    flush();
    if (m_socket->bytesToWrite() > 0)
        return;
    std::vector<quint64> drained;
    for (const auto &[id, stream] : m_streams) {
        if (stream->sent && !stream->closed && stream->left() == 0)
            drained.push_back(id);
    }
    for (const quint64 id : drained) {
        // A receiver may finish the answer, and with it go.
        if (const Stream *stream = find(id)) {
            const std::function<void()> tell = stream->sent;
            if (tell)
                tell();
        }
    }
}

void Http2Connection::peerLeft()
{
    m_progress.stop();
    m_closing = true;
    for (const auto &[id, stream] : m_streams) {
        if (!stream->closed)
            streamClosed(*stream);
    }
    settle();
    deleteLater();
}

void Http2Connection::expectProgress()
{
    if (m_incomplete == 0 || m_closing)
        m_progress.stop();
    else if (limits().slowRequest.count() > 0)
        m_progress.start(limits().slowRequest);
}

} // namespace eph::http
