// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/cost/pricebook.h"

namespace eph::cli {

/// What the commands below `eph cost` can be told; each has some of it.
struct CostOptions {
    ProjectOptions project;
    FunctionOptions function;
    RunOptions run;
    std::string since;
    std::string csv;
    std::string region;
    std::string day;
    bool json = false;
    // price
    std::string service = "lambda";
    qint64 requests = 1'000'000;
    double durationMs = 100;
    double initMs = 0;
    double coldShare = 0;
    int memoryMiB = 0;
    int ephemeralMiB = 512;
    std::string architecture;
    double quantity = 1;
    int provisioned = 0;
    double provisionedHours = 730;
    bool noFreeTier = false;
    // simulate
    std::string trace;
    std::string shape;
    std::string scenario;
    std::string simulatedFunction;
    std::string duration;
    std::string init;
    double traffic = 1;
    double speed = 1;
    double processorBound = 0;
    int warmUps = 0;
    int reserved = -1;
    int accountConcurrency = 1000;
    bool queue = false;
    bool recorded = false;
    bool freeTier = false;
    double utilisation = 0.7;
    quint64 seed = 1;
    std::string sweep;
    // tune
    std::string event;
    std::string tenantId;
    std::vector<int> sizes;
    int runs = 10;
    std::string goal = "balanced";
    bool apply = false;
    // budget
    std::string monthly;
    std::string budgetFunction;
    std::string fuse;
    bool clear = false;
    // prices
    std::string importFile;
    std::string filter;
};

[[nodiscard]] QString text(const std::string &given);
/// With commas between thousands.
[[nodiscard]] QString grouped(qint64 number);

/// The prices in force, of the region that is asked for or else of `region`; a warning about their age goes to stderr.
[[nodiscard]] Result<cost::PriceBook> pricesFor(const CostOptions &options, const QString &region = {});
/// The day whose rules are asked for; today otherwise.
[[nodiscard]] Result<QDate> dayOf(const CostOptions &options);

void addSimulation(CLI::App &cost, Action &action);
void addTuning(CLI::App &cost, Action &action);

/// A command below `eph cost`, with --json.
CLI::App *addCostCommand(CLI::App &cost, Action &action, const char *name, const char *description, int (*run)(const CostOptions &), void (*addOptions)(CLI::App &, CostOptions &));

} // namespace eph::cli
