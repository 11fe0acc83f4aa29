// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/logfiltercondition.h"


#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

namespace eph::cloud::logfilter {

using namespace Qt::StringLiterals;

namespace {

/// One step of `$.users[0].name`.
struct Step {
    QString name; ///< Of a member; null: an element.
    int index = 0;
    bool any = false; ///< Every member, or every element.
};

struct Selector {
    QList<Step> steps;
    bool isWild = false;
};

[[nodiscard]] Result<Selector> parseSelector(Reader &reader)
{
    if (!reader.take(u"$"))
        return reader.expected(Core::tr("a selector such as $.level"));
    static const QRegularExpression member(uR"x(\.[A-Za-z0-9_\-]+)x"_s);
    static const QRegularExpression quotedMember(uR"x(\.?\['[^']+'\])x"_s);
    static const QRegularExpression element(uR"x(\[\d{1,6}\])x"_s);
    static const QRegularExpression anyMember(uR"x(\.\*)x"_s);
    static const QRegularExpression anyElement(uR"x(\[\*\])x"_s);
    QList<Step> steps;
    int wild = 0;
    while (true) {
        QString found;
        if (found = reader.take(member); !found.isNull()) {
            steps << Step{found.mid(1)};
        } else if (found = reader.take(quotedMember); !found.isNull()) {
            steps << Step{found.section(u'\'', 1, 1)};
        } else if (found = reader.take(element); !found.isNull()) {
            steps << Step{{}, found.mid(1, found.size() - 2).toInt()};
        } else if (found = reader.take(anyMember); !found.isNull()) {
            steps << Step{u"*"_s, 0, true};
            ++wild;
        } else if (found = reader.take(anyElement); !found.isNull()) {
            steps << Step{{}, 0, true};
            ++wild;
        } else {
            break;
        }
    }
    if (steps.isEmpty() || wild > 1)
        return reader.expected(wild > 1 ? Core::tr("one wildcard in a selector") : Core::tr("a member such as $.level"));
    return Selector{steps, wild > 0};
}

void select(const QJsonValue &from, const QList<Step> &steps, qsizetype at, QList<QJsonValue> &found)
{
    if (at == steps.size()) {
        found << from;
        return;
    }
    const Step &step = steps.at(at);
    if (step.name.isNull()) {
        const QJsonArray array = from.toArray();
        for (int i = step.any ? 0 : step.index; i < (step.any ? array.size() : std::min<qsizetype>(array.size(), step.index + 1)); ++i)
            select(array.at(i), steps, at + 1, found);
        return;
    }
    const QJsonObject object = from.toObject();
    for (auto it = step.any ? object.begin() : object.find(step.name); it != object.end(); ++it) {
        select(it.value(), steps, at + 1, found);
        if (!step.any)
            break;
    }
}

using Members = Test<QJsonObject>;

/// `wild` counts selectors with wildcards.
[[nodiscard]] Result<Members> parseMember(Reader &reader, int &wild)
{
    const auto selector = parseSelector(reader);
    if (!selector)
        return tl::unexpected(selector.error());
    wild += selector->isWild;
    const auto selected = [steps = selector->steps](const QJsonObject &event) {
        QList<QJsonValue> found;
        select(event, steps, 0, found);
        return found;
    };
    const auto holds = [selected](QJsonValue wanted) {
        return [selected, wanted = std::move(wanted)](const QJsonObject &event) { return selected(event).contains(wanted); };
    };
    if (reader.take(u"NOT")) {
        if (!reader.take(u"EXISTS"))
            return reader.expected(u"EXISTS"_s);
        return [selected](const QJsonObject &event) { return selected(event).isEmpty(); };
    }
    if (reader.take(u"IS")) {
        if (reader.take(u"NULL"))
            return holds(QJsonValue::Null);
        if (reader.take(u"TRUE"))
            return holds(true);
        if (reader.take(u"FALSE"))
            return holds(false);
        return reader.expected(Core::tr("NULL, TRUE or FALSE"));
    }
    const auto condition = parseCondition(reader);
    if (!condition)
        return tl::unexpected(condition.error());
    return [selected, condition = *condition](const QJsonObject &event) {
        const QList<QJsonValue> found = selected(event);
        return std::any_of(found.begin(), found.end(), [&](const QJsonValue &value) {
            if (value.isDouble())
                return condition({QString::number(value.toDouble(), 'g', QLocale::FloatingPointShortest), value.toDouble()});
            return value.isString() && condition({value.toString(), std::nullopt});
        });
    };
}

} // namespace

Result<std::function<bool(const QString &)>> parseMembers(Reader &reader)
{
    (void)reader.take(u"{");
    int wild = 0;
    auto test = parseCompound<QJsonObject>(reader, [&wild](Reader &from) { return parseMember(from, wild); });
    if (!test)
        return tl::unexpected(test.error());
    if (!reader.take(u"}"))
        return reader.expected(Core::tr("&&, || or “}”"));
    constexpr int MostWildcards = 3;
    if (wild > MostWildcards)
        return reader.expected(Core::tr("a pattern with three selectors with wildcards at most"));
    return [test = *std::move(test)](const QString &message) {
        const QJsonDocument document = QJsonDocument::fromJson(message.toUtf8());
        return document.isObject() && test(document.object());
    };
}

} // namespace eph::cloud::logfilter
