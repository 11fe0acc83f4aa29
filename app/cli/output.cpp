// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output.h"

#include <QJsonDocument>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

bool resultsLost = false;

bool write(FILE *stream, const QByteArray &bytes)
{
    return std::fwrite(bytes.constData(), 1, size_t(bytes.size()), stream) == size_t(bytes.size()) && std::fflush(stream) == 0;
}

} // namespace

ExitCode exitCodeFor(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Usage: return Usage;
    case ErrorCode::Invalid: return Usage;
    case ErrorCode::NotFound: return NotFound;
    case ErrorCode::TimedOut: return TimedOut;
    case ErrorCode::Cancelled: return Cancelled;
    case ErrorCode::NeedsConfirmation: return Usage;
    case ErrorCode::Io:
    case ErrorCode::Conflict:
    case ErrorCode::Unsupported: return Failed;
    }
    return Failed;
}

QString duration(double milliseconds)
{
    return milliseconds >= 1000 ? u"%1 s"_s.arg(milliseconds / 1000, 0, 'f', 2) : u"%1 ms"_s.arg(milliseconds, 0, 'f', milliseconds < 10 ? 2 : 1);
}

void print(const QByteArray &line)
{
    if (write(stdout, line + '\n') || std::exchange(resultsLost, true))
        return;
    note(u"eph: The result could not be written: %1."_s.arg(QString::fromLocal8Bit(std::strerror(errno))));
}

bool printedEverything()
{
    return !resultsLost;
}

void print(const QString &line)
{
    print(line.toUtf8());
}

void printJson(const QJsonObject &object)
{
    print(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

void printJson(const QJsonArray &array)
{
    print(QJsonDocument(array).toJson(QJsonDocument::Compact));
}

void note(const QString &line)
{
    write(stderr, line.toUtf8() + '\n');
}

void noteRaw(const QByteArray &bytes)
{
    write(stderr, bytes);
}

ExitCode fail(const Error &error)
{
    note("eph: "_L1 + error.message);
    if (!error.hint.isEmpty())
        note("     "_L1 + error.hint);
    return exitCodeFor(error.code);
}

QString findingLine(const Finding &finding)
{
    QString place = finding.file;
    if (finding.line > 0)
        place += u':' + QString::number(finding.line) + u':' + QString::number(std::max(1, finding.column));
    QString line = place + ": "_L1 + severityName(finding.severity) + ": "_L1 + finding.message;
    if (!finding.hint.isEmpty())
        line += u' ' + finding.hint;
    return finding.key.isEmpty() ? line : QString(line + " ["_L1 + finding.key + u']');
}

QJsonObject toJson(const Finding &finding)
{
    return {{u"severity"_s, severityName(finding.severity)}, {u"rule"_s, finding.rule}, {u"message"_s, finding.message}, {u"hint"_s, finding.hint},
            {u"file"_s, finding.file}, {u"line"_s, finding.line}, {u"column"_s, finding.column}, {u"key"_s, finding.key}};
}

void printTable(const QList<QStringList> &rows)
{
    QList<qsizetype> widths;
    for (const QStringList &row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (qsizetype i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row.at(i).size());
    }
    for (const QStringList &row : rows) {
        QString line;
        for (qsizetype i = 0; i < row.size(); ++i)
            line += i + 1 < row.size() ? row.at(i).leftJustified(widths.at(i) + 2) : row.at(i);
        print(line);
    }
}

} // namespace eph::cli
