// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/platformevents.h"

#include "core/base/jsontext.h"

#include <QDateTime>

namespace eph::runtime::platform {

using namespace Qt::StringLiterals;

namespace {

using Object = JsonObjectText;

QString statusText(QByteArrayView status)
{
    return status.isEmpty() ? u"success"_s : QString::fromLatin1(status);
}

QString phaseText(Phase phase)
{
    return phase == Phase::Init ? u"init"_s : u"invoke"_s;
}

Object initObject(const Subject &subject, Phase phase)
{
    Object object;
    object.text("initializationType", subject.provisioned ? u"provisioned-concurrency"_s : u"on-demand"_s).text("phase", phaseText(phase));
    return object;
}

void addStatus(Object &object, QByteArrayView status, const QString &errorType)
{
    object.text("status", statusText(status));
    if (!errorType.isEmpty() && !status.isEmpty())
        object.text("errorType", errorType);
}

void addTenant(Object &object, const QByteArray &tenantId)
{
    if (!tenantId.isEmpty())
        object.utf8("tenantId", tenantId);
}

} // namespace

Level levelOf(const QString &name)
{
    return name == "DEBUG"_L1 ? Level::Debug : name == "WARN"_L1 ? Level::Warn : Level::Info;
}

Event initStarted(const Subject &subject, Phase phase)
{
    const QByteArray text = initStart(subject.runtime, subject.interpreterVersion, QString::fromLatin1(subject.functionArn).section(u':', 3, 3));
    const qsizetype version = text.indexOf(": ") + 2;
    const qsizetype tab = text.indexOf('\t');
    QString instance = subject.logStream;
    if (!instance.contains(QString(u'/' + subject.function + u'[')))
        instance.insert(instance.indexOf(u'['), subject.function);
    Object record = initObject(subject, phase);
    record.utf8("runtimeVersion", text.sliced(version, tab - version)).utf8("runtimeVersionArn", text.sliced(text.indexOf(": ", tab) + 2)).text("functionName", subject.function)
        .text("functionVersion", subject.version).text("instanceId", instance).number("instanceMaxMemory", qint64(subject.memoryMiB) * 1024 * 1024);
    return {"platform.initStart", record.json(), text, Level::Info};
}

Event initDone(const Subject &subject, Phase phase, QByteArrayView status, const QString &errorType)
{
    Object record = initObject(subject, phase);
    addStatus(record, status, errorType);
    return {"platform.initRuntimeDone", record.json(), {}, status.isEmpty() ? Level::Debug : Level::Warn};
}

Event initReported(const Subject &subject, double initMs, Phase phase, QByteArrayView status, const QString &errorType)
{
    Object record = initObject(subject, phase);
    addStatus(record, status, errorType);
    record.object("metrics", Object().milliseconds("durationMs", initMs));
    // The text format has this line where the init failed, and always for provisioned concurrency.
    const bool inText = !status.isEmpty() || subject.provisioned;
    return {"platform.initReport", record.json(), inText ? initReport(initMs, phase, status, errorType) : QByteArray(),
            !status.isEmpty() ? Level::Warn : subject.provisioned ? Level::Info : Level::Debug};
}

Event started(const Subject &subject, const QByteArray &requestId, const QByteArray &tenantId)
{
    Object record;
    record.utf8("requestId", requestId).utf8("functionArn", subject.functionArn).text("version", subject.version);
    addTenant(record, tenantId);
    return {"platform.start", record.json(), start(requestId, subject.version), Level::Info};
}

Event runtimeDone(const Report &report, QByteArrayView status, qint64 producedBytes)
{
    Object record;
    record.utf8("requestId", report.requestId);
    addTenant(record, report.tenantId);
    addStatus(record, status, report.errorType);
    record.object("metrics", Object().milliseconds("durationMs", report.durationMs).number("producedBytes", producedBytes));
    return {"platform.runtimeDone", record.json(), {}, status.isEmpty() ? Level::Debug : Level::Warn};
}

Event ended(const QByteArray &requestId)
{
    return {"platform.end", {}, end(requestId), Level::Info};
}

Event reported(const Report &report, QByteArrayView status, QByteArrayView textStatus)
{
    Object metrics;
    metrics.milliseconds("durationMs", report.durationMs).number("billedDurationMs", report.billedMs).number("memorySizeMB", report.memoryMiB).number("maxMemoryUsedMB", report.maxMemoryMiB);
    if (report.initMs)
        metrics.milliseconds("initDurationMs", std::round(*report.initMs * 100) / 100);
    Object record;
    record.utf8("requestId", report.requestId).object("metrics", metrics);
    addTenant(record, report.tenantId);
    addStatus(record, status, report.errorType);
    return {"platform.report", record.json(), platform::report(report, textStatus), status.isEmpty() ? Level::Info : Level::Warn};
}

Event extensionState(const QString &name, const QString &state, const QStringList &events, const QString &errorType)
{
    Object record;
    record.text("name", name).text("state", state).list("events", events);
    QByteArray text = "EXTENSION\tName: " + name.toUtf8() + "\tState: " + state.toUtf8() + "\tEvents: [" + events.join(", "_L1).toUtf8() + ']';
    if (!errorType.isEmpty()) {
        record.text("errorType", errorType);
        text += "\tError Type: " + errorType.toUtf8();
    }
    return {"platform.extension", record.json(), text, errorType.isEmpty() ? Level::Info : Level::Warn};
}

Event telemetrySubscribed(const QString &name, const QString &state, const QStringList &types)
{
    QStringList words;
    for (const QString &type : types)
        words << type.left(1).toUpper() + type.sliced(1);
    Object record;
    record.text("name", name).text("state", state).list("types", types);
    return {"platform.telemetrySubscription", record.json(), "TELEMETRY\tName: " + name.toUtf8() + "\tState: " + state.toUtf8() + "\tTypes: [" + words.join(", "_L1).toUtf8() + ']', Level::Info};
}

Event logsDropped(int records, qint64 bytes, const QString &reason)
{
    Object record;
    record.text("reason", reason).number("droppedRecords", records).number("droppedBytes", bytes);
    return {"platform.logsDropped", record.json(), {}, Level::Warn};
}

QByteArray jsonLine(const Event &event, qint64 epochMs)
{
    const QByteArray time = QDateTime::fromMSecsSinceEpoch(epochMs, Qt::UTC).toString(Qt::ISODateWithMs).toLatin1();
    return R"({"time":")" + time + R"(","type":")" + event.type + R"(","record":)" + event.record + '}';
}

} // namespace eph::runtime::platform
