// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/requeststore.h"

#include <QMutexLocker>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

/// Between single quotes a shell takes everything as it is.
QString quoted(QString text)
{
    return u'\'' + text.replace(u'\'', "'\\''"_L1) + u'\'';
}

qsizetype bytesOf(const HandledRequest &request)
{
    return request.body.size() + request.answerBody.size();
}

} // namespace

QString curlCommand(const HandledRequest &request, const QString &baseUrl)
{
    QString command = u"curl"_s;
    if (request.method != "GET")
        command += " -X "_L1 + QString::fromLatin1(request.method);
    for (const auto &[name, value] : request.headers) {
        const QByteArray lower = name.toLower();
        if (lower != "host" && lower != "content-length" && lower != "connection" && lower != "accept-encoding" && lower != "user-agent" && !(lower == "accept" && value == "*/*"))
            command += " -H "_L1 + quoted(QString::fromUtf8(name + ": " + value));
    }
    if (!request.body.isEmpty())
        command += " --data-raw "_L1 + quoted(QString::fromUtf8(request.body));
    return command + u' ' + quoted(baseUrl + QString::fromUtf8(request.target));
}

void RequestStore::append(HandledRequest request)
{
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

void RequestStore::clear()
{
    const QMutexLocker lock(&m_mutex);
    m_requests.clear();
    m_bytes = 0;
}

} // namespace eph::gateway
