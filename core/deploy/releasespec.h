// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/finding.h"

#include <QJsonObject>
#include <QList>
#include <QString>

namespace eph::deploy {

/// What kinds of things a release makes.
namespace kinds {
using namespace Qt::StringLiterals;
inline const QString Role = u"role"_s;
inline const QString Queue = u"queue"_s;
inline const QString Topic = u"topic"_s;
inline const QString Stream = u"stream"_s;
inline const QString Bucket = u"bucket"_s;
inline const QString Layer = u"layer"_s;
inline const QString Function = u"function"_s;
inline const QString Api = u"api"_s;       ///< An HTTP API.
inline const QString RestApi = u"restapi"_s;
inline const QString Url = u"url"_s;       ///< A function's own address.
inline const QString Permission = u"permission"_s; ///< To invoke a function.
inline const QString Mapping = u"mapping"_s;
inline const QString Subscription = u"subscription"_s;
inline const QString Notification = u"notification"_s; ///< Of a bucket.
inline const QString Rule = u"rule"_s;
inline const QString Schedule = u"schedule"_s;
}

/// One thing that a release makes. Its properties are members of the calls that make it, with objects of values.h where a value is not
/// known yet: an output of another resource is named by that one's key.
struct Resource {
    QString kind;
    QString id;   ///< Within its kind and the release, the same in every release.
    QString name; ///< As the service knows it.
    QJsonObject properties;

    [[nodiscard]] QString key() const { return kind + u':' + id; }
    /// For people: `function shop-dev-search`.
    [[nodiscard]] QString title() const { return kind + u' ' + name; }
    friend bool operator==(const Resource &, const Resource &) = default;
};

/// What a stage of a project is to be, down to the last setting, before anybody looks at what is there. No secret is in it, only
/// references.
struct ReleaseSpec {
    QString project;
    QString stage;
    QString account;
    QString region;
    QString prefix; ///< Of all names.
    QList<Resource> resources; ///< Each after those that it refers to.

    [[nodiscard]] const Resource *find(const QString &key) const;
    [[nodiscard]] QJsonObject toJson() const;
    [[nodiscard]] static ReleaseSpec fromJson(const QJsonObject &json);
};

} // namespace eph::deploy
