// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/http/server.h"
#include "core/runtime/codehash.h"
#include "core/runtime/pool.h"
#include "core/sys/background.h"

namespace eph::cloud {

/// What Lambda's API tells about functions: list, one of them, its configuration, its concurrency, the account's limits. Lives
/// on the runtime's thread. Source: fact sheet of the control API, November 2026.
class LambdaFunctionsApi : public QObject
{
    Q_OBJECT
public:
    LambdaFunctionsApi(const runtime::Pool &pool, FunctionCatalogue &catalogue);

    /// False where the request is none of its own.
    [[nodiscard]] bool handle(const http::Request &request, const http::Responder &responder);

private:
    /// What is told of a function's code; found out on another thread.
    struct Code {
        QByteArray sha256; ///< Binary.
        qint64 bytes = 0;
    };
    enum class Part { Whole, Configuration, Concurrency };

    void list(const http::Responder &responder, const QByteArray &query);
    void one(const http::Responder &responder, const QString &name, const QString &qualifier, Part part);
    void accountSettings(const http::Responder &responder);
    [[nodiscard]] static qint64 bytesOf(const runtime::FunctionConfig &config);
    [[nodiscard]] static Code codeOf(runtime::CodeHash &hash, const runtime::FunctionConfig &config);

    const runtime::Pool &m_pool;
    FunctionCatalogue &m_catalogue;
    std::shared_ptr<runtime::CodeHash> m_hash = std::make_shared<runtime::CodeHash>();
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::cloud
