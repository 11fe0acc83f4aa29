// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/evaluator.h"

#include "core/base/text.h"
#include "core/project/placement.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <algorithm>

namespace eph::project {

namespace {

using namespace Qt::StringLiterals;

constexpr int MaxDepth = 400;

const QSet<QString> &intrinsicNames()
{
    static const QSet<QString> names{u"Ref"_s, u"Condition"_s, u"Fn::Sub"_s, u"Fn::GetAtt"_s, u"Fn::Join"_s, u"Fn::Select"_s, u"Fn::Split"_s, u"Fn::FindInMap"_s,
                                     u"Fn::If"_s, u"Fn::Base64"_s, u"Fn::ImportValue"_s, u"Fn::GetAZs"_s, u"Fn::Cidr"_s, u"Fn::Transform"_s, u"Fn::Length"_s,
                                     u"Fn::ToJsonString"_s, u"Fn::Equals"_s, u"Fn::And"_s, u"Fn::Or"_s, u"Fn::Not"_s};
    return names;
}

/// `!Sub` → `Fn::Sub`, `!Ref` → `Ref`; empty for other tags.
QString intrinsicOfTag(const QString &tag)
{
    if (!tag.startsWith(u'!') || tag.size() < 2)
        return {};
    const QString name = tag.mid(1);
    const QString full = name == "Ref"_L1 || name == "Condition"_L1 ? name : QString("Fn::"_L1 + name);
    return intrinsicNames().contains(full) ? full : QString();
}

} // namespace

Evaluator::Evaluator(const YamlNode *root, QString file, Placement placement)
    : m_root(root)
    , m_file(std::move(file))
    , m_placement(std::move(placement))
{
}

void Evaluator::report(Severity severity, const QString &rule, const QString &message, const YamlNode &node, const QString &path, const QString &hint)
{
    if (m_quiet)
        return;
    // What is looked at twice is told once.
    const auto before = m_told.size();
    m_told.insert(u"%1:%2:%3:%4:%5"_s.arg(m_file, QString::number(node.line), QString::number(node.column), rule, message));
    if (m_told.size() > before)
        m_findings << Finding{severity, rule, message, hint, m_file, node.line, node.column, path};
}

const YamlNode *Evaluator::resource(const QString &logicalId) const
{
    const YamlNode *resources = m_root->find(u"Resources");
    const YamlNode *declared = resources ? resources->find(logicalId) : nullptr;
    return declared ? declared : m_includedResources.value(logicalId);
}

QJsonValue Evaluator::evaluate(const YamlNode &node, const QString &path)
{
    if (--m_budget < 0 || m_depth > MaxDepth) {
        if (m_budget == -1)
            report(Severity::Error, u"too-large"_s, Core::tr("The document's aliases expand without end; the rest of it is not read."), node, path);
        return QJsonValue::Undefined;
    }
    ++m_depth;
    const YamlNode &target = node.resolved();
    QJsonValue value;
    const QString name = intrinsicOfTag(target.tag);
    if (name.isEmpty() && target.tag.startsWith(u'!') && target.tag != "!"_L1 && !target.tag.startsWith("!!"_L1))
        report(Severity::Warning, u"unknown-function"_s, Core::tr("The function “%1” is not known; its argument is taken as it is.").arg(target.tag), target, path);
    if (!name.isEmpty()) {
        value = intrinsic(name, target, path);
    } else if (target.kind == YamlNode::Kind::Map) {
        value = evaluateMap(target, path);
    } else if (target.kind == YamlNode::Kind::Sequence) {
        QJsonArray array;
        for (size_t i = 0; i < target.items.size(); ++i) {
            if (const QJsonValue item = evaluate(*target.items[i], path + u'[' + QString::number(i) + u']'); !item.isUndefined())
                array.append(item);
        }
        value = array;
    } else {
        value = target.isNull() ? QJsonValue(QJsonValue::Null) : QJsonValue(counted(target.meaning(), target, path));
    }
    --m_depth;
    return value;
}

QString Evaluator::counted(const QString &text, const YamlNode &node, const QString &path)
{
    const bool fitted = m_text >= 0;
    m_text -= text.size();
    if (m_text >= 0)
        return text;
    if (fitted)
        report(Severity::Error, u"too-large"_s, Core::tr("The document's values grow without end; the rest of it is not read."), node, path);
    return {};
}

QJsonValue Evaluator::evaluateMap(const YamlNode &node, const QString &path)
{
    if (node.entries.size() == 1 && node.entries[0].key->kind == YamlNode::Kind::Scalar) {
        const QString &name = node.entries[0].key->value;
        const YamlNode &argument = node.entries[0].value->resolved();
        // `Condition: Name` is a function only inside conditions, where truth() handles it.
        if (name != "Condition"_L1 && intrinsicNames().contains(name))
            return intrinsic(name, argument, path);
    }
    QJsonObject object;
    for (const auto &entry : node.entries) {
        const QString &key = entry.key->resolved().value;
        if (key == "<<"_L1) {
            const QJsonValue merged = evaluate(*entry.value, path);
            const QJsonArray parts = merged.isArray() ? merged.toArray() : QJsonArray{merged};
            for (const auto &part : parts) {
                const QJsonObject values = part.toObject();
                for (auto it = values.begin(); it != values.end(); ++it) {
                    if (!object.contains(it.key()))
                        object.insert(it.key(), it.value());
                }
            }
            continue;
        }
        if (key == "Fn::Transform"_L1) {
            const QJsonObject values = include(*entry.value, path).toObject();
            for (auto it = values.begin(); it != values.end(); ++it)
                object.insert(it.key(), it.value());
            continue;
        }
        if (const QJsonValue value = evaluate(*entry.value, path + u'.' + key); !value.isUndefined())
            object.insert(key, value);
    }
    return object;
}

QString Evaluator::text(const QJsonValue &value, const YamlNode &node, const QString &path)
{
    if (value.isString())
        return value.toString();
    if (value.isUndefined() || value.isNull())
        return {};
    report(Severity::Error, u"wrong-type"_s, Core::tr("“%1” needs text here, not a list or a map.").arg(path), node, path);
    return {};
}

QJsonValue Evaluator::intrinsic(const QString &name, Arguments argument, const QString &path)
{
    if (name == "Ref"_L1)
        return ref(argument.value, argument, path);
    if (name == "Fn::Sub"_L1)
        return substitute(argument, path);
    if (name == "Fn::GetAtt"_L1)
        return getAtt(argument, path);
    if (name == "Fn::Join"_L1)
        return join(argument, path);
    if (name == "Fn::Select"_L1)
        return select(argument, path);
    if (name == "Fn::Split"_L1)
        return split(argument, path);
    if (name == "Fn::FindInMap"_L1)
        return findInMap(argument, path);
    if (name == "Fn::If"_L1)
        return chooseIf(argument, path);
    if (name == "Fn::Transform"_L1)
        return include(argument, path);
    if (name == "Fn::Equals"_L1 || name == "Fn::And"_L1 || name == "Fn::Or"_L1 || name == "Fn::Not"_L1 || name == "Condition"_L1)
        return truth(argument, path) ? u"true"_s : u"false"_s;

    // The rest take one argument that may itself be a function: read it without its tag.
    QJsonValue value;
    const QString inner = intrinsicOfTag(argument.tag);
    if (!inner.isEmpty() && inner != name) {
        // `Fn::Base64: !Sub …`
        value = evaluate(argument, path);
    } else if (argument.kind == YamlNode::Kind::Scalar) {
        value = argument.value;
    } else if (argument.kind == YamlNode::Kind::Sequence) {
        QJsonArray items;
        for (const auto &item : argument.items)
            items.append(evaluate(*item, path));
        value = items;
    } else {
        value = evaluateMap(argument, path);
    }
    if (name == "Fn::Base64"_L1)
        return QString::fromLatin1(text(value, argument, path).toUtf8().toBase64());
    if (name == "Fn::Length"_L1)
        return QString::number(value.toArray().size());
    if (name == "Fn::ToJsonString"_L1)
        return QString::fromUtf8(value.isArray() ? QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact) : QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    if (name == "Fn::GetAZs"_L1)
        return QJsonArray{QString(m_placement.region + u'a'), QString(m_placement.region + u'b'), QString(m_placement.region + u'c')};
    const QString shown = text(value.isArray() ? value.toArray().first() : value, argument, path);
    report(Severity::Note, u"not-resolved"_s, Core::tr("“%1” is known only in the cloud; “%2” stands in for it here.").arg(name, shown), argument, path);
    return shown;
}

QString Evaluator::pseudoParameter(const QString &name) const
{
    static const QHash<QString, QString> values{{u"AWS::Partition"_s, u"aws"_s}, {u"AWS::URLSuffix"_s, u"amazonaws.com"_s}, {u"AWS::NotificationARNs"_s, u""_s}};
    if (name == "AWS::StackName"_L1)
        return stackNameOf(m_placement);
    if (name == "AWS::StackId"_L1)
        return stackArn(m_placement);
    return name == "AWS::Region"_L1 ? m_placement.region : name == "AWS::AccountId"_L1 ? m_placement.account : values.value(name);
}

QJsonValue Evaluator::substitute(Arguments argument, const QString &path)
{
    QString pattern = argument.value;
    QJsonObject variables;
    if (argument.kind == YamlNode::Kind::Sequence) {
        if (argument.items.empty())
            return QString();
        pattern = argument.items[0]->resolved().value;
        if (argument.items.size() > 1)
            variables = evaluateMap(argument.items[1]->resolved(), path).toObject();
    }
    static const QRegularExpression placeholder(u"\\$\\{([^}]*)\\}"_s);
    QString result;
    qsizetype from = 0;
    auto matches = placeholder.globalMatch(pattern);
    while (matches.hasNext() && m_text >= 0) {
        const QRegularExpressionMatch match = matches.next();
        result += QStringView(pattern).sliced(from, match.capturedStart() - from);
        from = match.capturedEnd();
        const QString name = match.captured(1).trimmed();
        if (name.startsWith(u'!')) {
            result += "${"_L1 + name.mid(1) + u'}';
        } else if (variables.contains(name)) {
            result += counted(variables.value(name).toString(), argument, path);
        } else if (name.contains(u'.')) {
            YamlNode attribute;
            attribute.value = name;
            attribute.line = argument.line;
            attribute.column = argument.column;
            result += counted(getAtt(attribute, path).toString(), argument, path);
        } else {
            result += counted(ref(name, argument, path).toString(), argument, path);
        }
    }
    return QString(result + QStringView(pattern).sliced(from));
}

/// What a parameter that is a list holds; blanks around its items are none of it.
static QStringList commaList(const QString &text)
{
    QStringList items = text.split(u',');
    for (QString &item : items)
        item = item.trimmed();
    return items;
}

QJsonValue Evaluator::join(Arguments argument, const QString &path)
{
    if (argument.kind != YamlNode::Kind::Sequence || argument.items.size() != 2) {
        report(Severity::Error, u"wrong-arguments"_s, Core::tr("Fn::Join takes a separator and a list."), argument, path);
        return QString();
    }
    const QString separator = text(evaluate(*argument.items[0], path), argument, path);
    const QJsonValue list = evaluate(*argument.items[1], path);
    QStringList parts;
    if (list.isString())
        parts = commaList(list.toString());
    const QJsonArray items = list.toArray();
    for (const auto &item : items)
        parts << counted(text(item, argument, path), argument, path);
    return parts.join(separator);
}

bool Evaluator::isUnknownList(const YamlNode &node, const QJsonValue &value) const
{
    // A list that is there has several items, or is written as a list: one text is what stands in for it.
    if (!value.isString() || value.toString().contains(u','))
        return false;
    const QString parameter = node.tag == "!Ref"_L1 ? node.value : node.find(u"Ref") ? node.find(u"Ref")->value : QString();
    return parameter.isEmpty() || parameters.value(parameter).isEmpty();
}

QJsonValue Evaluator::select(Arguments argument, const QString &path)
{
    if (argument.kind != YamlNode::Kind::Sequence || argument.items.size() != 2) {
        report(Severity::Error, u"wrong-arguments"_s, Core::tr("Fn::Select takes an index and a list."), argument, path);
        return QString();
    }
    const int index = text(evaluate(*argument.items[0], path), argument, path).toInt();
    const QJsonValue list = evaluate(*argument.items[1], path);
    const QJsonArray items = list.isString() ? QJsonArray::fromStringList(commaList(list.toString())) : list.toArray();
    if (index >= items.size() && isUnknownList(*argument.items[1], list)) {
        report(Severity::Note, u"not-resolved"_s, Core::tr("The list that Fn::Select takes item %1 of is known only in the cloud; the item is empty here.").arg(index), argument, path);
        return QString();
    }
    if (index < 0 || index >= items.size()) {
        report(Severity::Error, u"out-of-range"_s, Core::tr("Fn::Select asks for item %1 of a list of %2.").arg(index).arg(items.size()), argument, path);
        return QString();
    }
    return items.at(index);
}

QJsonValue Evaluator::split(Arguments argument, const QString &path)
{
    if (argument.kind != YamlNode::Kind::Sequence || argument.items.size() != 2) {
        report(Severity::Error, u"wrong-arguments"_s, Core::tr("Fn::Split takes a separator and a text."), argument, path);
        return QJsonArray();
    }
    const QString separator = text(evaluate(*argument.items[0], path), argument, path);
    return QJsonArray::fromStringList(text(evaluate(*argument.items[1], path), argument, path).split(separator));
}

QJsonValue Evaluator::findInMap(Arguments argument, const QString &path)
{
    constexpr size_t Keys = 3;
    QStringList keys;
    for (size_t i = 0; i < std::min(Keys, argument.items.size()); ++i)
        keys << text(evaluate(*argument.items[i], path), argument, path);
    const YamlNode *found = m_root->find(u"Mappings");
    for (qsizetype i = 0; i < keys.size() && found; ++i) {
        // A country may be called NO, as a key and as what looks for it.
        const auto &entries = found->resolved().entries;
        const auto entry = std::find_if(entries.cbegin(), entries.cend(), [&key = keys.at(i)](const auto &each) { return each.key->value == key || each.key->meaning() == key; });
        found = entry == entries.cend() ? nullptr : &entry->value->resolved();
    }
    if (keys.size() == Keys && found)
        return evaluate(*found, path);
    // Of the language extensions.
    if (argument.items.size() > Keys) {
        if (const YamlNode *fallback = argument.items[Keys]->resolved().find(u"DefaultValue"))
            return evaluate(*fallback, path);
    }
    report(Severity::Error, u"unknown-mapping"_s, Core::tr("The mapping %1 has no such entry.").arg(keys.join(u" → "_s)), argument, path, Core::tr("Add it under Mappings, or correct the keys."));
    return QString();
}

QJsonValue Evaluator::chooseIf(Arguments argument, const QString &path)
{
    if (argument.kind != YamlNode::Kind::Sequence || argument.items.size() != 3) {
        report(Severity::Error, u"wrong-arguments"_s, Core::tr("Fn::If takes a condition and two values."), argument, path);
        return QJsonValue::Undefined;
    }
    const bool chosen = condition(argument.items[0]->resolved().value, argument);
    return evaluate(*argument.items[chosen ? 1 : 2], path);
}

bool Evaluator::condition(const QString &name, const YamlNode &user)
{
    const YamlNode *conditions = m_root->find(u"Conditions");
    const YamlNode *declared = conditions ? conditions->find(name) : nullptr;
    const QString path = "Conditions."_L1 + name;
    if (!declared) {
        report(Severity::Error, u"unknown-condition"_s, Core::tr("There is no condition “%1”; it is taken as false.").arg(name), user, path);
        return false;
    }
    if (m_open.contains(path)) {
        report(Severity::Error, u"circular-condition"_s, Core::tr("The condition “%1” refers to itself.").arg(name), *declared, path);
        return false;
    }
    m_open.insert(path);
    const bool result = truth(*declared, path);
    m_open.remove(path);
    return result;
}

bool Evaluator::truth(const YamlNode &node, const QString &path)
{
    if (--m_budget < 0)
        return false;
    QString name = intrinsicOfTag(node.tag);
    const YamlNode *argument = &node;
    if (name.isEmpty() && node.kind == YamlNode::Kind::Map && node.entries.size() == 1) {
        name = node.entries[0].key->value;
        argument = &node.entries[0].value->resolved();
    }
    const auto item = [&](size_t i) -> const YamlNode & { return argument->items[i]->resolved(); };
    const size_t count = argument->items.size();
    if (name == "Condition"_L1)
        return condition(argument->value, node);
    if (name == "Fn::Equals"_L1 && count == 2)
        return evaluate(item(0), path) == evaluate(item(1), path);
    if (name == "Fn::Not"_L1 && count == 1)
        return !truth(item(0), path);
    if (name == "Fn::And"_L1 || name == "Fn::Or"_L1) {
        const bool all = name == "Fn::And"_L1;
        for (size_t i = 0; i < count; ++i) {
            if (truth(item(i), path) != all)
                return !all;
        }
        return all;
    }
    if (node.kind == YamlNode::Kind::Scalar && node.tag.isEmpty())
        return node.meaning() == "true"_L1 || node.value.compare("true"_L1, Qt::CaseInsensitive) == 0;
    report(Severity::Error, u"bad-condition"_s, Core::tr("This is no condition; it is taken as false."), node, path, Core::tr("Use Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition."));
    return false;
}

QJsonValue Evaluator::include(Arguments argument, const QString &path)
{
    QJsonValue value = QJsonObject();
    visitInclude(argument, path, [&](const YamlNode &root) { value = evaluate(root, path); });
    return value;
}

void Evaluator::visitInclude(const YamlNode &argument, const QString &path, const std::function<void(const YamlNode &)> &visit)
{
    const QJsonObject transform = evaluateMap(argument.resolved(), path).toObject();
    const QString name = transform.value("Name"_L1).toString();
    const QString location = transform.value("Parameters"_L1).toObject().value("Location"_L1).toString();
    if (name != "AWS::Include"_L1) {
        report(Severity::Warning, u"unknown-transform"_s, Core::tr("The transform “%1” runs only in the cloud; what it would add is missing here.").arg(name), argument, path);
        return;
    }
    visitFile(location, argument, path, visit);
}

void Evaluator::visitFile(const QString &location, const YamlNode &argument, const QString &path, const std::function<void(const YamlNode &)> &visit)
{
    const QString file = QDir::cleanPath(QFileInfo(m_file).absoluteDir().filePath(location));
    QFile source(file);
    if (location.contains("://"_L1) || !QFileInfo(file).isFile() || QFileInfo(file).size() > YamlLimits().bytes || !source.open(QIODevice::ReadOnly)) {
        report(Severity::Warning, u"missing-include"_s, Core::tr("The included file “%1” is not on this machine.").arg(location), argument, path, Core::tr("Put a copy beside the template and give its relative path."));
        return;
    }
    if (m_open.contains(file)) {
        report(Severity::Error, u"circular-include"_s, Core::tr("“%1” includes itself.").arg(location), argument, path);
        return;
    }
    m_includedFiles << file;
    auto document = parseYaml(source.readAll());
    if (!document || !document->root) {
        report(Severity::Error, u"bad-include"_s, Core::tr("The included file “%1” cannot be read: %2").arg(location, document ? Core::tr("it is empty.") : document.error().message), argument, path);
        return;
    }
    m_included.push_back(*std::move(document));
    const YamlNode &root = m_included.back().root->resolved();
    m_open.insert(file);
    const QString outer = std::exchange(m_file, file);
    visit(root);
    m_file = outer;
    m_open.remove(file);
}

} // namespace eph::project
