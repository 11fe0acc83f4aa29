// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/bill.h"

namespace eph::cost {

/// A machine that runs all the time, to compare with.
struct Server {
    QString name;
    int milliCpu = 1000; ///< Thousandths of a vCPU, at its best.
    int sustainedMilliCpu = 1000; ///< What it may use all the time: of burstable ones, their baseline.
    int memoryMiB = 1024;
    Money hourly;
};

/// Those that the price book knows: instances, and a container of half a vCPU and 1 GB.
[[nodiscard]] QList<Server> serversIn(const PriceBook &prices);

/// Of 730 hours, as the price lists count.
[[nodiscard]] Money monthly(const Server &server);

/// Requests at once.
struct Load {
    double peak = 0;
    double mean = 0;
};
/// How many of them carry that, each request with the processor share that its memory buys on Lambda (1,769 MB are one vCPU), when
/// none is to be busier than `utilisation` (above 0, at most 1) at the peak, nor busier than it may be on average. Modelled.
[[nodiscard]] int serversFor(const Server &server, Load load, int memoryMiB, double utilisation);

/// From how many requests a month on the server is cheaper; 0 where a request costs nothing.
[[nodiscard]] qint64 breakEvenRequests(Money serverMonth, Money request);

} // namespace eph::cost
