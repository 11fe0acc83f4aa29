// SPDX-License-Identifier: GPL-3.0-or-later
// Writes numbered lines to an archive until it is killed; says the number of each that is in the file for certain.
#include "core/logs/logarchive.h"

#include <cstdio>

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    auto archive = eph::logs::LogArchive::open(QString::fromLocal8Bit(argv[1]), {64 * 1024, 1LL << 40, 30, 8 << 20});
    if (!archive)
        return 1;
    for (int number = 0;; ++number) {
        (*archive)->append({1'770'000'000'000 + number, eph::logs::Source::Function, QStringLiteral("fn"), QStringLiteral("env"), "request", "line " + QByteArray::number(number) + ' ' + QByteArray(number % 300, 'x')});
        if (number % 50 == 49 && (*archive)->flush()) {
            std::printf("%d\n", number);
            std::fflush(stdout);
        }
    }
}
