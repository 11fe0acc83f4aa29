// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/account/codestore.h"
#include "core/account/documentstore.h"

namespace eph::account {

/// What calls have made in the account of one project: documents, and the code that they name.
struct Account {
    std::unique_ptr<DocumentStore> documents;
    CodeStore code;

    /// An empty folder keeps everything for as long as it is open. Fails with Io.
    [[nodiscard]] static Result<std::unique_ptr<Account>> open(const QString &projectFolder)
    {
        auto documents = DocumentStore::open(projectFolder.isEmpty() ? QString() : DocumentStore::pathIn(projectFolder));
        if (!documents)
            return tl::unexpected(documents.error());
        return std::make_unique<Account>(*std::move(documents), CodeStore(projectFolder.isEmpty() ? QString() : QString(projectFolder + QStringLiteral("/.ephemera/code"))));
    }

    Account(std::unique_ptr<DocumentStore> store, CodeStore codeStore)
        : documents(std::move(store))
        , code(std::move(codeStore))
    {
    }
};

} // namespace eph::account
