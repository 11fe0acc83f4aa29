// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/environment.h"

#include <QPointer>

namespace eph::runtime {

using namespace std::chrono_literals;

http::BodyReceiver Environment::takeStream(const QByteArray &contentType, std::function<void(bool)> hold)
{
    if (!m_current || !m_current->request.stream)
        return {};
    m_streamGate = {};
    m_holdStream = std::move(hold);
    StreamReceiver &stream = *m_current->request.stream;
    // The receiver may outlive this environment, or be told of room when the answer is long out.
    stream.onRoom = [self = QPointer(this)] {
        if (self)
            self->updateStreamHold();
    };
    stream.begin(contentType);
    return [this](QByteArrayView bytes) { streamBytes(bytes); };
}

void Environment::streamBytes(QByteArrayView bytes)
{
    if (!m_current || !m_current->request.stream)
        return;
    m_current->invocation.responseBytes += bytes.size();
    m_current->request.stream->take(bytes);
    if (const sys::Nanoseconds pause = m_streamGate.take(bytes.size(), m_surroundings.clock.monotonic()); pause > 0ns)
        m_streamPause.start(std::chrono::ceil<std::chrono::milliseconds>(pause));
    updateStreamHold();
}

void Environment::updateStreamHold()
{
    if (m_holdStream && m_current && m_current->request.stream)
        m_holdStream(m_streamPause.isActive() || m_current->request.stream->isFull());
}

} // namespace eph::runtime
