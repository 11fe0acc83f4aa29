// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/editor/recovery.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QStandardPaths>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr char Basis[] = "basis:";
} // namespace

Recovery::Recovery()
    : m_folder(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + "/ephemera/unsaved"_L1)
{
}

QString Recovery::fileFor(const QString &path) const
{
    return m_folder + u'/' + QString::fromLatin1(basisOf(path.toUtf8()));
}

QByteArray Recovery::basisOf(const QByteArray &utf8)
{
    return QCryptographicHash::hash(utf8, QCryptographicHash::Sha1).toHex();
}

void Recovery::keep(const QString &path, const Copy &copy) const
{
    QDir().mkpath(m_folder);
    QSaveFile file(fileFor(path));
    // Only the owner's eyes: an unsaved text may hold a secret.
    if (!file.open(QIODevice::WriteOnly))
        return;
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    file.write(path.toUtf8() + '\n' + Basis + copy.basis + '\n' + copy.utf8);
    file.commit();
}

void Recovery::forget(const QString &path) const
{
    QFile::remove(fileFor(path));
}

std::optional<Recovery::Copy> Recovery::kept(const QString &path) const
{
    QFile file(fileFor(path));
    if (!file.open(QIODevice::ReadOnly) || file.readLine().chopped(1) != path.toUtf8())
        return std::nullopt;
    // Those of earlier versions do not say what they were made from: their text begins at once.
    const QByteArray text = file.readAll();
    if (!text.startsWith(Basis))
        return Copy{text, {}};
    const qsizetype end = text.indexOf('\n');
    return Copy{text.mid(end + 1), text.mid(qsizetype(qstrlen(Basis)), end - qsizetype(qstrlen(Basis)))};
}

QStringList Recovery::keptBelow(const QString &folder) const
{
    QStringList paths;
    const QFileInfoList copies = QDir(m_folder).entryInfoList(QDir::Files);
    for (const QFileInfo &copy : copies) {
        QFile file(copy.filePath());
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QString path = QString::fromUtf8(file.readLine().chopped(1));
        if (path.startsWith(folder + u'/'))
            paths << path;
    }
    return paths;
}

} // namespace eph::ui
