// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/account.h"
#include "core/base/error.h"
#include "core/sys/clock.h"

#include <QHash>
#include <QList>
#include <QStringList>
#include <functional>

namespace eph::events {

/// Something that can be chosen about a sample event.
struct EventField {
    enum class Kind { Text, Number, Json };
    QString key;
    QString label;
    QString value; ///< What it is when nothing is chosen.
    Kind kind = Kind::Text;
    QStringList choices; ///< Empty: anything of its kind.
};

/// What a source sends to a function, to be filled in.
struct SampleEvent {
    QString id;    ///< `s3-put`
    QString title; ///< For people.
    QString service;
    QStringList keywords;
    QList<EventField> fields;
    QString repeated; ///< Name of the list whose entry comes once a record; empty: there is only one.
    QByteArray body;  ///< JSON with places to fill in.

    /// All words of a search are somewhere in it.
    [[nodiscard]] bool matches(const QString &search) const;
    /// Smaller for one that means just that: by its id or by its title, and by how much else its title says.
    [[nodiscard]] std::pair<bool, qsizetype> rank(const QString &search) const;
};

/// The sample events that are shipped, by title. Io when the installation is broken.
[[nodiscard]] Result<QList<SampleEvent>> loadCatalogue();
/// By its id; NotFound says which was meant.
[[nodiscard]] Result<SampleEvent> findSample(const QList<SampleEvent> &catalogue, const QString &id);

struct EventRequest {
    QHash<QString, QString> values; ///< By the field's key.
    int count = 1;                  ///< Records.
    QString region = QStringLiteral("us-east-1");
    QString account = LocalAccount;
};

/// Where what differs from event to event comes from.
struct EventChance {
    qint64 epochMs = 0;
    std::function<QString()> uuid; ///< Without braces.
};

/// The event as indented JSON. Invalid for a value that is not of its field's kind, NotFound for an unknown field.
[[nodiscard]] Result<QByteArray> generateEvent(const SampleEvent &sample, const EventRequest &request, const EventChance &chance);
/// With this machine's clock and random ids.
[[nodiscard]] EventChance realChance();

} // namespace eph::events
