// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <tl/expected.hpp>

namespace eph {

/// What kind of failure it was; decides the exit code of `eph` and the icon in the window.
enum class ErrorCode { Usage, Invalid, NotFound, Io, Conflict, TimedOut, Cancelled, NeedsConfirmation, Unsupported };

/// A failure as a value: one whole sentence for people, one that says what to do next, and details for whoever digs.
struct Error {
    ErrorCode code = ErrorCode::Invalid;
    QString message;
    QString hint;
    QString detail;
};

template<class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(ErrorCode code, QString message, QString hint = {}, QString detail = {})
{
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(hint), std::move(detail)});
}

} // namespace eph
