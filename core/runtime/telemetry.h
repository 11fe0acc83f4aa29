// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"
#include "core/runtime/platformevents.h"
#include "core/runtime/telemetrychannel.h"
#include "core/sys/clock.h"

#include <memory>
#include <vector>

namespace eph::runtime {

/// The Telemetry API of one life of an environment: extensions subscribe while it initialises and are sent what the
/// platform, the function and the extensions say. What was said before a subscription is sent to it, too. Lives on the
/// runtime's thread.
class Telemetry
{
public:
    enum class Source { Platform, Function, Extension };

    /// @param addresses where a receiver in the environment may listen.
    Telemetry(const sys::Clock &clock, QStringList addresses);

    [[nodiscard]] http::Response subscribe(const QString &extension, const QByteArray &body);
    /// The init is over: nobody may subscribe any more.
    void closeSubscription();
    [[nodiscard]] bool isWanted() const { return !m_closed || !m_channels.empty(); }

    void publish(const platform::Event &event);
    /// A line of a log; an object where the function writes JSON.
    void publish(Source source, const QByteArray &line, bool json);

    void pause();
    void resume();
    /// The receivers are about to end.
    void hurry();

    /// Somebody subscribed; `state` is the service's word for it.
    std::function<void(const QString &extension, const QString &state, const QStringList &types)> onSubscribed;

private:
    struct Entry {
        Source source;
        QByteArray asText;   ///< Whole event.
        QByteArray asObject; ///< Where it differs.
    };
    struct Subscriber {
        QString extension;
        std::unique_ptr<TelemetryChannel> channel;
    };

    void distribute(Entry entry);
    static void hand(TelemetryChannel &channel, const Entry &entry);

    const sys::Clock &m_clock;
    QStringList m_addresses;
    bool m_closed = false;
    std::vector<Entry> m_early; ///< Until subscription closes.
    qint64 m_earlyBytes = 0;
    std::vector<Subscriber> m_channels;
};

} // namespace eph::runtime
