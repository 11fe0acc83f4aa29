// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/deploy/resourcetype.h"

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] Result<Existing> found(const Result<std::optional<QJsonObject>> &answer, const std::function<QJsonObject(const QJsonObject &)> &outputs)
{
    if (!answer)
        return tl::unexpected(answer.error());
    if (!*answer)
        return Existing();
    return Existing{true, **answer, outputs(**answer)};
}

[[nodiscard]] QJsonObject nothing(const QJsonObject &)
{
    return {};
}

namespace queue {

[[nodiscard]] ApiCall sqs(const QString &operation, const QJsonObject &parameters)
{
    return {u"sqs"_s, operation, parameters};
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    const auto url = askFor(client, sqs(u"GetQueueUrl"_s, {{u"QueueName"_s, resource.name}}));
    if (!url || !*url)
        return url ? Result<Existing>(Existing()) : tl::unexpected(url.error());
    const QJsonValue address = (*url)->value("QueueUrl"_L1);
    return found(askFor(client, sqs(u"GetQueueAttributes"_s, {{u"QueueUrl"_s, address}, {u"AttributeNames"_s, QJsonArray{u"All"_s}}})), [&](const QJsonObject &) { return QJsonObject{{u"QueueUrl"_s, address}}; });
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    QJsonObject wanted = resource.properties.value("Attributes"_L1).toObject();
    if (!existing.exists) {
        steps.add({Phase::Prepare, Change::Create, Core::tr("Create the queue %1").arg(resource.name), sqs(u"CreateQueue"_s, {{u"QueueName"_s, resource.name}, {u"Attributes"_s, wanted}}),
                   {sqs(u"DeleteQueue"_s, {{u"QueueUrl"_s, values::output(resource.key(), u"QueueUrl"_s)}})}, {}, {u"QueueUrl"_s}, Probe{sqs(u"GetQueueUrl"_s, {{u"QueueName"_s, resource.name}}), {}, {}, {}}});
        return;
    }
    wanted.remove("FifoQueue"_L1);
    const QJsonObject actual = existing.state.value("Attributes"_L1).toObject();
    QJsonObject changed;
    QJsonObject before;
    for (auto it = wanted.begin(); it != wanted.end(); ++it) {
        const bool document = it.key() == "RedrivePolicy"_L1;
        const bool same = document ? satisfies(jsonOf(it->toString()), jsonOf(actual.value(it.key()).toString())) : satisfies(*it, actual.value(it.key()));
        if (same)
            continue;
        changed.insert(it.key(), *it);
        before.insert(it.key(), actual.value(it.key()).toString());
    }
    if (changed.isEmpty())
        return;
    const QJsonValue url = existing.outputs.value("QueueUrl"_L1);
    steps.add({Phase::Prepare, Change::Update, Core::tr("Change the queue %1").arg(resource.name), sqs(u"SetQueueAttributes"_s, {{u"QueueUrl"_s, url}, {u"Attributes"_s, changed}}), {sqs(u"SetQueueAttributes"_s, {{u"QueueUrl"_s, url}, {u"Attributes"_s, before}})}, differences(changed, actual)});
}

void remove(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Delete the queue %1 with all its messages").arg(resource.name), sqs(u"DeleteQueue"_s, {{u"QueueUrl"_s, existing.outputs.value("QueueUrl"_L1)}})});
}

}

namespace topic {

/// A topic has no call that finds it by its name; its ARN follows from that.
[[nodiscard]] QString arnOf(const AwsClient &client, const Resource &resource)
{
    return u"arn:aws:sns:%1:%2:%3"_s.arg(client.access().region, client.access().account, resource.name);
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    const QString arn = arnOf(client, resource);
    return found(askFor(client, {u"sns"_s, u"GetTopicAttributes"_s, {{u"TopicArn"_s, arn}}}), [&](const QJsonObject &) { return QJsonObject{{u"TopicArn"_s, arn}}; });
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    // Attributes of a topic that is there are left as they are: who has subscribed may depend on them.
    if (existing.exists)
        return;
    QJsonObject parameters{{u"Name"_s, resource.name}};
    if (const QJsonObject attributes = resource.properties.value("Attributes"_L1).toObject(); !attributes.isEmpty())
        parameters.insert(u"Attributes"_s, attributes);
    steps.add({Phase::Prepare, Change::Create, Core::tr("Create the topic %1").arg(resource.name), {u"sns"_s, u"CreateTopic"_s, parameters}, {{u"sns"_s, u"DeleteTopic"_s, {{u"TopicArn"_s, values::output(resource.key(), u"TopicArn"_s)}}}}, {}, {u"TopicArn"_s}});
}

void remove(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Delete the topic %1").arg(resource.name), {u"sns"_s, u"DeleteTopic"_s, {{u"TopicArn"_s, existing.outputs.value("TopicArn"_L1)}}}});
}

}

namespace stream {

[[nodiscard]] ApiCall kinesis(const QString &operation, const Resource &resource, QJsonObject parameters = {})
{
    parameters.insert(u"StreamName"_s, resource.name);
    return {u"kinesis"_s, operation, parameters};
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    return found(askFor(client, kinesis(u"DescribeStreamSummary"_s, resource)), nothing);
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    // How many shards a stream has is what its traffic made of it.
    if (existing.exists)
        return;
    const ApiCall look = kinesis(u"DescribeStreamSummary"_s, resource);
    steps.add({Phase::Prepare, Change::Create, Core::tr("Create the stream %1").arg(resource.name), kinesis(u"CreateStream"_s, resource, resource.properties), {kinesis(u"DeleteStream"_s, resource)}, {}, {}, Probe{look, {}, {}, {}}});
    steps.add({Phase::Settle, Change::Wait, Core::tr("Wait for the stream %1").arg(resource.name), look});
}

void remove(const Resource &resource, const Existing &, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Delete the stream %1 with all its records").arg(resource.name), kinesis(u"DeleteStream"_s, resource)});
}

}

namespace bucket {

[[nodiscard]] ApiCall s3(const QString &operation, const Resource &resource, QJsonObject parameters = {})
{
    parameters.insert(u"Bucket"_s, resource.name);
    return {u"s3api"_s, operation, parameters};
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    return found(askFor(client, s3(u"HeadBucket"_s, resource)), nothing);
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    if (existing.exists)
        return;
    QJsonObject parameters;
    // The oldest region has no constraint.
    if (const QString region = resource.properties.value("Region"_L1).toString(); region != "us-east-1"_L1)
        parameters.insert(u"CreateBucketConfiguration"_s, QJsonObject{{u"LocationConstraint"_s, region}});
    steps.add({Phase::Prepare, Change::Create, Core::tr("Create the bucket %1").arg(resource.name), s3(u"CreateBucket"_s, resource, parameters), {s3(u"DeleteBucket"_s, resource)}, {}, {}, Probe{s3(u"HeadBucket"_s, resource), {}, {}, {}}});
}

void remove(const Resource &resource, const Existing &, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Delete the bucket %1, which has to be empty").arg(resource.name), s3(u"DeleteBucket"_s, resource)});
}

}

namespace layer {

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    const auto versions = askFor(client, {u"lambda"_s, u"ListLayerVersions"_s, {{u"LayerName"_s, resource.name}}});
    if (!versions)
        return tl::unexpected(versions.error());
    const QJsonArray list = versions->value_or(QJsonObject()).value("LayerVersions"_L1).toArray();
    if (list.isEmpty())
        return Existing();
    const QJsonObject newest = list.first().toObject();
    return Existing{true, newest, {{u"LayerVersionArn"_s, newest.value("LayerVersionArn"_L1)}, {u"Version"_s, newest.value("Version"_L1)}}};
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    if (existing.exists)
        return;
    const ApiCall publish{u"lambda"_s, u"PublishLayerVersion"_s, {{u"LayerName"_s, resource.name}, {u"Content"_s, QJsonObject{{u"ZipFile"_s, values::package(resource.properties.value("Package"_L1).toString())}}}}};
    const ApiCall undo{u"lambda"_s, u"DeleteLayerVersion"_s, {{u"LayerName"_s, resource.name}, {u"VersionNumber"_s, values::output(resource.key(), u"Version"_s)}}};
    steps.add({Phase::Prepare, Change::Create, Core::tr("Publish the layer %1").arg(resource.name), publish, {undo}, {}, {u"LayerVersionArn"_s, u"Version"_s}, Probe{{u"lambda"_s, u"ListLayerVersions"_s, {{u"LayerName"_s, resource.name}}}, u"LayerVersions"_s, {}, {}}});
}

void remove(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Delete the layer %1").arg(resource.name), {u"lambda"_s, u"DeleteLayerVersion"_s, {{u"LayerName"_s, resource.name}, {u"VersionNumber"_s, existing.outputs.value("Version"_L1)}}}});
}

}

} // namespace

QList<ResourceType> sourceTypes()
{
    return {{kinds::Queue, queue::read, queue::plan, queue::remove, false},
            {kinds::Topic, topic::read, topic::plan, topic::remove, false},
            {kinds::Stream, stream::read, stream::plan, stream::remove, false},
            {kinds::Bucket, bucket::read, bucket::plan, bucket::remove, false},
            {kinds::Layer, layer::read, layer::plan, layer::remove, false}};
}

} // namespace eph::deploy
