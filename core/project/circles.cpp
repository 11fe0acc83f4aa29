// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/circles.h"

#include "core/base/text.h"
#include "core/project/references.h"
#include "core/project/resourcechecks.h"

#include <QHash>
#include <QMap>
#include <QSet>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

/// What each resource needs, itself among it where it does.
using Needs = QMap<QString, QStringList>;

/// SAM writes the function into the bucket's notifications, the API's routes and the pool's triggers, so that those need it.
[[nodiscard]] QString neededBy(const YamlNode &event, Evaluator &evaluator)
{
    struct Kind {
        QLatin1StringView type;
        const char16_t *property;
        QString standard;
    };
    static const Kind kinds[]{{"S3"_L1, u"Bucket", {}}, {"Api"_L1, u"RestApiId", u"ServerlessRestApi"_s}, {"HttpApi"_L1, u"ApiId", u"ServerlessHttpApi"_s}, {"Cognito"_L1, u"UserPool", {}}};
    const YamlNode *type = event.find(u"Type");
    const auto kind = std::find_if(std::begin(kinds), std::end(kinds), [type](const Kind &one) { return type && type->value == one.type; });
    if (kind == std::end(kinds))
        return {};
    const YamlNode *properties = event.find(u"Properties");
    const YamlNode *source = properties ? properties->find(kind->property) : nullptr;
    QString name = source ? QString() : kind->standard;
    if (source)
        forEachReference(*source, evaluator, [&name](const QString &found, const YamlNode &) { name = found; });
    return name;
}

/// An API that has a definition of its own gets no routes from events.
[[nodiscard]] bool isDefined(const YamlNode &resource)
{
    const YamlNode *properties = resource.find(u"Properties");
    return properties && (properties->find(u"DefinitionBody") || properties->find(u"DefinitionUri"));
}

/// What of a SAM resource is not made into resources of its own: those need it, and it does not need what they name.
[[nodiscard]] bool isItsOwn(const QString &type, const QString &property, bool hasRole)
{
    static const QHash<QString, QStringList> kept{{u"AWS::Serverless::Api"_s, {u"Auth"_s, u"DefinitionBody"_s}}, {u"AWS::Serverless::HttpApi"_s, {u"Auth"_s, u"DefinitionBody"_s}}, {u"AWS::Serverless::WebSocketApi"_s, {}}, {u"AWS::Serverless::GraphQLApi"_s, {}}};
    if (const auto only = kept.constFind(type); only != kept.cend())
        return only->contains(property);
    static const QStringList apart{u"Events"_s, u"DeploymentPreference"_s, u"FunctionUrlConfig"_s};
    // The role that SAM makes has them; one that is given has them already.
    static const QStringList ofRole{u"Policies"_s, u"EventInvokeConfig"_s};
    return !apart.contains(property) && !(hasRole && ofRole.contains(property));
}

/// `closed` do not need it, whatever its events say.
void addEvents(const QString &id, const YamlNode *events, const QSet<QString> &closed, Needs &needs, Evaluator &evaluator)
{
    if (!events)
        return;
    for (const auto &event : events->entries) {
        const QString source = neededBy(event.value->resolved(), evaluator);
        if (!source.isEmpty() && !closed.contains(source))
            needs[source] << id;
    }
}

[[nodiscard]] Needs needsOf(const YamlNode &root, const QStringList &present, Evaluator &evaluator)
{
    Needs needs;
    const YamlNode *globals = root.find(u"Globals");
    const YamlNode *ofFunctions = globals ? globals->find(u"Function") : nullptr;
    const YamlNode &resources = *root.find(u"Resources");
    const QSet<QString> chosen(present.cbegin(), present.cend());
    QSet<QString> closed;
    for (const auto &entry : resources.entries) {
        if (!chosen.contains(entry.key->value) || isDefined(entry.value->resolved()))
            closed.insert(entry.key->value);
    }
    for (const auto &entry : resources.entries) {
        const QString &id = entry.key->value;
        const YamlNode *resource = &entry.value->resolved();
        if (!chosen.contains(id))
            continue;
        const auto add = [&](const QString &name, const YamlNode &) { needs[id] << name; };
        const QString type = resource->find(u"Type") ? resource->find(u"Type")->value : QString();
        const bool isFunction = type == "AWS::Serverless::Function"_L1;
        const YamlNode *own = resource->find(u"Properties");
        const YamlNode *shared = isFunction ? ofFunctions : nullptr;
        const bool hasRole = (own && own->find(u"Role")) || (shared && shared->find(u"Role"));
        const auto addProperties = [&](const YamlNode &properties) {
            for (const auto &property : properties.entries) {
                if (!type.startsWith("AWS::Serverless::"_L1) || isItsOwn(type, property.key->value, hasRole))
                    forEachReference(*property.value, evaluator, add);
            }
        };
        if (own)
            addProperties(*own);
        if (shared)
            addProperties(*shared);
        if (own && (isFunction || type == "AWS::Serverless::StateMachine"_L1))
            addEvents(id, own->find(u"Events"), closed, needs, evaluator);
        for (const YamlNode *name : dependenciesOf(*resource))
            needs[id] << name->value;
    }
    return needs;
}

/// Takes away what needs nothing that is left, again and again; what stays is in a circle, or needs one.
void dissolve(Needs &needs)
{
    QMap<QString, QStringList> users;
    QMap<QString, qsizetype> open;
    QStringList free;
    for (auto it = needs.begin(); it != needs.end(); ++it) {
        it->removeDuplicates();
        it->removeIf([&needs](const QString &name) { return !needs.contains(name); });
        open.insert(it.key(), it->size());
        if (it->isEmpty())
            free << it.key();
        for (const QString &name : std::as_const(*it))
            users[name] << it.key();
    }
    while (!free.isEmpty()) {
        const QString done = free.takeLast();
        needs.remove(done);
        for (const QString &user : users.value(done)) {
            if (--open[user] == 0)
                free << user;
        }
    }
    for (QStringList &names : needs)
        names.removeIf([&needs](const QString &name) { return !needs.contains(name); });
}

/// Following what is left leads into a circle.
[[nodiscard]] QStringList circleIn(const Needs &needs)
{
    QStringList way{needs.firstKey()};
    QMap<QString, qsizetype> places{{way.constFirst(), 0}};
    while (true) {
        const QString next = needs.value(way.constLast()).constFirst();
        if (const auto known = places.constFind(next); known != places.cend())
            return way.mid(*known);
        places.insert(next, way.size());
        way << next;
    }
}

} // namespace

void reportCircles(const YamlNode &root, const QStringList &present, Evaluator &evaluator)
{
    constexpr int Most = 20;
    Needs needs = needsOf(root, present, evaluator);
    for (int i = 0; i < Most; ++i) {
        dissolve(needs);
        if (needs.isEmpty())
            return;
        const QStringList circle = circleIn(needs);
        // What SAM makes is nowhere in the text.
        const auto written = std::find_if(circle.cbegin(), circle.cend(), [&](const QString &id) { return root.find(u"Resources")->entry(id) != nullptr; });
        const QString first = written == circle.cend() ? circle.constFirst() : *written;
        const YamlNode::Entry *entry = root.find(u"Resources")->entry(first);
        const QString message = circle.size() == 1 ? Core::tr("“%1” needs itself: CloudFormation would refuse it.").arg(first)
                                                   : Core::tr("These resources need each other in a circle, and CloudFormation would refuse them: %1.").arg((circle + QStringList{circle.constFirst()}).join(u" → "_s));
        evaluator.report(Severity::Warning, u"circular"_s, message, entry ? *entry->key : root, "Resources."_L1 + first, Core::tr("Give one of them a name of your own, and use that name where the reference to it stands."));
        for (const QString &id : circle)
            needs.remove(id);
    }
}

} // namespace eph::project
