// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/codefiles.h"

#include <QDir>
#include <QSet>
#include <algorithm>

namespace eph::sys {

using namespace Qt::StringLiterals;

bool isIgnoredFolder(const QString &name)
{
    static const QSet<QString> ignored{u".git"_s, u".ephemera"_s, u"__pycache__"_s, u".aws-sam"_s, u".svn"_s, u".hg"_s};
    return ignored.contains(name);
}

QList<CodeFile> codeFiles(const QString &root)
{
    QList<CodeFile> files;
    QSet<QString> seen;
    QStringList open{QString()};
    while (!open.isEmpty()) {
        const QString below = open.takeLast();
        const QDir folder(root + u'/' + below);
        const QString real = folder.canonicalPath();
        if (real.isEmpty() || seen.contains(real))
            continue;
        seen.insert(real);
        const QFileInfoList entries = folder.entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDir::Unsorted);
        for (const QFileInfo &entry : entries) {
            const QString name = below.isEmpty() ? entry.fileName() : QString(below + u'/' + entry.fileName());
            if (!entry.isDir())
                files.append({name, entry.filePath()});
            else if (!isIgnoredFolder(entry.fileName()))
                open << name;
        }
    }
    std::sort(files.begin(), files.end(), [](const CodeFile &a, const CodeFile &b) { return a.name < b.name; });
    return files;
}

} // namespace eph::sys
