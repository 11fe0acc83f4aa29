// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as an answer of a service, a file of credentials, a plan or a release from the disk, a definition of an API, a source
// file, and an event stream: an error that says something, or a value that is the same when it is written and read again.
#include "core/deploy/credentials.h"
#include "core/deploy/importedfiles.h"
#include "core/deploy/leastprivilege.h"
#include "core/deploy/plan.h"
#include "core/deploy/vault.h"
#include "core/deploy/wire.h"
#include "core/gateway/definedapi.h"
#include "core/http/eventstream.h"

#include <QJsonDocument>
#include <cstdlib>

using namespace eph;
using namespace eph::deploy;
using namespace Qt::StringLiterals;

namespace {

void check(bool fine)
{
    if (!fine)
        std::abort();
}

void checkAnswer(uint8_t which, const QByteArray &body)
{
    static const ApiCall calls[]{{u"lambda"_s, u"GetFunction"_s, {}}, {u"iam"_s, u"GetRolePolicy"_s, {}}, {u"sqs"_s, u"GetQueueAttributes"_s, {}}, {u"s3api"_s, u"GetBucketNotificationConfiguration"_s, {}}, {u"cloudwatch"_s, u"GetMetricStatistics"_s, {}}, {u"apigateway"_s, u"GetRestApis"_s, {}}, {u"sts"_s, u"AssumeRole"_s, {}}};
    static const int statuses[]{200, 400, 403, 404, 409, 429, 500, 503};
    const auto answer = answerOf(calls[which % std::size(calls)], {statuses[(which / std::size(calls)) % std::size(statuses)], {}, body});
    if (!answer)
        (void)errorOf(calls[which % std::size(calls)], answer.error());
}

void checkCredentials(const QByteArray &bytes)
{
    const qsizetype half = bytes.indexOf('\0');
    const auto config = SharedConfig::parse(bytes.left(half), half < 0 ? QByteArray() : bytes.mid(half + 1));
    if (!config)
        return check(!config.error().message.isEmpty());
    const QStringList profiles = config->profiles();
    for (const QString &profile : profiles) {
        check(config->hasProfile(profile));
        (void)config->endpointUrl(profile, QStringLiteral("s3"));
    }
}

void checkSaved(const QByteArray &bytes)
{
    const QJsonObject json = QJsonDocument::fromJson(bytes).object();
    const QJsonObject plan = Plan::fromJson(json).toJson();
    check(Plan::fromJson(plan).toJson() == plan);
    const QJsonObject release = Release::fromJson(json).toJson();
    check(Release::fromJson(release).toJson() == release);
    (void)filledIn(json, [](values::Kind, const QJsonValue &argument) -> Result<QJsonValue> { return argument; });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const QByteArray bytes(reinterpret_cast<const char *>(data) + 2, qsizetype(size) - 2);
    switch (data[0] % 7) {
    case 0: checkAnswer(data[1], bytes); break;
    case 1: checkCredentials(bytes); break;
    case 2: checkSaved(bytes); break;
    case 3: (void)gateway::apiOf({QStringLiteral("id"), data[1] % 2 ? gateway::ApiKind::Http : gateway::ApiKind::Rest, QStringLiteral("s"), {}, QJsonDocument::fromJson(bytes).object()}); break;
    case 4:
        for (const char *file : {"a.py", "a.ts"}) {
            const QString text = QString::fromUtf8(bytes);
            (void)callsIn(text, QString::fromLatin1(file));
            (void)importsIn(text, QString::fromLatin1(file));
        }
        break;
    case 5: {
        http::EventStreamReader reader;
        const auto whole = reader.add(bytes);
        check(whole || !whole.error().message.isEmpty());
        break;
    }
    default: (void)normalizedPolicy(QJsonDocument::fromJson(bytes).object());
    }
    return 0;
}
