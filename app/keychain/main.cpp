// SPDX-License-Identifier: GPL-3.0-or-later
// Reads and writes the keychain for the other programs, so that none of them has to carry its libraries:
// `get NAME` prints the value, `set NAME` takes it from standard input, `delete NAME` forgets it. Exit code 4: there is none.
#include <QCoreApplication>
#include <QFile>
#include <cstdio>
#include <qt6keychain/keychain.h>

namespace {

constexpr char Service[] = "ephemera";
constexpr int NotFound = 4;
constexpr qint64 MostBytes = 64 * 1024;

int ended(const QKeychain::Job &job)
{
    if (job.error() == QKeychain::NoError)
        return 0;
    std::fprintf(stderr, "%s\n", qPrintable(job.errorString()));
    return job.error() == QKeychain::EntryNotFound ? NotFound : 1;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() != 3)
        return 2;
    const QString action = arguments.at(1);
    const QString name = arguments.at(2);
    std::unique_ptr<QKeychain::Job> job;
    if (action == QLatin1String("get")) {
        job = std::make_unique<QKeychain::ReadPasswordJob>(QLatin1String(Service));
    } else if (action == QLatin1String("set")) {
        QFile input;
        if (!input.open(stdin, QIODevice::ReadOnly))
            return 1;
        auto write = std::make_unique<QKeychain::WritePasswordJob>(QLatin1String(Service));
        write->setBinaryData(input.read(MostBytes));
        job = std::move(write);
    } else if (action == QLatin1String("delete")) {
        job = std::make_unique<QKeychain::DeletePasswordJob>(QLatin1String(Service));
    } else {
        return 2;
    }
    job->setKey(name);
    job->setAutoDelete(false);
    QObject::connect(job.get(), &QKeychain::Job::finished, &app, [&] {
        const int code = ended(*job);
        if (const auto *read = qobject_cast<QKeychain::ReadPasswordJob *>(job.get()); read && code == 0) {
            const QByteArray value = read->binaryData();
            std::fwrite(value.constData(), 1, size_t(value.size()), stdout);
        }
        QCoreApplication::exit(code);
    });
    job->start();
    return QCoreApplication::exec();
}
