// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/rawhttp.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace eph::test {

/// Calls an endpoint as the SDKs do, in the JSON protocols.
class AwsClient
{
public:
    AwsClient(quint16 port, QByteArray targetPrefix, QByteArray version = "1.0")
        : m_port(port)
        , m_targetPrefix(std::move(targetPrefix))
        , m_version(std::move(version))
    {
    }

    QJsonObject call(const QByteArray &action, const QJsonObject &input = {})
    {
        RawHttp client(m_port);
        m_answer = client.request("POST", "/", QJsonDocument(input).toJson(QJsonDocument::Compact), "X-Amz-Target: " + m_targetPrefix + action + "\r\nContent-Type: application/x-amz-json-" + m_version + "\r\n");
        return QJsonDocument::fromJson(RawHttp::body(m_answer)).object();
    }
    [[nodiscard]] int status() const { return RawHttp::status(m_answer); }
    /// The failure's name, without what stands before its `#`.
    [[nodiscard]] QString error() const { return QJsonDocument::fromJson(RawHttp::body(m_answer)).object().value("__type").toString().section('#', -1); }
    [[nodiscard]] const QByteArray &answer() const { return m_answer; }

private:
    quint16 m_port;
    QByteArray m_targetPrefix;
    QByteArray m_version;
    QByteArray m_answer;
};

/// The same for the services that speak REST with JSON.
class RestClient
{
public:
    QJsonObject call(quint16 port, const QByteArray &method, const QByteArray &path, const QJsonObject &input = {}, const QByteArray &headers = {})
    {
        RawHttp client(port);
        m_answer = client.request(method, path, method == "GET" || method == "DELETE" ? QByteArray() : QJsonDocument(input).toJson(), headers);
        return QJsonDocument::fromJson(RawHttp::body(m_answer)).object();
    }
    [[nodiscard]] int status() const { return RawHttp::status(m_answer); }
    [[nodiscard]] const QByteArray &answer() const { return m_answer; }

private:
    QByteArray m_answer;
};

} // namespace eph::test
