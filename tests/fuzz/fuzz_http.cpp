// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes on a connection, in pieces of any size: what is read does not depend on how it was cut.
#include "core/http/requestparser.h"

#include <cstdlib>

using namespace eph::http;

namespace {

struct Outcome {
    RequestParser::State state = RequestParser::State::NeedsMore;
    int status = 0;
    QByteArray method;
    QByteArray path;
    QByteArray body;
    bool operator==(const Outcome &) const = default;
};

Outcome parse(QByteArrayView bytes, qsizetype piece)
{
    ServerLimits limits;
    limits.bodyBytes = 1000;
    RequestParser parser(limits);
    QByteArray pending;
    for (qsizetype at = 0; at < bytes.size(); at += piece) {
        pending += bytes.sliced(at, std::min(piece, bytes.size() - at));
        const auto step = parser.feed(pending);
        if (step.consumed < 0 || step.consumed > pending.size())
            std::abort();
        pending.remove(0, step.consumed);
        if (step.state == RequestParser::State::Bad)
            return {step.state, 0, {}, {}, {}};
        if (step.state == RequestParser::State::Done) {
            const Request request = parser.request();
            if (request.body.size() > limits.bodyBytes)
                std::abort();
            return {step.state, 0, request.method, request.path, request.body};
        }
    }
    return {};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    const QByteArrayView bytes(reinterpret_cast<const char *>(data) + 1, qsizetype(size) - 1);
    const Outcome whole = parse(bytes, std::max<qsizetype>(1, bytes.size()));
    const Outcome pieces = parse(bytes, 1 + data[0] % 16);
    // A request that is read whole is read the same in pieces.
    if (whole.state == RequestParser::State::Done && !(whole == pieces))
        std::abort();
    return 0;
}
