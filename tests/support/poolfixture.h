// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logstore.h"
#include "core/runtime/pool.h"
#include "core/sys/posixprocess.h"
#include "tests/support/testproject.h"

#include <QTest>

namespace eph::test {

/// What tests of the pool stand on: real node, python and shell processes.
class PoolTest : public QObject
{
protected:
    sys::PosixProcessLauncher m_launcher;
    sys::SystemClock m_clock;
    logs::LogStore m_logs;

    [[nodiscard]] runtime::Surroundings surroundings(bool keepWarm = true) { return {m_launcher, m_clock, m_logs, QStringLiteral("test-token-0123456789"), keepWarm, std::chrono::seconds(10)}; }
    [[nodiscard]] std::unique_ptr<runtime::Pool> newPool(bool keepWarm = true) { return std::make_unique<runtime::Pool>(surroundings(keepWarm), sys::Interpreters()); }

    static runtime::FunctionConfig config(const TestProject &project, const QString &runtime, const QString &handler)
    {
        runtime::FunctionConfig config;
        config.name = QStringLiteral("fn");
        config.codeFolder = project.path();
        config.runtime = runtime;
        config.handler = handler;
        return config;
    }
    static runtime::FunctionConfig node(const TestProject &project) { return config(project, QStringLiteral("nodejs20.x"), QStringLiteral("index.handler")); }
    static runtime::FunctionConfig python(const TestProject &project) { return config(project, QStringLiteral("python3.11"), QStringLiteral("app.handler")); }

    static runtime::Invocation run(runtime::Pool &pool, const runtime::FunctionConfig &config, const QByteArray &payload = "{}")
    {
        std::optional<runtime::Invocation> result;
        const auto begun = pool.invoke({config, payload, {}, {}}, [&](runtime::Invocation invocation) { result = std::move(invocation); });
        if (!begun) {
            qWarning("%s", qPrintable(begun.error().message));
            return {};
        }
        (void)QTest::qWaitFor([&] { return result.has_value(); }, 30'000);
        return result.value_or(runtime::Invocation{});
    }
    [[nodiscard]] runtime::Invocation run(const runtime::FunctionConfig &config, const QByteArray &payload = "{}")
    {
        const auto pool = newPool();
        return run(*pool, config, payload);
    }
    /// Starts so many invocations at once and returns their outcomes once all have ended.
    static QList<runtime::Invocation> runTogether(runtime::Pool &pool, const runtime::FunctionConfig &config, int count)
    {
        QList<runtime::Invocation> all;
        for (int i = 0; i < count; ++i) {
            if (!pool.invoke({config, "{}", {}, {}}, [&](const runtime::Invocation &invocation) { all << invocation; }))
                return {};
        }
        (void)QTest::qWaitFor([&] { return all.size() == count; }, 20'000);
        return all;
    }
};

} // namespace eph::test
