// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/unpack.h"

#include "core/base/text.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

namespace eph::package {

using namespace Qt::StringLiterals;

namespace {

using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;
using EntryFile = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;

constexpr mode_t PlainFile = 0644;
constexpr qsizetype LongestLink = 4096;

struct Link {
    QString name;
    QByteArray target;
};

[[nodiscard]] tl::unexpected<Error> refused(const QString &message)
{
    return failure(ErrorCode::Invalid, message, Core::tr("Pack the code again."));
}

[[nodiscard]] tl::unexpected<Error> tooLarge(const QString &message)
{
    return failure(ErrorCode::Invalid, message, Core::tr("Leave out what the function does not need, or move it to a layer."), u"TooLarge"_s);
}

/// Without what leads nowhere; empty for a name that leads out of the folder or names none.
[[nodiscard]] QString safeName(const QString &name)
{
    if (name.startsWith(u'/') || name.contains(u'\\') || name.contains(QChar(0)))
        return {};
    QStringList parts;
    const QStringList given = name.split(u'/', Qt::SkipEmptyParts);
    for (const QString &part : given) {
        if (part == ".."_L1)
            return {};
        if (part != "."_L1)
            parts << part;
    }
    return parts.join(u'/');
}

/// Whether a link leads through another: where it ends is then not where it seems to.
[[nodiscard]] bool leadsThrough(const Link &link, const QSet<QString> &links)
{
    QStringList at = link.name.split(u'/');
    at.removeLast();
    const QStringList parts = QString::fromUtf8(link.target).split(u'/', Qt::SkipEmptyParts);
    for (qsizetype i = 0; i < parts.size(); ++i) {
        if (parts.at(i) == ".."_L1)
            at.removeLast();
        else if (parts.at(i) != "."_L1)
            at << parts.at(i);
        if (i + 1 < parts.size() && links.contains(at.join(u'/')))
            return true;
    }
    return false;
}

/// Whether a link stays below the folder it is in the package of.
[[nodiscard]] bool staysWithin(const Link &link)
{
    if (link.target.startsWith('/') || link.target.isEmpty())
        return false;
    qsizetype depth = link.name.count(u'/');
    const QList<QByteArray> parts = link.target.split('/');
    for (const QByteArray &part : parts) {
        depth += part == ".." ? -1 : part.isEmpty() || part == "." ? 0 : 1;
        if (depth < 0)
            return false;
    }
    return true;
}

class Unpacking
{
public:
    Unpacking(zip_t *archive, QString folder, const UnpackLimits &limits)
        : m_archive(archive)
        , m_folder(std::move(folder))
        , m_limits(limits)
    {
    }

    [[nodiscard]] Result<Unpacked> all()
    {
        const zip_int64_t count = zip_get_num_entries(m_archive, 0);
        if (count > m_limits.files)
            return tooLarge(Core::tr("The package has %1 entries; %2 are allowed.").arg(count).arg(m_limits.files));
        for (zip_uint64_t i = 0; i < zip_uint64_t(count); ++i) {
            if (const auto taken = take(i); !taken)
                return tl::unexpected(taken.error());
        }
        // Last, so that nothing is written through one.
        QSet<QString> names;
        for (const Link &link : std::as_const(m_links))
            names.insert(link.name);
        for (const Link &link : std::as_const(m_links)) {
            if (leadsThrough(link, names))
                return refused(Core::tr("The link “%1” of the package leads through another link.").arg(link.name));
            const QByteArray path = QFile::encodeName(m_folder + u'/' + link.name);
            if (::symlink(link.target.constData(), path.constData()) != 0)
                return refused(Core::tr("The link “%1” of the package could not be made: %2.").arg(link.name, QString::fromLocal8Bit(strerror(errno))));
        }
        return m_done;
    }

private:
    [[nodiscard]] Result<void> take(zip_uint64_t index)
    {
        zip_stat_t stat;
        if (zip_stat_index(m_archive, index, ZIP_FL_ENC_GUESS, &stat) != 0)
            return refused(Core::tr("Entry %1 of the package cannot be read.").arg(index + 1));
        const QString given = QString::fromUtf8(stat.name);
        const QString name = safeName(given);
        if (name.isEmpty())
            return given == "./"_L1 ? Result<void>() : refused(Core::tr("The entry “%1” of the package leads out of its folder.").arg(given));
        if (stat.encryption_method != ZIP_EM_NONE)
            return refused(Core::tr("The entry “%1” of the package is encrypted.").arg(given));
        const bool isFolder = given.endsWith(u'/');
        if (isFolder)
            return makeFolder(name);
        if (m_names.contains(name))
            return refused(Core::tr("The entry “%1” is in the package twice.").arg(given));
        m_names.insert(name);
        // What it claims first: a bomb says so itself. What comes is counted as well.
        if (m_done.bytes + qint64(std::min<zip_uint64_t>(stat.size, 1ULL << 50)) > m_limits.bytes)
            return tooLarge(Core::tr("Unpacked, the package has more than %1 bytes.").arg(m_limits.bytes));
        zip_uint8_t system = 0;
        zip_uint32_t attributes = 0;
        zip_file_get_external_attributes(m_archive, index, 0, &system, &attributes);
        const mode_t mode = system == ZIP_OPSYS_UNIX ? mode_t(attributes >> 16) : 0;
        return S_ISLNK(mode) ? takeLink(index, name) : takeFile(index, name, mode);
    }

    [[nodiscard]] Result<void> makeFolder(const QString &name)
    {
        if (QDir(m_folder).mkpath(name))
            return {};
        return refused(Core::tr("The folder “%1” of the package cannot be made: a file has its name, or the disk is full.").arg(name));
    }

    [[nodiscard]] Result<void> takeLink(zip_uint64_t index, const QString &name)
    {
        const EntryFile entry(zip_fopen_index(m_archive, index, 0), &zip_fclose);
        QByteArray target(LongestLink, Qt::Uninitialized);
        const zip_int64_t got = entry ? zip_fread(entry.get(), target.data(), zip_uint64_t(target.size())) : -1;
        const Link link{name, target.first(std::max<zip_int64_t>(got, 0))};
        if (got < 0 || got == LongestLink || link.target.contains('\0') || !staysWithin(link))
            return refused(Core::tr("The link “%1” of the package leads out of its folder.").arg(name));
        m_links << link;
        ++m_done.files;
        return makeFolder(parentOf(name));
    }

    [[nodiscard]] Result<void> takeFile(zip_uint64_t index, const QString &name, mode_t mode)
    {
        const EntryFile entry(zip_fopen_index(m_archive, index, 0), &zip_fclose);
        if (!entry)
            return refused(Core::tr("The entry “%1” of the package is packed in a way that is not read here: %2.").arg(name, QString::fromUtf8(zip_strerror(m_archive))));
        if (const auto made = makeFolder(parentOf(name)); !made)
            return made;
        QFile file(m_folder + u'/' + name);
        if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly))
            return failure(ErrorCode::Io, Core::tr("%1 cannot be written: %2.").arg(file.fileName(), file.errorString()));
        QByteArray block(256 * 1024, Qt::Uninitialized);
        zip_int64_t got = 0;
        while ((got = zip_fread(entry.get(), block.data(), zip_uint64_t(block.size()))) > 0) {
            m_done.bytes += got;
            if (m_done.bytes > m_limits.bytes)
                return tooLarge(Core::tr("Unpacked, the package has more than %1 bytes.").arg(m_limits.bytes));
            if (file.write(block.constData(), got) != got)
                return failure(ErrorCode::Io, Core::tr("%1 cannot be written: %2.").arg(file.fileName(), file.errorString()));
        }
        if (got < 0)
            return refused(Core::tr("The entry “%1” of the package is damaged: %2.").arg(name, QString::fromUtf8(zip_file_strerror(entry.get()))));
        if (!file.flush())
            return failure(ErrorCode::Io, Core::tr("%1 cannot be written: %2.").arg(file.fileName(), file.errorString()));
        // Its owner reads it whatever it says; nobody becomes somebody else by it.
        const mode_t wanted = ((mode & 0777) ? (mode & 0777) : PlainFile) | S_IRUSR | S_IWUSR;
        ::fchmod(file.handle(), wanted);
        ++m_done.files;
        return {};
    }

    [[nodiscard]] static QString parentOf(const QString &name) { return name.contains(u'/') ? name.section(u'/', 0, -2) : u"."_s; }

    zip_t *m_archive;
    QString m_folder;
    UnpackLimits m_limits;
    Unpacked m_done;
    QSet<QString> m_names;
    QList<Link> m_links;
};

} // namespace

Result<Unpacked> unpackZip(const QByteArray &zip, const QString &folder, const UnpackLimits &limits)
{
    // To libzip no bytes at all are an archive without entries.
    if (zip.isEmpty())
        return refused(Core::tr("The package has no content."));
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(zip.constData(), zip_uint64_t(zip.size()), 0, &error);
    // Consistency is checked: directory and entries say the same.
    const Archive archive(source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) : nullptr, &zip_discard);
    const QString problem = QString::fromUtf8(zip_error_strerror(&error));
    zip_error_fini(&error);
    if (!archive) {
        if (source)
            zip_source_free(source);
        return refused(Core::tr("This is not a zip file that can be read: %1.").arg(problem));
    }
    return Unpacking(archive.get(), folder, limits).all();
}

} // namespace eph::package
