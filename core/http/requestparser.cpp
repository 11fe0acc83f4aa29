// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/requestparser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/optional.hpp>

namespace eph::http {

namespace beast = boost::beast::http;

namespace {

/// A body that hands its bytes on as they come or keeps its beginning, and counts them all.
struct CappedBody {
    struct value_type {
        QByteArray kept;
        qint64 size = 0;
        qint64 cap = 0;
        BodyReceiver receiver;
    };

    class reader
    {
    public:
        template<bool isRequest, class Fields>
        explicit reader(beast::header<isRequest, Fields> &, value_type &body)
            : m_body(body)
        {
        }
        /// A declared length is no reason to take that much memory.
        static constexpr std::uint64_t MaxReserve = 8 << 20;
        void init(const boost::optional<std::uint64_t> &length, boost::beast::error_code &error)
        {
            error = {};
            if (length)
                m_body.kept.reserve(qsizetype(std::min<std::uint64_t>({*length, std::uint64_t(m_body.cap), MaxReserve})));
        }
        template<class Buffers>
        std::size_t put(const Buffers &buffers, boost::beast::error_code &error)
        {
            error = {};
            std::size_t taken = 0;
            for (auto it = boost::asio::buffer_sequence_begin(buffers); it != boost::asio::buffer_sequence_end(buffers); ++it) {
                const boost::asio::const_buffer part(*it);
                const QByteArrayView view(static_cast<const char *>(part.data()), qsizetype(part.size()));
                m_body.size += view.size();
                if (m_body.receiver)
                    m_body.receiver(view);
                else
                    m_body.kept.append(view.first(std::min<qsizetype>(view.size(), m_body.cap - m_body.kept.size())));
                taken += part.size();
            }
            return taken;
        }
        void finish(boost::beast::error_code &error) { error = {}; }

    private:
        value_type &m_body;
    };
};

QByteArray bytes(boost::beast::string_view view)
{
    return QByteArray(view.data(), qsizetype(view.size()));
}

} // namespace

struct RequestParser::Beast {
    beast::request_parser<CappedBody> parser;
};

RequestParser::RequestParser(const ServerLimits &limits)
    : m_beast(std::make_unique<Beast>())
{
    m_beast->parser.header_limit(limits.headerBytes);
    m_beast->parser.body_limit(std::uint64_t(limits.refuseBytes));
    m_beast->parser.get().body().cap = limits.bodyBytes;
}

RequestParser::~RequestParser() = default;

RequestParser::Step RequestParser::feed(QByteArrayView input)
{
    auto &parser = m_beast->parser;
    qsizetype consumed = 0;
    while (consumed < input.size() && !parser.is_done()) {
        boost::beast::error_code error;
        const bool hadHeaders = parser.is_header_done();
        const std::size_t taken = parser.put(boost::asio::buffer(input.data() + consumed, std::size_t(input.size() - consumed)), error);
        consumed += qsizetype(taken);
        if (error == beast::error::need_more)
            return {State::NeedsMore, consumed, 0};
        if (error == beast::error::header_limit)
            return {State::Bad, consumed, 431};
        if (error == beast::error::body_limit)
            return {State::Bad, consumed, 413};
        if (error)
            return {State::Bad, consumed, 400};
        if (!hadHeaders && parser.is_header_done() && !parser.is_done())
            return {State::Head, consumed, 0};
        if (taken == 0)
            break;
    }
    return {parser.is_done() ? State::Done : State::NeedsMore, consumed, 0};
}

bool RequestParser::hasHeaders() const
{
    return m_beast->parser.is_header_done();
}

void RequestParser::keepUpTo(qint64 bytes)
{
    m_beast->parser.get().body().cap = bytes;
}

void RequestParser::streamTo(BodyReceiver receiver)
{
    m_beast->parser.get().body().receiver = std::move(receiver);
}

bool RequestParser::expectsContinue() const
{
    return hasHeaders() && boost::beast::iequals(m_beast->parser.get()[beast::field::expect], "100-continue");
}

bool RequestParser::keepsAlive() const
{
    return m_beast->parser.is_done() && m_beast->parser.keep_alive();
}

Request RequestParser::request()
{
    const auto &message = m_beast->parser.get();
    // Only trailers come after the head.
    if (!hasHeaders() || m_head.method.isEmpty() || message.chunked()) {
        m_head = {};
        m_head.method = bytes(message.method_string());
        const QByteArray target = bytes(message.target());
        const qsizetype mark = target.indexOf('?');
        m_head.path = mark < 0 ? target : target.left(mark);
        if (mark >= 0)
            m_head.query = target.mid(mark + 1);
        for (const auto &field : message)
            m_head.headers.emplaceBack(bytes(field.name_string()), bytes(field.value()));
    }
    Request request = m_head;
    request.body = message.body().kept;
    request.bodySize = message.body().size;
    request.truncated = !m_beast->parser.is_done();
    return request;
}

} // namespace eph::http
