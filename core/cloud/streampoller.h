// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/cloud/sourcepoller.h"
#include "core/cloud/tumblingwindow.h"
#include "core/runtime/pool.h"
#include "core/sources/streamstore.h"

#include <QTimer>
#include <memory>
#include <vector>

namespace eph::cloud {

/// Reads the shards of a stream and calls a function with batches of their records, one at a time for each shard, or for each
/// part of its partition keys. What fails is tried again, halved where the mapping says so, and holds up what comes after it
/// until it is given up. With tumbling windows no batch reaches over the end of one, the function's state goes from call to
/// call, and a last call without records ends each. Lives on the runtime's thread.
/// Source: Lambda developer guide, using Lambda with Kinesis, November 2026.
class StreamPoller : public SourcePoller
{
    Q_OBJECT
public:
    /// What is given up goes to the mapping's destination.
    using GiveUp = std::function<void(const QString &destination, const QByteArray &record)>;

    StreamPoller(EventSourceMapping mapping, sources::StreamStore &streams, runtime::Pool &pool, FunctionCatalogue &catalogue, const sys::Clock &clock, std::chrono::milliseconds retryAfter, GiveUp giveUp);
    ~StreamPoller() override;

    [[nodiscard]] MappingState state() const override;
    void look() override;

private:
    using Records = QList<sources::StreamRecord>;
    /// Records that go to the function together.
    struct Part {
        Records records;
        int attempts = 0;
    };
    /// What one reader of a shard has in its hands.
    struct Reader {
        int shard = 0;
        sources::Lane lane;
        qint64 after = 0; ///< Everything up to there is done with.
        qint64 read = 0;  ///< Everything up to there was read.
        QList<Part> parts;
        bool running = false;
        qint64 pausedUntilMs = 0;
        qint64 windowEndMs = 0; ///< When a batch that is not full goes; 0: none waits.
        std::optional<sources::OpenWindow> tumbling;
        WindowCall call = WindowCall::Within;
    };

    void openShards(const sources::StreamInfo &stream);
    [[nodiscard]] qint64 startOf(const sources::StreamInfo &stream, int shard);
    void work(const sources::StreamInfo &stream, const runtime::InvokeRequest &callee, Reader &reader);
    /// False when there is nothing to send yet: no records, and no window that is over.
    [[nodiscard]] bool fill(const sources::StreamInfo &stream, Reader &reader);
    /// False for a record of a later window than the open one. Opens that of the record where none is.
    [[nodiscard]] bool isInWindow(Reader &reader, const sources::StreamRecord &record) const;
    [[nodiscard]] qint64 tumblingEndMs(const Reader &reader) const;
    void dropOld(const sources::StreamInfo &stream, Reader &reader);
    void call(const sources::StreamInfo &stream, const runtime::InvokeRequest &callee, Reader &reader);
    void ended(const sources::StreamInfo &stream, Reader &reader, const runtime::Invocation &invocation);
    /// `named`: the function said from which record on.
    void failed(const sources::StreamInfo &stream, Reader &reader, const runtime::Invocation &invocation, bool named);
    void giveUp(const sources::StreamInfo &stream, Reader &reader, const Part &part, const QString &condition, const QJsonObject &response, const QByteArray &requestId);
    /// Without records: the window's state is to be dealt with.
    void windowEnded(const sources::StreamInfo &stream, Reader &reader, const runtime::Invocation &invocation);
    void settle(const sources::StreamInfo &stream, Reader &reader, qint64 after);
    [[nodiscard]] QJsonObject recordOf(const sources::StreamRecord &record) const;
    [[nodiscard]] bool wants(const sources::StreamRecord &record) const;
    /// Of what was not over when this look began: a pause may end while it goes on.
    void waitForNext(qint64 sinceMs);
    [[nodiscard]] QString streamName() const;
    [[nodiscard]] QString sourceArn() const;

    sources::StreamStore &m_streams;
    runtime::Pool &m_pool;
    FunctionCatalogue &m_catalogue;
    const sys::Clock &m_clock;
    std::chrono::milliseconds m_retryAfter;
    GiveUp m_giveUp;
    QString m_region;
    std::vector<std::unique_ptr<Reader>> m_readers;
    QTimer m_timer{this};
};

} // namespace eph::cloud
