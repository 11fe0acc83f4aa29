// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/requeststore.h"

#include <QMutexLocker>

namespace eph::gateway {

namespace {

qsizetype bytesOf(const HandledRequest &request)
{
    return request.body.size() + request.answerBody.size();
}

} // namespace

void RequestStore::append(HandledRequest request)
{
    request.bodyBytes = request.body.size();
    request.body.truncate(MaxBodyBytes);
    request.answerBytes = request.answerBody.size();
    request.answerBody.truncate(MaxBodyBytes);
    const QMutexLocker lock(&m_mutex);
    request.number = ++m_last;
    m_bytes += bytesOf(request);
    m_requests.push_back(std::move(request));
    while (m_requests.size() > size_t(MaxRequests) || m_bytes > MaxBytes) {
        m_bytes -= bytesOf(m_requests.front());
        m_requests.pop_front();
    }
}

QList<HandledRequest> RequestStore::after(qint64 number) const
{
    const QMutexLocker lock(&m_mutex);
    QList<HandledRequest> found;
    for (auto it = m_requests.crbegin(); it != m_requests.crend() && it->number > number; ++it)
        found.prepend(*it);
    return found;
}

qint64 RequestStore::oldest() const
{
    const QMutexLocker lock(&m_mutex);
    return m_requests.empty() ? m_last + 1 : m_requests.front().number;
}

void RequestStore::clear()
{
    const QMutexLocker lock(&m_mutex);
    m_requests.clear();
    m_bytes = 0;
}

} // namespace eph::gateway
