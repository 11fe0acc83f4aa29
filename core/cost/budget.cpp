// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/budget.h"

#include "core/base/text.h"
#include "core/cost/pricebook.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

namespace eph::cost {

using namespace Qt::StringLiterals;

QString budgetPathIn(const QString &projectFolder)
{
    return projectFolder + "/.ephemera/budget.json"_L1;
}

Result<Budget> loadBudget(const QString &projectFolder)
{
    QFile file(budgetPathIn(projectFolder));
    if (!file.exists())
        return Budget();
    const auto wrong = [&](const QString &why) { return failure(ErrorCode::Invalid, Core::tr("The budget in %1 cannot be used: %2").arg(file.fileName(), why), Core::tr("Set it anew with eph cost budget, or delete the file.")); };
    if (!file.open(QIODevice::ReadOnly))
        return wrong(file.errorString());
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &error);
    if (error.error != QJsonParseError::NoError)
        return wrong(error.errorString());
    const QJsonObject json = document.object();
    const auto isOf = [&json](QLatin1StringView key, QJsonValue::Type type) { return !json.contains(key) || json.value(key).type() == type; };
    if (!document.isObject() || !isOf("fuse"_L1, QJsonValue::Bool) || !isOf("projectUsd"_L1, QJsonValue::String) || !isOf("functionsUsd"_L1, QJsonValue::Object))
        return wrong(Core::tr("it is an object with fuse (true or false), projectUsd (text) and functionsUsd (an object)."));
    Budget budget;
    budget.fuse = json.value("fuse"_L1).toBool();
    if (json.contains("projectUsd"_L1)) {
        const auto amount = parseMoney(json.value("projectUsd"_L1).toString());
        if (!amount)
            return wrong(amount.error().message);
        budget.project = *amount;
    }
    const QJsonObject functions = json.value("functionsUsd"_L1).toObject();
    for (auto it = functions.begin(); it != functions.end(); ++it) {
        const auto amount = parseMoney(it->toString());
        if (!amount)
            return wrong(amount.error().message);
        budget.functions.insert(it.key(), *amount);
    }
    return budget;
}

Result<void> saveBudget(const QString &projectFolder, const Budget &budget)
{
    QJsonObject json{{u"fuse"_s, budget.fuse}};
    if (budget.project)
        json.insert(u"projectUsd"_s, budget.project->exact());
    QJsonObject functions;
    for (auto it = budget.functions.begin(); it != budget.functions.end(); ++it)
        functions.insert(it.key(), it->exact());
    if (!functions.isEmpty())
        json.insert(u"functionsUsd"_s, functions);
    QSaveFile file(budgetPathIn(projectFolder));
    if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(json).toJson()) < 0 || !file.commit())
        return failure(ErrorCode::Io, Core::tr("The budget cannot be written to %1: %2.").arg(file.fileName(), file.errorString()));
    return {};
}

BudgetState stateOf(Money spent, Money limit)
{
    if (spent > limit)
        return BudgetState::Over;
    return double(spent.pico) >= 0.8 * double(limit.pico) ? BudgetState::Near : BudgetState::Within;
}

} // namespace eph::cost
