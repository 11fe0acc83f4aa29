// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/deflate.h"

#include "core/base/text.h"

#include <QFile>
#include <QFileInfo>
#include <QMutex>
#include <atomic>
#include <fcntl.h>
#include <libdeflate.h>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace eph::package {

namespace {

/// A fifth quicker than 6, and still smaller than what zip makes.
constexpr int Level = 4;
/// The largest file that can be in a package at all is far below.
constexpr qint64 MaxFileBytes = 2'000'000'000;

using Compressor = std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)>;

Error cannotRead(const QString &path, int error)
{
    return {ErrorCode::Io, Core::tr("%1 cannot be read: %2.").arg(path, QString::fromLocal8Bit(strerror(error))), Core::tr("Allow it to be read, or leave it out with a .lambdaignore."), {}};
}

/// Straight from the system: thousands of small files are most of the work.
std::optional<Error> readFile(const PackedFile &file, QByteArray &bytes, bool &isExecutable)
{
    const int handle = ::open(QFile::encodeName(file.path).constData(), O_RDONLY | O_CLOEXEC);
    if (handle < 0)
        return cannotRead(file.path, errno);
    struct stat status = {};
    std::optional<Error> problem;
    if (::fstat(handle, &status) != 0)
        problem = cannotRead(file.path, errno);
    else if (status.st_size > MaxFileBytes)
        problem = Error{ErrorCode::Invalid, Core::tr("%1 is too large for a package.").arg(file.path), Core::tr("Leave it out with a .lambdaignore."), {}};
    isExecutable = status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH);
    bytes.resize(problem ? 0 : qsizetype(status.st_size));
    qsizetype got = 0;
    while (!problem && got < bytes.size()) {
        const ssize_t now = ::read(handle, bytes.data() + got, size_t(bytes.size() - got));
        if (now < 0 && errno != EINTR)
            problem = cannotRead(file.path, errno);
        if (now == 0)
            break; // It has become shorter.
        got += std::max<ssize_t>(0, now);
    }
    bytes.truncate(got);
    ::close(handle);
    return problem;
}

/// What each thread works with, again and again: memory that is new costs more than what is done in it.
struct Bench {
    Compressor compressor{libdeflate_alloc_compressor(Level), &libdeflate_free_compressor};
    QByteArray content;
    QByteArray compressed;

    Deflated deflate()
    {
        Deflated file;
        file.size = content.size();
        file.crc = libdeflate_crc32(0, content.constData(), size_t(content.size()));
        // Only a shorter one is of use.
        const qsizetype room = std::max<qsizetype>(0, content.size() - 1);
        if (compressed.size() < room)
            compressed.resize(room);
        const size_t length = content.isEmpty() ? 0 : libdeflate_deflate_compress(compressor.get(), content.constData(), size_t(content.size()), compressed.data(), size_t(room));
        file.isStored = length == 0;
        file.bytes = file.isStored ? QByteArray(content.constData(), content.size()) : QByteArray(compressed.constData(), qsizetype(length));
        return file;
    }
};

} // namespace

Result<std::vector<Deflated>> deflateFiles(const QList<PackedFile> &files, const std::function<bool(qsizetype)> &step)
{
    std::vector<Deflated> all(size_t(files.size()));
    std::atomic<qsizetype> next = 0;
    std::atomic<qsizetype> done = 0;
    std::atomic<bool> over = false;
    QMutex mutex;
    std::optional<Error> problem; // Under the mutex.
    const auto fail = [&](Error error) {
        const QMutexLocker lock(&mutex);
        if (!problem)
            problem = std::move(error);
        over = true;
    };
    const auto work = [&] {
        Bench bench;
        if (!bench.compressor)
            return fail({ErrorCode::Io, Core::tr("There is no memory to compress the package."), {}, {}});
        for (qsizetype i = next++; i < files.size() && !over; i = next++) {
            const PackedFile &file = files.at(i);
            bool isExecutable = false;
            if (!file.link.isEmpty())
                bench.content = file.link.toUtf8();
            else if (auto wrong = readFile(file, bench.content, isExecutable))
                return fail(*std::move(wrong));
            Deflated &deflated = all[size_t(i)];
            deflated = bench.deflate();
            deflated.isExecutable = isExecutable;
            if (step && !step(++done))
                return fail({ErrorCode::Cancelled, Core::tr("The package was not made: it was cancelled."), {}, {}});
        }
    };
    const int threads = std::clamp(int(std::thread::hardware_concurrency()), 1, int(std::max<qsizetype>(1, std::min<qsizetype>(files.size() / 16, 32))));
    {
        std::vector<std::jthread> others;
        for (int i = 1; i < threads; ++i)
            others.emplace_back(work);
        work();
    }
    if (problem)
        return tl::unexpected(*std::move(problem));
    return all;
}

} // namespace eph::package
