// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QMap>

namespace eph::sources {

/// By their names on the wire, such as `VisibilityTimeout`; all values are text, as there.
using QueueAttributes = QMap<QString, QString>;

/// What a queue's attributes come down to. Source: SQS API reference, SetQueueAttributes, November 2026.
struct QueueSettings {
    int visibilitySeconds = 30;
    int delaySeconds = 0;
    int retentionSeconds = 4 * 24 * 3600;
    int waitSeconds = 0;
    int maxBytes = 1024 * 1024;
    QString deadLetterQueue; ///< Name; empty: none.
    int maxReceives = 0;
    bool fifo = false;
    bool contentBasedDeduplication = false;
    bool deduplicatesByGroup = false; ///< Not in the whole queue.
};

/// Fails with Invalid; the detail is the service's name of the failure, such as `InvalidAttributeValue`.
[[nodiscard]] Result<QueueSettings> queueSettings(const QueueAttributes &attributes);
/// With the values that hold where nothing was said.
[[nodiscard]] QueueAttributes withDefaults(QueueAttributes attributes);
/// Whether that is a name for a queue of that kind.
[[nodiscard]] Result<void> checkQueueName(const QString &name, bool fifo);

} // namespace eph::sources
