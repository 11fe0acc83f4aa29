// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/server.h"

#include <QByteArray>
#include <QStringList>
#include <functional>
#include <optional>
#include <vector>

namespace eph::runtime {

/// The Lambda Extensions API of one environment: who has registered, who waits for what, with the exact error bodies. Knows
/// nothing of processes. Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html and the emulator, November 2026.
class ExtensionsApi
{
public:
    static constexpr int MaxExtensions = 10;

    /// What registration answers.
    struct Function {
        QString name;
        QString version;
        QString handler;
        QString account;
    };
    struct InvokeEvent {
        QByteArray requestId;
        qint64 deadlineEpochMs = 0;
        QByteArray functionArn;
        QByteArray traceId;
    };
    struct Failure {
        QString extension;
        QByteArray errorType;
    };

    /// An extension subscribes to telemetry with that body.
    std::function<http::Response(const QString &name, const QByteArray &body)> onSubscribe;
    std::function<void()> onNext; ///< An extension waits for its next event.
    std::function<void(const QString &name, const QStringList &events)> onReady; ///< For the first time.
    std::function<void(Failure)> onInitError;
    std::function<void(Failure)> onExitError;

    [[nodiscard]] static bool isFor(const QByteArray &path);
    void handle(const http::Request &request, const http::Responder &responder);

    /// A new life begins: these are expected from the layers.
    void reset(const Function &function, const QStringList &external);
    /// The init is over: nobody may register any more.
    void closeRegistration() { m_closed = true; }
    /// Those that are not ready, by name, and whether they have registered.
    [[nodiscard]] QList<std::pair<QString, bool>> unready() const;
    /// That one has asked for; empty where it has not registered.
    [[nodiscard]] QStringList eventsOf(const QString &name) const;
    /// Every expected and every registered extension waits for an event.
    [[nodiscard]] bool areReady() const;
    /// Tells those that asked for it of an invocation.
    void invoke(const InvokeEvent &event);
    /// Those that were told of the invocation wait again.
    [[nodiscard]] bool areDone() const;
    /// Tells those that asked for it that the end has come. `reason` is spindown, timeout or failure.
    void shutDown(const QByteArray &reason, qint64 deadlineEpochMs);
    [[nodiscard]] bool isToldOfShutdown(const QString &name) const;
    [[nodiscard]] bool isEmpty() const { return m_extensions.empty() && m_expected.isEmpty(); }

private:
    struct Extension {
        QByteArray id;
        QString name;
        QStringList events;
        std::optional<http::Responder> waiting;
        bool wasReady = false;
        bool isTold = false; ///< Of the invocation under way.
    };

    void registerExtension(const http::Request &request, const http::Responder &responder);
    void next(Extension &extension, const http::Responder &responder);
    void reportError(Extension &extension, const http::Request &request, const http::Responder &responder, bool init);
    [[nodiscard]] Extension *identified(const http::Request &request, const http::Responder &responder);
    [[nodiscard]] const Extension *find(const QString &name) const;
    static void send(Extension &extension, const QByteArray &event);

    Function m_function;
    QStringList m_expected; ///< Names of those from layers.
    std::vector<Extension> m_extensions;
    bool m_closed = false;
    QByteArray m_shutdown; ///< The event, once the end has come.
};

} // namespace eph::runtime
