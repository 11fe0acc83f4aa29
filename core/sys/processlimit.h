// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

namespace eph::sys {

/// A control group that lets no more than so many processes and threads be in it. It goes with this object, once it is empty.
class ProcessLimit
{
public:
    /// nullopt where this system lets nobody like us make one; the user's own limit must do then, which root does not have.
    [[nodiscard]] static std::optional<ProcessLimit> make(int processes);
    ~ProcessLimit();
    ProcessLimit(ProcessLimit &&other) noexcept : m_folder(std::exchange(other.m_folder, {})) {}
    ProcessLimit &operator=(ProcessLimit &&other) noexcept;

    /// Whoever writes `0` here is in it.
    [[nodiscard]] QByteArray membersFile() const;

private:
    explicit ProcessLimit(QString folder) : m_folder(std::move(folder)) {}

    QString m_folder;
};

} // namespace eph::sys
