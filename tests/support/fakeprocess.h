// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/process.h"

#include <QList>

namespace eph::test {

/// What became of a fake process, alive longer than it.
struct ProcessRecord {
    sys::ProcessSpec spec;
    sys::Process *process = nullptr; ///< Null once it is deleted.
    bool killed = false;
    int suspended = 0;
    int resumed = 0;
    qint64 memoryBytes = 30 << 20;

    [[nodiscard]] QString variable(const QByteArray &name) const
    {
        for (const QByteArray &line : spec.environment) {
            if (line.startsWith(name + '='))
                return QString::fromUtf8(line.mid(name.size() + 1));
        }
        return {};
    }
    void print(const QByteArray &bytes) const { process->onOutput(bytes); }
    void exit(int code, int signal = 0) const { process->onExit({code, signal, memoryBytes}); }
};

class FakeProcess final : public sys::Process
{
public:
    explicit FakeProcess(std::shared_ptr<ProcessRecord> record)
        : m_record(std::move(record))
    {
        m_record->process = this;
    }
    ~FakeProcess() override { m_record->process = nullptr; }
    Q_DISABLE_COPY_MOVE(FakeProcess)

    qint64 pid() const override { return 4711; }
    void drainOutput() override {}
    void suspend() override { ++m_record->suspended; }
    void resume() override { ++m_record->resumed; }
    void terminate() override { m_record->killed = true; }
    void kill() override { m_record->killed = true; }
    qint64 peakMemoryBytes() const override { return m_record->memoryBytes; }
    sys::ProcessUsage usage() const override { return {m_record->memoryBytes, 1}; }
    std::chrono::nanoseconds cpuTime() const override { return {}; }
    void limitFiles(qint64) override {}

private:
    std::shared_ptr<ProcessRecord> m_record;
};

/// Starts fake processes and remembers them.
class FakeLauncher final : public sys::ProcessLauncher
{
public:
    Result<std::unique_ptr<sys::Process>> start(const sys::ProcessSpec &spec) override
    {
        if (refusal)
            return tl::unexpected(*refusal);
        auto record = std::make_shared<ProcessRecord>();
        record->spec = spec;
        processes << record;
        return std::make_unique<FakeProcess>(record);
    }

    QList<std::shared_ptr<ProcessRecord>> processes;
    std::optional<Error> refusal;
};

} // namespace eph::test
