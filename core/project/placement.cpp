// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/placement.h"

#include <QCryptographicHash>
#include <QRegularExpression>
#include <QSet>
#include <QUuid>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

const QString Bucket = u"AWS::S3::Bucket"_s;

/// Source: naming rules of each service's developer guide, November 2026.
[[nodiscard]] qsizetype longestName(const QString &type)
{
    if (type == Bucket)
        return 63;
    if (type == "AWS::SQS::Queue"_L1)
        return 80;
    if (type == "AWS::SNS::Topic"_L1)
        return 256;
    return type == "AWS::Kinesis::Stream"_L1 ? 128 : 64;
}

[[nodiscard]] QString fitted(const QString &name, qsizetype most)
{
    if (name.size() <= most)
        return name;
    const QString hash = QString::fromLatin1(QCryptographicHash::hash(name.toUtf8(), QCryptographicHash::Sha256).toHex().first(8));
    return name.first(most - hash.size() - 1) + u'-' + hash;
}

} // namespace

Placement placementOf(const QString &projectName, const QString &stage, const QString &account, const QString &region)
{
    static const QRegularExpression other(u"[^A-Za-z0-9]+"_s);
    QString name = projectName;
    name.replace(other, u"-"_s);
    while (name.startsWith(u'-'))
        name.remove(0, 1);
    while (name.endsWith(u'-'))
        name.chop(1);
    constexpr qsizetype LongestProject = 24;
    return {fitted(name.isEmpty() ? u"project"_s : name, LongestProject) + u'-' + stage + u'-', account, region, stage};
}

bool isReleased(const QString &type)
{
    static const QSet<QString> types{u"AWS::Serverless::Function"_s, u"AWS::Lambda::Function"_s, u"AWS::SQS::Queue"_s, u"AWS::SNS::Topic"_s, u"AWS::Kinesis::Stream"_s, Bucket};
    return types.contains(type);
}

QString placedName(const Placement &placement, const QString &type, const QString &name)
{
    if (placement.prefix.isEmpty())
        return name;
    const qsizetype most = longestName(type);
    if (type == Bucket)
        return fitted(QString(placement.prefix + name).toLower(), most - placement.account.size() - placement.region.size() - 2) + u'-' + placement.account + u'-' + placement.region;
    // The suffix is what makes a queue or topic ordered.
    const QString suffix = name.endsWith(".fifo"_L1) ? u".fifo"_s : QString();
    return fitted(placement.prefix + name.chopped(suffix.size()), most - suffix.size()) + suffix;
}

QString stackNameOf(const Placement &placement)
{
    if (!placement.prefix.isEmpty())
        return placement.prefix.chopped(1);
    return placement.stackName.isEmpty() ? u"local"_s : placement.stackName;
}

QString stackArn(const Placement &placement)
{
    const QString name = stackNameOf(placement);
    return u"arn:aws:cloudformation:%1:%2:stack/%3/%4"_s.arg(placement.region, placement.account, name, QUuid::createUuidV5(QUuid(), name).toString(QUuid::WithoutBraces));
}

} // namespace eph::project
