// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/lambdalayersapi.h"

#include "core/base/account.h"
#include "core/cloud/constraints.h"

#include <QDateTime>
#include <QJsonArray>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {
/// How far the versions of a layer have been counted.
const QString CounterKind = u"layer-counter"_s;
}

LambdaLayersApi::LambdaLayersApi(FunctionCatalogue &catalogue, DeployedFunctions &deployed, CodeUploads &uploads)
    : m_catalogue(catalogue)
    , m_deployed(deployed)
    , m_uploads(uploads)
{
}

void LambdaLayersApi::addTo(RestRoutes &routes)
{
    routes.addUpload("POST", "/2018-10-31/layers/{LayerName}/versions", [this](const RestCall &call) { publish(call); });
    routes.add("GET", "/2018-10-31/layers/{LayerName}/versions", [this](const RestCall &call) { return listVersions(call); });
    routes.add("GET", "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}", [this](const RestCall &call) { return get(call); });
    routes.add("DELETE", "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}", [this](const RestCall &call) { return remove(call); });
    routes.add("GET", "/2018-10-31/layers", [this](const RestCall &call) { return list(call); });
}

QList<QJsonObject> LambdaLayersApi::versionsOf(const QString &layer) const
{
    QList<QJsonObject> versions = m_deployed.documents().all(kinds::Layer, layer).values();
    std::sort(versions.begin(), versions.end(), [](const QJsonObject &a, const QJsonObject &b) { return a.value("Version"_L1).toInt() > b.value("Version"_L1).toInt(); });
    return versions;
}

void LambdaLayersApi::publish(const RestCall &call)
{
    const QString name = call.path.value(u"LayerName"_s).section(u':', -1);
    m_uploads.parse(call.request, "PublishLayerVersion", [this, call, name](const CodeUploads::Parsed &input) {
        if (!input)
            return call.fail(input.error());
        if (const auto error = Constraints().length(u"layerName"_s, name, 1, 140).pattern(u"layerName"_s, name, u"[a-zA-Z0-9-_]+"_s).required(u"content"_s, input->value("Content"_L1))
                                   .length(u"description"_s, input->value("Description"_L1), 0, 256).length(u"compatibleRuntimes"_s, input->value("CompatibleRuntimes"_L1), 0, 15)
                                   .length(u"compatibleArchitectures"_s, input->value("CompatibleArchitectures"_L1), 0, 2).length(u"licenseInfo"_s, input->value("LicenseInfo"_L1), 0, 512).error())
            return call.fail(*error);
        QJsonObject layer = *input;
        layer.remove("Content"_L1);
        m_uploads.take(input->value("Content"_L1).toObject(), [this, call, name, layer](const CodeUploads::Taken &code) mutable {
            if (!code)
                return call.fail(code.error());
            const QJsonObject *counter = m_deployed.documents().find({CounterKind, name, {}});
            const int number = (counter ? counter->value("last"_L1).toInt() : 0) + 1;
            const QString arn = u"arn:aws:lambda:%1:%2:layer:%3"_s.arg(m_catalogue.region(), LocalAccount, name);
            layer.insert(u"LayerArn"_s, arn);
            layer.insert(u"LayerVersionArn"_s, u"%1:%2"_s.arg(arn).arg(number));
            layer.insert(u"Version"_s, number);
            layer.insert(u"CreatedDate"_s, QString(QDateTime::fromMSecsSinceEpoch(m_deployed.clock().epochMs(), Qt::UTC).toString(u"yyyy-MM-ddTHH:mm:ss.zzz"_s) + "+0000"_L1));
            layer.insert(u"Content"_s, QJsonObject{{u"CodeSha256"_s, QString::fromLatin1(QByteArray::fromHex(code->sha256).toBase64())}, {u"CodeSize"_s, code->bytes}});
            const auto kept = m_deployed.documents().apply({{{kinds::Layer, name, QString::number(number)}, layer}, {{CounterKind, name, {}}, QJsonObject{{u"last"_s, number}}}});
            kept ? call.answer(201, layer) : call.fail(unavailable(kept.error()));
        });
    });
}

RestReply LambdaLayersApi::get(const RestCall &call)
{
    const QJsonObject *layer = m_deployed.documents().find({kinds::Layer, call.path.value(u"LayerName"_s).section(u':', -1), call.path.value(u"VersionNumber"_s)});
    if (!layer)
        return tl::unexpected(ApiError{404, "ResourceNotFoundException", u"The resource you requested does not exist."_s});
    return RestAnswer{200, *layer};
}

RestReply LambdaLayersApi::remove(const RestCall &call)
{
    // Functions that use it go on with it.
    return written(m_deployed.documents().remove({kinds::Layer, call.path.value(u"LayerName"_s).section(u':', -1), call.path.value(u"VersionNumber"_s)}), {204});
}

RestReply LambdaLayersApi::listVersions(const RestCall &call)
{
    QJsonArray versions;
    const QList<QJsonObject> all = versionsOf(call.path.value(u"LayerName"_s).section(u':', -1));
    for (QJsonObject version : all) {
        version.remove("Content"_L1);
        version.remove("LayerArn"_L1);
        versions.append(version);
    }
    return RestAnswer{200, {{u"LayerVersions"_s, versions}}};
}

RestReply LambdaLayersApi::getByArn(const QString &arn) const
{
    const QJsonObject *layer = m_deployed.documents().find({kinds::Layer, arn.section(u':', 6, 6), arn.section(u':', 7)});
    if (!layer || layer->value("LayerVersionArn"_L1).toString() != arn)
        return tl::unexpected(ApiError{404, "ResourceNotFoundException", u"The resource you requested does not exist."_s});
    return RestAnswer{200, *layer};
}

RestReply LambdaLayersApi::list(const RestCall &call)
{
    if (call.queryValue(u"find"_s) == "LayerVersion"_L1)
        return getByArn(call.queryValue(u"Arn"_s));
    QMap<QString, QJsonObject> newest;
    const auto all = m_deployed.documents().all(kinds::Layer);
    for (const auto &[key, document] : all) {
        if (!newest.contains(key.owner) || newest.value(key.owner).value("Version"_L1).toInt() < document.value("Version"_L1).toInt())
            newest.insert(key.owner, document);
    }
    QJsonArray layers;
    for (auto it = newest.begin(); it != newest.end(); ++it) {
        QJsonObject version = *it;
        version.remove("Content"_L1);
        const QJsonValue arn = version.take("LayerArn"_L1);
        layers.append(QJsonObject{{u"LayerName"_s, it.key()}, {u"LayerArn"_s, arn}, {u"LatestMatchingVersion"_s, version}});
    }
    return RestAnswer{200, {{u"Layers"_s, layers}}};
}

} // namespace eph::cloud
