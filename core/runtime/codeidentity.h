// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <functional>
#include <vector>

namespace eph::runtime {

/// The hash of one state of a function's code. It is computed beside the runtime's thread, which never waits for it; only
/// what carries the hash does.
class CodeIdentity
{
public:
    using Receiver = std::function<void(const QByteArray &sha256)>;

    /// Now when it is known, otherwise once it is.
    void whenKnown(Receiver receiver)
    {
        if (!m_sha256.isEmpty())
            receiver(m_sha256);
        else
            m_waiting.push_back(std::move(receiver));
    }
    /// Hexadecimal SHA-256.
    void resolve(const QByteArray &sha256)
    {
        m_sha256 = sha256;
        for (const Receiver &receiver : std::exchange(m_waiting, {}))
            receiver(m_sha256);
    }

private:
    QByteArray m_sha256;
    std::vector<Receiver> m_waiting;
};

} // namespace eph::runtime
