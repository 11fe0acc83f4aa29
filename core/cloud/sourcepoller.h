// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/eventsourcemapping.h"
#include "core/cloud/mappingstates.h"

#include <QObject>

namespace eph::cloud {

/// Feeds a function from one source, as its mapping says.
class SourcePoller : public QObject
{
    Q_OBJECT
public:
    [[nodiscard]] const EventSourceMapping &mapping() const { return m_mapping; }
    [[nodiscard]] virtual MappingState state() const = 0;
    /// Looks for something to do now.
    virtual void look() = 0;
    /// Sends no batch any more; those that run end as they would have.
    virtual void stop() { m_mapping.enabled = false; }

protected:
    explicit SourcePoller(EventSourceMapping mapping)
        : m_mapping(std::move(mapping))
        , m_state{m_mapping.id, m_mapping.function, m_mapping.source, m_mapping.enabled, m_mapping.problem, QStringLiteral("No records processed")}
    {
    }

    /// Keeps a failure until the next write succeeds.
    void wrote(const Result<void> &result) { m_writeProblem = result ? QString() : result.error().message; }

    EventSourceMapping m_mapping;
    MappingState m_state;
    QString m_writeProblem; ///< Of the last write.
};

} // namespace eph::cloud
