// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/account/documentstore.h"
#include "core/cloud/bucketevents.h"

namespace eph::cloud {

/// The notification configurations that calls have put on buckets, beside those of templates. Pure functions on the documents.
namespace bucketnotifications {

/// What such a document asks for.
struct Configuration {
    QList<BucketNotification> notifications;
    bool eventBridge = false; ///< The bus of events is told of everything, too.
};
/// Invalid for what is no such document.
[[nodiscard]] Result<Configuration> parse(const QByteArray &xml, const QString &bucket);
/// As the document of the S3 API has it; an empty one takes it away. Invalid for what is no such document.
[[nodiscard]] Result<void> put(account::DocumentStore &documents, const QString &bucket, const QByteArray &xml);
[[nodiscard]] Configuration get(const account::DocumentStore &documents, const QString &bucket);
/// Of all buckets.
[[nodiscard]] BucketListeners all(const account::DocumentStore &documents);

}

} // namespace eph::cloud
