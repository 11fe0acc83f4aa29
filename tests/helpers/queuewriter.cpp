// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sources/queuestore.h"

#include <QCoreApplication>
#include <cstdio>

using namespace eph;

/// Sends numbered messages to a queue and prints each number once it is acknowledged.
int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    auto database = sys::Database::open(QString::fromLocal8Bit(argv[1]), sources::QueueStore::schema());
    if (!database)
        return 1;
    const sys::SystemClock clock;
    sources::QueueStore store(**database, clock);
    const auto queue = store.create(QStringLiteral("orders"), {});
    for (long number = std::atol(argv[2]); queue; ++number) {
        if (!store.send(*queue, {QByteArray::number(qint64(number)), {}, {}, {}, {}}))
            return 2;
        std::printf("%ld\n", number);
        std::fflush(stdout);
    }
    return 3;
}
