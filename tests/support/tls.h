// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/localcertificate.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>

namespace eph::test {

/// What a server with that certificate speaks.
inline QSslConfiguration tlsWith(const sys::LocalAuthority::Certificate &certificate)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificateChain(QSslCertificate::fromData(certificate.chain, QSsl::Pem));
    configuration.setPrivateKey(QSslKey(certificate.key, QSsl::Ec));
    return configuration;
}

/// Connects a client that trusts nobody but that authority.
inline void connectTrusting(QSslSocket &client, const sys::LocalAuthority &authority, quint16 port, const QString &name = {})
{
    QSslConfiguration trusting = QSslConfiguration::defaultConfiguration();
    trusting.setCaCertificates(QSslCertificate::fromPath(authority.file()));
    client.setSslConfiguration(trusting);
    client.connectToHostEncrypted(QStringLiteral("127.0.0.1"), port, name.isEmpty() ? QStringLiteral("127.0.0.1") : name);
}

} // namespace eph::test
