// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/templatefile.h"

#include "core/base/text.h"

#include <QFile>
#include <QSaveFile>

namespace eph::services {

Result<void> rewriteTemplate(const QString &path, const std::function<Result<project::TextEdit>(const QByteArray &)> &edit)
{
    QFile source(path);
    if (!source.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Io, Core::tr("“%1” cannot be read: %2.").arg(path, source.errorString()));
    const QByteArray before = source.readAll();
    const auto made = edit(before);
    if (!made)
        return tl::unexpected(made.error());
    const QByteArray text = made->applied(before);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        return failure(ErrorCode::Io, Core::tr("“%1” could not be written: %2.").arg(path, file.errorString()), Core::tr("Check its permissions and the room on the disk."));
    return {};
}

} // namespace eph::services
