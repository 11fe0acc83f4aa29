// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/selection.h"

#include "core/base/text.h"
#include "core/package/ignorerules.h"

#include <QFile>
#include <QFileInfo>
#include <QSet>
#include <algorithm>
#include <condition_variable>
#include <dirent.h>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <sys/stat.h>
#include <thread>

namespace eph::package {

using namespace Qt::StringLiterals;

namespace {

/// What a folder is, whatever leads to it.
using Identity = std::pair<dev_t, ino_t>;

QString readLink(const QString &path)
{
    std::error_code error;
    return QString::fromStdString(std::filesystem::read_symlink(path.toStdString(), error).string());
}

/// Goes through a folder and all below it, on several processors: it is the system that takes the time.
class Walk
{
public:
    Walk(const QString &root, IgnoreRules rules) : m_root(QFileInfo(root).canonicalFilePath()), m_rules(std::move(rules)) { m_waiting.push_back({root, {}, {}}); }

    [[nodiscard]] Result<void> run()
    {
        const int threads = std::clamp(int(std::thread::hardware_concurrency()), 1, 8);
        {
            std::vector<std::jthread> others;
            for (int i = 1; i < threads; ++i)
                others.emplace_back([this] { work(); });
            work();
        }
        return m_problem ? tl::unexpected(m_problem->second) : Result<void>();
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
    struct Folder {
        QString path;
        QString below; ///< Its name within the package.
        QList<Identity> around;
    };

    void work()
    {
        Selection found;
        std::unique_lock lock(m_mutex);
        for (;;) {
            m_changed.wait(lock, [this] { return !m_waiting.empty() || m_busy == 0; });
            if (m_waiting.empty())
                break;
            const Folder folder = std::move(m_waiting.back());
            m_waiting.pop_back();
            ++m_busy;
            lock.unlock();
            std::vector<Folder> inside;
            const auto read = readFolder(folder, found, inside);
            lock.lock();
            --m_busy;
            // Of several the first by name, whoever came first.
            if (!read && (!m_problem || folder.path < m_problem->first))
                m_problem = {folder.path, read.error()};
            std::move(inside.begin(), inside.end(), std::back_inserter(m_waiting));
            m_changed.notify_all();
        }
        m_selection.files << found.files;
        m_selection.leftOut << found.leftOut;
    }

    [[nodiscard]] Result<void> readFolder(const Folder &folder, Selection &found, std::vector<Folder> &inside) const
    {
        const std::unique_ptr<DIR, int (*)(DIR *)> listing(::opendir(QFile::encodeName(folder.path).constData()), &::closedir);
        struct stat status = {};
        if (!listing || ::fstat(::dirfd(listing.get()), &status) != 0)
            return failure(ErrorCode::Io, Core::tr("The folder %1 cannot be read.").arg(folder.path), Core::tr("Allow it to be read, or leave it out with a .lambdaignore."));
        const Identity real(status.st_dev, status.st_ino);
        if (folder.around.contains(real))
            return failure(ErrorCode::Invalid, Core::tr("The link %1 leads to a folder around itself.").arg(folder.path), Core::tr("Remove it, or leave it out with a .lambdaignore."));
        const QList<Identity> around = folder.around + QList<Identity>{real};
        while (const dirent *entry = ::readdir(listing.get())) {
            const QByteArrayView bytes(entry->d_name);
            if (bytes == "." || bytes == "..")
                continue;
            const QString own = QFile::decodeName(entry->d_name);
            const QString path = folder.path + u'/' + own;
            const QString name = folder.below.isEmpty() ? own : QString(folder.below + u'/' + own);
            // The listing tells what most entries are; a link is looked through.
            const bool isLink = entry->d_type == DT_LNK || (entry->d_type == DT_UNKNOWN && QFileInfo(path).isSymLink());
            const bool isPlain = !isLink && entry->d_type != DT_UNKNOWN;
            const bool isFolder = isPlain ? entry->d_type == DT_DIR : QFileInfo(path).isDir();
            const bool isFile = isPlain ? entry->d_type == DT_REG : QFileInfo(path).isFile();
            if (const QString rule = m_rules.ignoredBy(name, isFolder && !isLink ? IgnoreRules::Kind::Folder : IgnoreRules::Kind::File); !rule.isEmpty())
                found.leftOut.append({name, rule});
            else if (isLink && staysInside(path))
                found.files.append({name, path, readLink(path)});
            else if (isFolder)
                inside.push_back({path, name, around});
            else if (isFile)
                found.files.append({name, path, {}});
            else
                found.leftOut.append({name, Core::tr("no file")}); // A pipe, a socket, a link to nothing.
        }
        return {};
    }

    /// A relative one to something of the folder; an absolute one would mean another place in the cloud.
    [[nodiscard]] bool staysInside(const QString &link) const
    {
        const QString target = readLink(link);
        const QString real = QFileInfo(link).canonicalFilePath();
        return !target.isEmpty() && !target.startsWith(u'/') && !real.isEmpty() && real.startsWith(QString(m_root + u'/'));
    }

    const QString m_root;
    const IgnoreRules m_rules;
    std::mutex m_mutex; ///< Over what follows.
    std::condition_variable m_changed;
    std::vector<Folder> m_waiting;
    int m_busy = 0; ///< Threads that read a folder.
    std::optional<std::pair<QString, Error>> m_problem;
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
    if (const auto walked = code.run(); !walked)
        return tl::unexpected(walked.error());
    if (installed.folder.isEmpty())
        return code.take();
    // What an installer tells of this machine would make the package another one on the next.
    rules.add(u"/bin/\n/*.dist-info/RECORD\n/*.dist-info/REQUESTED\n/*.dist-info/direct_url.json\n/node_modules/.modules.yaml\n/node_modules/.pnpm/lock.yaml\n/node_modules/.pnpm-workspace-state*.json\n/node_modules/.yarn-integrity\n"_s);
    Walk dependencies(installed.folder, std::move(rules));
    if (const auto walked = dependencies.run(); !walked)
        return tl::unexpected(walked.error());
    code.add(dependencies.take());
    return code.take();
}

} // namespace eph::package
