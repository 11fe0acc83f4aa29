// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/eventbus.h"
#include "core/project/model.h"
#include "core/sources/bucketstore.h"

namespace eph::cloud {

/// Who is told of changes in a bucket. Source: S3 user guide, event notifications, November 2026.
struct BucketNotification {
    QString id;
    QString bucket;
    QStringList events; ///< `s3:ObjectCreated:*`, `s3:ObjectRemoved:Delete`, …
    QString prefix;
    QString suffix;
    QString target; ///< ARN of a function, a queue or a topic.

    [[nodiscard]] bool takes(const sources::BucketChange &change) const;
    [[nodiscard]] bool operator==(const BucketNotification &other) const = default;
};

/// Everybody who is told of changes in buckets.
struct BucketListeners {
    QList<BucketNotification> notifications;
    QStringList bridged; ///< Buckets of which EventBridge is told everything.
};

/// Those of `S3` events of functions and of the notification configurations of buckets.
[[nodiscard]] BucketListeners bucketListenersOf(const project::Project &project);

/// What the target gets.
[[nodiscard]] QByteArray bucketEvent(const sources::BucketChange &change, const QString &notification, const QString &region);

/// What EventBridge is told. Source: S3 user guide, EventBridge event message structure, November 2026.
[[nodiscard]] PutEvent bridgeEvent(const sources::BucketChange &change);

} // namespace eph::cloud
