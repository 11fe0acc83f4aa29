// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/nodearguments.h"

#include "core/runtime/functionconfig.h"

#include <QVersionNumber>

namespace eph::runtime {

using namespace Qt::StringLiterals;

namespace {

/// A feature that the service switches off, for a runtime; where that interpreter knows the option.
struct SwitchedOff {
    QString runtime;
    QString feature;
    QVersionNumber since;
};

} // namespace

QStringList nodeArguments(const FunctionConfig &config, const QString &version)
{
    static const QList<SwitchedOff> all{{u"nodejs20.x"_s, u"experimental-require-module"_s, {20, 17}}, {u"nodejs22.x"_s, u"experimental-require-module"_s, {22, 0}}, {u"nodejs22.x"_s, u"experimental-detect-module"_s, {22, 0}}};
    const int mebibytes = config.memoryMiB;
    QStringList arguments{u"--expose-gc"_s, u"--max-http-header-size=81920"_s, u"--max-semi-space-size=%1"_s.arg(mebibytes / 10 / 2), u"--max-old-space-size=%1"_s.arg(mebibytes - mebibytes / 10)};
    const QVersionNumber interpreter = QVersionNumber::fromString(version);
    const QString options = config.environment.value(u"NODE_OPTIONS"_s);
    for (const SwitchedOff &one : all) {
        // Who asks for one gets it, as there.
        const bool isKnown = interpreter.majorVersion() == one.since.majorVersion() && interpreter >= one.since;
        if (one.runtime == config.runtime && isKnown && !options.contains(u"--"_s + one.feature))
            arguments << u"--no-"_s + one.feature;
    }
    return arguments;
}

} // namespace eph::runtime
