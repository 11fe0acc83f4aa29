// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/sandbox.h"

#include "core/sys/codefiles.h"
#include "core/sys/paths.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace eph::runtime {

using namespace Qt::StringLiterals;

namespace {

const QString EtcHosts = u"/etc/hosts"_s;

/// Folders of people, and what programs of this session talk through.
QStringList hiddenFolders()
{
    QStringList hidden{u"/home"_s, u"/root"_s, u"/run"_s, u"/media"_s, u"/mnt"_s, u"/srv"_s, u"/var"_s};
    hidden.removeIf([](const QString &folder) { return !QFileInfo(folder).isDir() || QFileInfo(folder).isSymLink(); });
    return hidden;
}

/// The folder that an interpreter needs: the prefix that it is installed in.
QString prefixOf(const QString &program)
{
    const QString bin = QFileInfo(QFileInfo(program).canonicalFilePath()).path();
    return bin.endsWith("/bin"_L1) ? QFileInfo(bin).path() : bin;
}

/// A variable that names code or tables to load into each program that starts.
bool isForLoader(const QByteArray &variable)
{
    // By their whole names: what else begins so may be a secret, and arguments are for all to read.
    static const QByteArrayList names{"LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "LD_BIND_NOW", "LD_BIND_NOT", "LD_DEBUG", "LD_DEBUG_OUTPUT", "LD_DYNAMIC_WEAK", "LD_HWCAP_MASK", "LD_ORIGIN_PATH", "LD_POINTER_GUARD", "LD_PREFER_MAP_32BIT_EXEC",
                                      "LD_PROFILE", "LD_PROFILE_OUTPUT", "LD_SHOW_AUXV", "LD_TRACE_LOADED_OBJECTS", "LD_USE_LOAD_BIAS", "LD_VERBOSE", "LD_WARN", "GLIBC_TUNABLES", "GCONV_PATH", "LOCPATH"};
    return names.contains(variable.left(variable.indexOf('=')));
}

} // namespace

sys::ProcessSpec sandboxed(sys::ProcessSpec spec, const FunctionConfig &config, const LaunchPlan &plan, const SandboxFolders &folders, const SandboxOptions &options)
{
    QStringList arguments{u"--die-with-parent"_s, u"--unshare-user"_s, u"--unshare-pid"_s, u"--unshare-ipc"_s, u"--unshare-uts"_s, u"--hostname"_s, u"sandbox"_s, u"--as-pid-1"_s};
    if (!options.network && plan.connected)
        arguments << u"--unshare-net"_s;
    // The service has no shared memory.
    arguments << u"--ro-bind"_s << u"/"_s << u"/"_s << u"--dev"_s << u"/dev"_s << u"--tmpfs"_s << u"/dev/shm"_s << u"--remount-ro"_s << u"/dev/shm"_s << u"--proc"_s << u"/proc"_s;
    const QStringList hidden = hiddenFolders();
    for (const QString &folder : hidden)
        arguments << u"--tmpfs"_s << folder;
    arguments << u"--bind"_s << folders.scratch << u"/tmp"_s;

    // What lies in a hidden place comes back, each at its own path, so that a stack trace names the file that people edit.
    QStringList needed{config.codeFolder, sys::resourcePath(u"runtimes"_s), QFileInfo(sys::helperPath(u"ephemera-init"_s)).path()};
    needed << config.layerFolders;
    if (plan.managed)
        needed << prefixOf(plan.interpreter) << QFileInfo(plan.interpreter).path();
    needed << plan.readable;
    const auto isHidden = [&](const QString &path) {
        return path.startsWith("/tmp/"_L1) || std::any_of(hidden.cbegin(), hidden.cend(), [&](const QString &folder) { return path == folder || path.startsWith(folder + u'/'); });
    };
    for (const QString &folder : std::as_const(needed)) {
        const QString real = QFileInfo(folder).canonicalFilePath();
        const QStringList places{folder, real == folder ? QString() : real};
        for (const QString &place : places) {
            if (!real.isEmpty() && isHidden(place))
                arguments << u"--ro-bind"_s << real << place;
        }
    }
    for (const QString &folder : plan.writable)
        arguments << u"--bind"_s << folder << folder;
    if (hidden.contains(u"/var"_s))
        arguments << u"--ro-bind"_s << config.codeFolder << u"/var/task"_s;
    // What this machine has there is no layer.
    if (QFileInfo(u"/opt"_s).isDir() && !plan.interpreter.startsWith("/opt/"_L1)) {
        if (folders.layers.isEmpty())
            arguments << u"--tmpfs"_s << u"/opt"_s << u"--remount-ro"_s << u"/opt"_s;
        else
            arguments << u"--ro-bind"_s << folders.layers << u"/opt"_s;
    }
    if (!folders.hosts.isEmpty())
        arguments << u"--ro-bind"_s << folders.hosts << EtcHosts;
    // What comes back has its place in them by now; nothing else is written there.
    for (const QString &folder : hidden)
        arguments << u"--remount-ro"_s << folder;
    // What a function makes the loader do happens within, never to the program that builds its walls.
    for (const QByteArray &variable : std::as_const(spec.environment)) {
        if (isForLoader(variable)) {
            const qsizetype equals = variable.indexOf('=');
            arguments << u"--setenv"_s << QString::fromLocal8Bit(variable.left(equals)) << QString::fromLocal8Bit(variable.mid(equals + 1));
        }
    }
    spec.environment.removeIf(isForLoader);
    arguments << u"--chdir"_s << spec.workingDirectory << u"--"_s;

    constexpr int StatusDescriptor = 4;
    arguments << sys::helperPath(u"ephemera-init"_s) << QString::number(StatusDescriptor) << spec.program << spec.arguments;
    spec.program = options.bubblewrap;
    spec.arguments = arguments;
    spec.wrappers = 2;
    return spec;
}

QString hostsFile(const QString &address, const QString &folder)
{
    QFile usual(EtcHosts);
    QFile file(folder + "/hosts"_L1);
    if (!usual.open(QIODevice::ReadOnly) || !file.open(QIODevice::WriteOnly))
        return {};
    file.write(address.toLatin1() + " sandbox.localdomain sandbox\n" + usual.readAll());
    return file.fileName();
}

QString mergedLayers(const QStringList &layers, const QString &scratch)
{
    if (layers.size() < 2)
        return layers.value(0);
    const QString merged = scratch + "/layers"_L1;
    for (const QString &layer : layers) {
        const QList<sys::CodeFile> files = sys::codeFiles(layer);
        for (const sys::CodeFile &file : files) {
            const QString place = merged + u'/' + file.name;
            QDir().mkpath(QFileInfo(place).path());
            QFile::remove(place);
            QFile::link(file.path, place);
        }
    }
    return merged;
}

} // namespace eph::runtime
