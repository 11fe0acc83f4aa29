// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/resourcetype.h"

#include "core/base/text.h"

#include <QJsonDocument>
#include <QUrl>

namespace eph::deploy {

using namespace Qt::StringLiterals;

Step &StepWriter::add(const Draft &draft)
{
    Step step;
    const QString key = m_resource.key();
    const auto count = std::count_if(m_steps.cbegin(), m_steps.cend(), [&](const Step &known) { return known.resource == key; });
    step.id = count == 0 ? key : QString(key + u'#' + QString::number(count + 1));
    step.phase = draft.phase;
    step.change = draft.change;
    step.resource = key;
    step.summary = draft.summary;
    step.details = draft.details;
    step.call = draft.call;
    step.undo = draft.undo;
    step.outputs = draft.outputs;
    step.probe = draft.probe;
    step.alsoNeeds = draft.alsoNeeds;
    m_steps << step;
    return m_steps.last();
}

const ResourceType *findResourceType(const QString &kind)
{
    static const QList<ResourceType> all = roleTypes() + sourceTypes() + functionTypes() + accessTypes() + triggerTypes() + apiTypes();
    const auto found = std::find_if(all.cbegin(), all.cend(), [&](const ResourceType &type) { return type.kind == kind; });
    return found == all.cend() ? nullptr : &*found;
}

bool satisfies(const QJsonValue &wanted, const QJsonValue &actual)
{
    if (wanted.isObject() && values::kindOf(wanted) == values::Kind::None) {
        const QJsonObject object = wanted.toObject();
        const QJsonObject other = actual.toObject();
        for (auto it = object.begin(); it != object.end(); ++it) {
            if (!satisfies(*it, other.value(it.key())))
                return false;
        }
        return true;
    }
    // Nothing and the empty text are the same to the services.
    if (wanted.isString() && wanted.toString().isEmpty() && (actual.isUndefined() || actual.isNull()))
        return true;
    if (wanted.isArray() && wanted.toArray().isEmpty() && (actual.isUndefined() || actual.isNull()))
        return true;
    if (wanted.isArray() && actual.isArray() && wanted.toArray().size() == actual.toArray().size()) {
        const QJsonArray list = wanted.toArray();
        for (qsizetype i = 0; i < list.size(); ++i) {
            if (!satisfies(list.at(i), actual.toArray().at(i)))
                return false;
        }
        return true;
    }
    return wanted == actual;
}

namespace {

[[nodiscard]] QString shown(const QJsonValue &value)
{
    if (value.isUndefined() || value.isNull())
        return Core::tr("nothing");
    constexpr qsizetype Longest = 60;
    QString text = value.isObject() ? documentText(value.toObject()) : value.isArray() ? QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact)) : value.toVariant().toString();
    if (text.isEmpty())
        return Core::tr("nothing");
    return text.size() > Longest ? QString(text.first(Longest) + u'…') : text;
}

[[nodiscard]] QString variableChanges(const QJsonObject &wanted, const QJsonObject &actual)
{
    QStringList changes;
    for (auto it = wanted.begin(); it != wanted.end(); ++it) {
        if (!actual.contains(it.key()))
            changes << u'+' + it.key();
        else if (actual.value(it.key()) != *it)
            changes << u'~' + it.key();
    }
    for (auto it = actual.begin(); it != actual.end(); ++it) {
        if (!wanted.contains(it.key()))
            changes << u'−' + it.key();
    }
    return changes.join(u' ');
}

} // namespace

QStringList differences(const QJsonObject &wanted, const QJsonObject &actual)
{
    QStringList all;
    for (auto it = wanted.begin(); it != wanted.end(); ++it) {
        if (it.key() == "Environment"_L1) {
            const QString changes = variableChanges(it->toObject().value("Variables"_L1).toObject(), actual.value(it.key()).toObject().value("Variables"_L1).toObject());
            if (!changes.isEmpty())
                all << Core::tr("Variables: %1").arg(changes);
        } else if (!satisfies(*it, actual.value(it.key()))) {
            all << (actual.isEmpty() ? QString(it.key() + ": "_L1 + shown(*it)) : QString(it.key() + ": "_L1 + shown(actual.value(it.key())) + u" → " + shown(*it)));
        }
    }
    return all;
}

} // namespace eph::deploy
