// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/secretstore.h"

#include "core/base/text.h"
#include "core/sys/paths.h"

#include <QProcess>

namespace eph::sys {

using namespace Qt::StringLiterals;

namespace {

constexpr int HelperNotFound = 4;

/// Values go through pipes: a command line can be read by everybody on the machine.
[[nodiscard]] Result<QByteArray> askKeychain(const QString &action, const QString &name, const QByteArray &input = {})
{
    QProcess helper;
    helper.start(helperPath(u"ephemera-keychain"_s), {action, name});
    constexpr int LongestMs = 120'000; // It may ask its user to unlock it.
    if (!helper.waitForStarted(5000))
        return failure(ErrorCode::Io, Core::tr("The keychain's helper is missing: %1.").arg(helper.program()), Core::tr("Install Ephemera again, or set %1.").arg(SecretStore::variableOf(name)));
    helper.write(input);
    helper.closeWriteChannel();
    if (!helper.waitForFinished(LongestMs)) {
        helper.kill();
        helper.waitForFinished();
        return failure(ErrorCode::TimedOut, Core::tr("The keychain did not answer."), Core::tr("Unlock it, or set %1.").arg(SecretStore::variableOf(name)));
    }
    if (helper.exitStatus() == QProcess::NormalExit && helper.exitCode() == 0)
        return helper.readAllStandardOutput();
    const QString reason = QString::fromUtf8(helper.readAllStandardError()).trimmed();
    if (helper.exitCode() == HelperNotFound)
        return failure(ErrorCode::NotFound, Core::tr("There is no secret “%1”.").arg(name), Core::tr("Put it into the keychain with “eph secret set %1”, or set %2.").arg(name, SecretStore::variableOf(name)));
    return failure(ErrorCode::Io, Core::tr("The keychain cannot be used: %1").arg(reason), Core::tr("Set %1 instead.").arg(SecretStore::variableOf(name)));
}

} // namespace

QString SecretStore::variableOf(const QString &name)
{
    QString variable = u"EPHEMERA_SECRET_"_s;
    for (const QChar c : name)
        variable += c.isLetterOrNumber() && c.unicode() < 128 ? c.toUpper() : QChar(u'_');
    return variable;
}

Result<QString> SecretStore::read(const QString &name)
{
    const QString variable = variableOf(name);
    if (qEnvironmentVariableIsSet(qPrintable(variable)))
        return qEnvironmentVariable(qPrintable(variable));
    return askKeychain(u"get"_s, name).map([](const QByteArray &value) { return QString::fromUtf8(value); });
}

Result<void> SecretStore::write(const QString &name, const QString &value)
{
    return askKeychain(u"set"_s, name, value.toUtf8()).map([](const QByteArray &) {});
}

Result<void> SecretStore::remove(const QString &name)
{
    return askKeychain(u"delete"_s, name).map([](const QByteArray &) {});
}

} // namespace eph::sys
