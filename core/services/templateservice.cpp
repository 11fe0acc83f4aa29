// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/templateservice.h"

#include "core/base/closest.h"
#include "core/base/text.h"
#include "core/project/samtemplate.h"
#include "core/project/warmup.h"
#include "core/services/templatefile.h"

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

Result<project::TextEdit> oneEdit(const QByteArray &text, const project::Function &function, const PropertyChange &change)
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

} // namespace

Result<project::TextEdit> functionEdit(const QByteArray &text, const project::Function &function, const QList<PropertyChange> &changes)
{
    QByteArray changed = text;
    for (const PropertyChange &change : changes) {
        const auto edit = oneEdit(changed, function, change);
        if (!edit)
            return tl::unexpected(edit.error());
        changed = edit->applied(changed);
    }
    return project::editBetween(text, changed);
}

Result<project::TextEdit> removalEdit(const QByteArray &text, const project::Function &function, const QStringList &path)
{
    return project::removeEntry(text, QStringList{u"Resources"_s, function.logicalId, u"Properties"_s} + path);
}

Result<project::TextEdit> warmUpEdit(const QByteArray &text, const project::Function &function, int minutes)
{
    const QStringList event{u"Events"_s, QLatin1StringView(project::WarmUp::EventName)};
    // Events that hold nothing any more go with the last of them.
    if (minutes <= 0)
        return removalEdit(text, function, project::isOnlyEntry(text, QStringList{u"Resources"_s, function.logicalId, u"Properties"_s} + event) ? QStringList{u"Events"_s} : event);
    return functionEdit(text, function, {{event + QStringList{u"Type"_s}, u"Schedule"_s},
                                         {event + QStringList{u"Properties"_s, u"Schedule"_s}, project::rateExpression(minutes)},
                                         {event + QStringList{u"Properties"_s, u"Input"_s}, QLatin1StringView(project::WarmUp::Input)}});
}

Result<void> changeFunction(const project::Function &function, const QList<PropertyChange> &changes)
{
    return rewriteTemplate(function.location.file, [&](const QByteArray &text) { return functionEdit(text, function, changes); });
}

Result<void> setWarmUp(const project::Function &function, int minutes)
{
    return rewriteTemplate(function.location.file, [&](const QByteArray &text) { return warmUpEdit(text, function, minutes); });
}

} // namespace eph::services
