// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/platformlines.h"

#include "core/base/jsontext.h"

#include <QCryptographicHash>
#include <QRegularExpression>
#include <array>
#include <cmath>

namespace eph::runtime::platform {

namespace {

QByteArray ms(double value)
{
    return QByteArray::number(value, 'f', 2) + " ms";
}

QByteArray statusFields(QByteArrayView status, const QString &errorType)
{
    if (status.isEmpty())
        return {};
    QByteArray fields = "Status: " + status.toByteArray();
    if (status == "error" && !errorType.isEmpty())
        fields += "\tError Type: " + errorType.toUtf8();
    return fields;
}

QByteArrayView signalText(int signal)
{
    // As Go's os package prints them, which is what the platform is written in.
    switch (signal) {
    case 1: return "hangup";
    case 2: return "interrupt";
    case 3: return "quit";
    case 4: return "illegal instruction";
    case 5: return "trace/breakpoint trap";
    case 6: return "aborted";
    case 7: return "bus error";
    case 8: return "floating point exception";
    case 9: return "killed";
    case 10: return "user defined signal 1";
    case 11: return "segmentation fault";
    case 12: return "user defined signal 2";
    case 13: return "broken pipe";
    case 14: return "alarm clock";
    case 15: return "terminated";
    case 24: return "CPU time limit exceeded";
    case 25: return "file size limit exceeded";
    case 31: return "bad system call";
    default: return {};
    }
}

} // namespace

QByteArray initStart(const QString &runtime, const QString &interpreterVersion, const QString &region)
{
    // nodejs20.x is shown as nodejs:20.v1, with the version that really runs; the ARN's hash is ours, made from the name.
    static const QRegularExpression named(QStringLiteral("^([a-z]+)([0-9][0-9.]*?)(\\.x)?$"));
    const QRegularExpressionMatch match = named.match(runtime);
    const qsizetype parts = match.captured(2).count(u'.');
    const QString shown = interpreterVersion.isEmpty() ? match.captured(2) : interpreterVersion.section(u'.', 0, parts);
    const QString name = match.hasMatch() ? QString(match.captured(1) + u':' + shown) : QString(runtime).replace(QStringLiteral("provided."), QStringLiteral("provided:"));
    const QByteArray version = name.toUtf8() + ".v1";
    return "INIT_START Runtime Version: " + version + "\tRuntime Version ARN: arn:aws:lambda:" + region.toUtf8() + "::runtime:"
        + QCryptographicHash::hash(version, QCryptographicHash::Sha256).toHex();
}

QByteArray start(const QByteArray &requestId, const QString &version)
{
    return "START RequestId: " + requestId + " Version: " + version.toUtf8();
}

QByteArray end(const QByteArray &requestId)
{
    return "END RequestId: " + requestId;
}

QByteArray report(const Report &report, QByteArrayView status)
{
    QByteArray line = "REPORT RequestId: " + report.requestId + "\tDuration: " + ms(report.durationMs) + "\tBilled Duration: " + QByteArray::number(report.billedMs)
        + " ms\tMemory Size: " + QByteArray::number(report.memoryMiB) + " MB\tMax Memory Used: " + QByteArray::number(report.maxMemoryMiB) + " MB\t";
    if (report.initMs)
        line += "Init Duration: " + ms(*report.initMs) + "\t";
    return line + statusFields(status, report.errorType);
}

QByteArray initReport(double initMs, Phase phase, QByteArrayView status, const QString &errorType)
{
    return "INIT_REPORT Init Duration: " + ms(initMs) + "\tPhase: " + (phase == Phase::Init ? "init" : "invoke") + "\t" + statusFields(status, errorType);
}

QByteArray errorPayload(QByteArrayView errorType, const QByteArray &requestId, QByteArrayView reason)
{
    return R"({"errorType":")" + errorType.toByteArray() + R"(","errorMessage":)" + jsonText(QString::fromUtf8("RequestId: " + requestId + " Error: " + reason.toByteArray())) + '}';
}

QByteArray timedOutReason(std::chrono::seconds timeout)
{
    return "Task timed out after " + QByteArray::number(double(timeout.count()), 'f', 2) + " seconds";
}

QByteArray endReason(int code, int signal)
{
    if (signal == 0)
        return "exit status " + QByteArray::number(code);
    const QByteArrayView name = signalText(signal);
    return "signal: " + (name.isEmpty() ? "signal " + QByteArray::number(signal) : name.toByteArray());
}

QByteArray exitReason(int code, int signal)
{
    if (code == 0 && signal == 0)
        return "Runtime exited without providing a reason";
    return "Runtime exited with error: " + endReason(code, signal);
}

QByteArray responseTooLargePayload()
{
    return R"({"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"})";
}

QByteArray responseRefusedLine(qint64 epochMs)
{
    return "[ERROR] [" + QByteArray::number(epochMs) + R"(] LAMBDA_RUNTIME Failed to post handler success response. Http response code: 413. {"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"})";
}

qint64 billedMs(double durationMs, std::optional<double> initMs)
{
    return std::max<qint64>(1, qint64(std::ceil(durationMs + initMs.value_or(0) - 1e-9)));
}

QByteArray keptErrorType(const QByteArray &header)
{
    static const QRegularExpression known(QStringLiteral("(Runtime|Function)\\.[A-Z][a-zA-Z]+"));
    if (known.match(QString::fromLatin1(header)).hasMatch())
        return header;
    return header.startsWith("Function.") ? "Function.Unknown" : "Runtime.Unknown";
}

} // namespace eph::runtime::platform
