// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/apicall.h"
#include "core/deploy/credentials.h"
#include "core/http/transport.h"
#include "core/sys/clock.h"

#include <QStringList>
#include <QUrl>
#include <functional>
#include <mutex>
#include <optional>
#include <tl/expected.hpp>

namespace eph::deploy {

/// Where calls go, and as whom.
struct AwsAccess {
    QString region;
    QString account; ///< Whose it is, once somebody has asked.
    http::Credentials credentials;
    QString source; ///< Of the credentials, for people.
    QUrl endpoint;  ///< Of all services; empty: each has its own.
    QHash<QString, QUrl> endpoints; ///< Of one, by its name; beats the other.
    std::optional<QDateTime> expires = {}; ///< Of the credentials.
    /// Finds them anew before they expire, and when a service says that they have; may be empty.
    std::function<Result<FoundCredentials>()> renew = {};
    /// The local cloud makes changes at once and lets nobody wait for roles.
    bool local = false;
};

using ApiAnswer = tl::expected<QJsonObject, ApiFailure>;

/// Makes signed calls of AWS's services. Any thread; a call waits for its answer. It tries once: whoever asks knows what a second
/// time would do. Only what was refused because the credentials had expired is signed and sent again.
class AwsClient
{
public:
    AwsClient(http::Transport &transport, const sys::Clock &clock, AwsAccess access);

    /// The call's values are filled in.
    [[nodiscard]] ApiAnswer call(const ApiCall &call);
    /// A call whose answer goes on and on as an event stream; `take` gets its bytes, or nothing every now and then, and ends it with false.
    /// What was refused is the failure; an answer that ended by itself is none.
    [[nodiscard]] tl::expected<void, ApiFailure> stream(const ApiCall &call, const http::Transport::Taker &take);
    [[nodiscard]] const AwsAccess &access() const { return m_access; }
    /// From now on that text never appears in a failure, in whatever words the service repeats it. Any thread.
    void hide(const QString &text);
    void setAccount(const QString &account) { m_access.account = account; }

private:
    [[nodiscard]] QUrl baseOf(const ApiCall &call) const;
    [[nodiscard]] http::Credentials credentials();
    /// True once there are others than the old ones.
    bool renew(const http::Credentials &old);
    [[nodiscard]] http::Request signedRequest(const ApiCall &call, const http::Request &request, const http::Credentials &credentials) const;
    [[nodiscard]] ApiAnswer send(const ApiCall &call, const http::Request &request, const http::Credentials &credentials);
    [[nodiscard]] ApiAnswer read(const ApiCall &call, const Result<http::Response> &answer);

    http::Transport &m_transport;
    const sys::Clock &m_clock;
    AwsAccess m_access;
    std::mutex m_signing; ///< Of what may be renewed.
    std::mutex m_hiding;
    QStringList m_hidden;
};

/// Account and identity that a client acts as.
struct CallerIdentity {
    QString account;
    QString arn;
};
/// Fails as askReliably() does.
[[nodiscard]] Result<CallerIdentity> callerIdentity(AwsClient &client);

/// A question, which may be asked as often as it takes: throttles and lost answers are tried again, with growing waits.
[[nodiscard]] ApiAnswer askReliably(AwsClient &client, const ApiCall &call);
/// Lets NotFound be an empty object.
[[nodiscard]] Result<std::optional<QJsonObject>> askFor(AwsClient &client, const ApiCall &call);

/// Hands every item of a list that comes in pages to `take`, until that returns false. What is not there has none.
[[nodiscard]] Result<void> askForEach(AwsClient &client, ApiCall call, const QString &list, const std::function<bool(const QJsonValue &item)> &take);

/// A failure of a call as an error for people.
[[nodiscard]] Error errorOf(const ApiCall &call, const ApiFailure &failure);

} // namespace eph::deploy
