// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/selection.h"

#include "core/base/text.h"
#include "core/package/ignorerules.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>
#include <algorithm>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace eph::package {

using namespace Qt::StringLiterals;

namespace {

class Walk
{
public:
    Walk(const QString &root, IgnoreRules rules) : m_root(QFileInfo(root).canonicalFilePath()), m_rules(std::move(rules)) {}

    /// What a folder is, whatever leads to it.
    using Identity = std::pair<dev_t, ino_t>;

    [[nodiscard]] Result<void> folder(const QString &path, const QString &below, QList<Identity> around)
    {
        struct stat found = {};
        const QByteArray encoded = QFile::encodeName(path);
        const Identity real = ::stat(encoded.constData(), &found) == 0 ? Identity(found.st_dev, found.st_ino) : Identity();
        if (real == Identity() || ::access(encoded.constData(), R_OK) != 0)
            return failure(ErrorCode::Io, Core::tr("The folder %1 cannot be read.").arg(path), Core::tr("Allow it to be read, or leave it out with a .lambdaignore."));
        if (around.contains(real))
            return failure(ErrorCode::Invalid, Core::tr("The link %1 leads to a folder around itself.").arg(path), Core::tr("Remove it, or leave it out with a .lambdaignore."));
        around << real;
        const QFileInfoList entries = QDir(path).entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDir::Unsorted);
        for (const QFileInfo &entry : entries) {
            const QString name = below.isEmpty() ? entry.fileName() : QString(below + u'/' + entry.fileName());
            const bool isFolder = entry.isDir();
            if (const QString rule = m_rules.ignoredBy(name, isFolder && !entry.isSymLink() ? IgnoreRules::Kind::Folder : IgnoreRules::Kind::File); !rule.isEmpty()) {
                m_selection.leftOut.append({name, rule});
            } else if (entry.isSymLink() && staysInside(entry)) {
                m_selection.files.append({name, entry.filePath(), readLink(entry)});
            } else if (isFolder) {
                if (auto walked = folder(entry.filePath(), name, around); !walked)
                    return walked;
            } else if (entry.isFile()) {
                m_selection.files.append({name, entry.filePath(), {}});
            } else {
                // A pipe, a socket, a link to nothing.
                m_selection.leftOut.append({name, Core::tr("no file")});
            }
        }
        return {};
    }

    /// What is there under a name already stays.
    void add(Selection other)
    {
        QSet<QString> names;
        for (const PackedFile &file : std::as_const(m_selection.files))
            names.insert(file.name);
        other.files.removeIf([&](const PackedFile &file) { return names.contains(file.name); });
        m_selection.files << other.files;
        m_selection.leftOut << other.leftOut;
    }

    [[nodiscard]] Selection take()
    {
        sortByName(m_selection.files);
        std::sort(m_selection.leftOut.begin(), m_selection.leftOut.end(), [](const LeftOut &a, const LeftOut &b) { return a.name < b.name; });
        return std::move(m_selection);
    }

private:
    [[nodiscard]] static QString readLink(const QFileInfo &link)
    {
        std::error_code error;
        return QString::fromStdString(std::filesystem::read_symlink(link.filePath().toStdString(), error).string());
    }

    /// A relative one to something of the folder; an absolute one would mean another place in the cloud.
    [[nodiscard]] bool staysInside(const QFileInfo &link) const
    {
        const QString target = readLink(link);
        const QString real = link.canonicalFilePath();
        return !target.isEmpty() && !target.startsWith(u'/') && !real.isEmpty() && real.startsWith(QString(m_root + u'/'));
    }

    QString m_root;
    IgnoreRules m_rules;
    Selection m_selection;
};

} // namespace

void sortByName(QList<PackedFile> &files)
{
    // The bytes of each name are made once, not for each comparison.
    std::vector<std::pair<QByteArray, qsizetype>> keys;
    keys.reserve(size_t(files.size()));
    for (qsizetype i = 0; i < files.size(); ++i)
        keys.emplace_back(files.at(i).name.toUtf8(), i);
    std::sort(keys.begin(), keys.end());
    QList<PackedFile> sorted;
    sorted.reserve(files.size());
    for (const auto &[key, i] : keys)
        sorted << std::move(files[i]);
    files = std::move(sorted);
}

Result<Selection> selectFiles(const QString &folder, const QString &runtime, const InstalledFiles &installed)
{
    IgnoreRules rules;
    rules.add(standardIgnores(runtime));
    QFile own(folder + "/.lambdaignore"_L1);
    if (own.exists()) {
        if (!own.open(QIODevice::ReadOnly))
            return failure(ErrorCode::Io, Core::tr("%1 cannot be read: %2.").arg(own.fileName(), own.errorString()));
        rules.add(QString::fromUtf8(own.readAll()));
    }
    IgnoreRules codeRules = rules;
    if (!installed.insteadOf.isEmpty())
        codeRules.add(u'/' + installed.insteadOf + u'/');
    Walk code(folder, std::move(codeRules));
    if (const auto walked = code.folder(folder, {}, {}); !walked)
        return tl::unexpected(walked.error());
    if (installed.folder.isEmpty())
        return code.take();
    // What an installer tells of this machine would make the package another one on the next.
    rules.add(u"/bin/\n/*.dist-info/RECORD\n/*.dist-info/REQUESTED\n/*.dist-info/direct_url.json\n/node_modules/.modules.yaml\n/node_modules/.pnpm/lock.yaml\n/node_modules/.pnpm-workspace-state*.json\n/node_modules/.yarn-integrity\n"_s);
    Walk dependencies(installed.folder, std::move(rules));
    if (const auto walked = dependencies.folder(installed.folder, {}, {}); !walked)
        return tl::unexpected(walked.error());
    code.add(dependencies.take());
    return code.take();
}

} // namespace eph::package
