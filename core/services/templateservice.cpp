// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/templateservice.h"

#include "core/base/closest.h"
#include "core/base/text.h"
#include "core/project/samtemplate.h"

#include <QFile>
#include <QSaveFile>

namespace eph::services {

namespace {

using namespace Qt::StringLiterals;

struct Range {
    QLatin1StringView property;
    int low;
    int high;
    const char *unit;
};
constexpr Range Ranges[] = {{"MemorySize"_L1, 128, 10240, "MiB"}, {"Timeout"_L1, 1, 900, "s"}};

} // namespace

Result<project::TextEdit> functionEdit(const QByteArray &text, const project::Function &function, const PropertyChange &change)
{
    if (!function.inTemplate)
        return failure(ErrorCode::NotFound, Core::tr("“%1” was recognised from its code; there is no template to change.").arg(function.name), Core::tr("Write a template for this folder first."));
    const QStringList known = project::functionProperties();
    if (const QString name = change.path.value(0); !known.contains(name)) {
        const QString meant = closestName(name, known);
        return failure(ErrorCode::Invalid, Core::tr("“%1” is no property of a function.").arg(name), meant.isEmpty() ? Core::tr("Names are those of the template, such as MemorySize.") : Core::tr("Did you mean “%1”?").arg(meant));
    }
    for (const Range &range : Ranges) {
        if (change.path != QStringList{QString(range.property)})
            continue;
        bool isNumber = false;
        const int value = change.value.toInt(&isNumber);
        if (!isNumber || value < range.low || value > range.high)
            return failure(ErrorCode::Invalid, Core::tr("%1 cannot be “%2”.").arg(range.property, change.value),
                           Core::tr("It is a whole number from %1 to %2 %3.").arg(range.low).arg(range.high).arg(QLatin1StringView(range.unit)));
    }
    return project::setScalar(text, QStringList{u"Resources"_s, function.logicalId, u"Properties"_s} + change.path, change.value);
}

Result<void> changeFunction(const project::Function &function, const QList<PropertyChange> &changes)
{
    QFile source(function.location.file);
    if (!source.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Io, Core::tr("“%1” cannot be read: %2.").arg(function.location.file, source.errorString()));
    QByteArray text = source.readAll();
    for (const PropertyChange &change : changes) {
        const auto edit = functionEdit(text, function, change);
        if (!edit)
            return tl::unexpected(edit.error());
        text = edit->applied(text);
    }
    QSaveFile file(function.location.file);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        return failure(ErrorCode::Io, Core::tr("“%1” could not be written: %2.").arg(function.location.file, file.errorString()), Core::tr("Check its permissions and the room on the disk."));
    return {};
}

} // namespace eph::services
