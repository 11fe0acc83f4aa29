// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/handlerscan.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSet>

namespace eph::project {

namespace {

using namespace Qt::StringLiterals;

constexpr qint64 MaxSourceBytes = 1024 * 1024;
constexpr int MaxDepth = 2;

struct Rule {
    QRegularExpression pattern; ///< Captures the handler's name.
    QString runtime;
};

const QList<Rule> &rulesFor(const QString &suffix)
{
    static const QList<Rule> javascript{{QRegularExpression(u"(?:^|\\n)\\s*(?:module\\.)?exports\\.(\\w*[hH]andler\\w*)\\s*="_s), u"nodejs22.x"_s},
                                        {QRegularExpression(u"(?:^|\\n)\\s*export\\s+(?:const|let|var|async\\s+function|function)\\s+(\\w*[hH]andler\\w*)"_s), u"nodejs22.x"_s}};
    static const QList<Rule> python{{QRegularExpression(u"(?:^|\\n)(?:async\\s+)?def\\s+(\\w*handler\\w*)\\s*\\(\\s*\\w+\\s*(?::[^,]+)?,\\s*\\w+"_s), u"python3.13"_s}};
    static const QList<Rule> none;
    if (suffix == "js"_L1 || suffix == "mjs"_L1 || suffix == "cjs"_L1)
        return javascript;
    return suffix == "py"_L1 ? python : none;
}

/// A name for the template: letters and digits only.
QString logicalIdFor(const QString &text, QSet<QString> &taken)
{
    QString id;
    bool upper = true;
    for (const QChar c : text) {
        if (!c.isLetterOrNumber() || c.unicode() > 127) {
            upper = true;
            continue;
        }
        id += upper ? c.toUpper() : c;
        upper = false;
    }
    if (id.isEmpty() || id.at(0).isDigit())
        id.prepend(u'F');
    QString unique = id;
    for (int n = 2; taken.contains(unique); ++n)
        unique = id + QString::number(n);
    taken.insert(unique);
    return unique;
}

void scan(const QDir &folder, int depth, QList<Function> &found, QSet<QString> &taken)
{
    static const QSet<QString> skipped{u"node_modules"_s, u"venv"_s, u"tests"_s, u"test"_s, u"__tests__"_s, u"dist"_s, u"build"_s};
    const QFileInfoList entries = folder.entryInfoList(QDir::AllEntries | QDir::NoDotAndDotDot, QDir::Name);
    for (const QFileInfo &entry : entries) {
        if (entry.isDir()) {
            if (depth < MaxDepth && !skipped.contains(entry.fileName()) && !entry.isSymLink())
                scan(QDir(entry.filePath()), depth + 1, found, taken);
            continue;
        }
        Function function;
        function.codeFolder = folder.absolutePath();
        if (entry.fileName() == "bootstrap"_L1 && entry.isExecutable()) {
            function.logicalId = function.name = logicalIdFor(folder.dirName(), taken);
            function.handler = u"bootstrap"_s;
            function.runtime = u"provided.al2023"_s;
            found << function;
            continue;
        }
        QFile file(entry.filePath());
        if (rulesFor(entry.suffix()).isEmpty() || entry.size() > MaxSourceBytes || !file.open(QIODevice::ReadOnly))
            continue;
        const QString source = QString::fromUtf8(file.readAll());
        for (const Rule &rule : rulesFor(entry.suffix())) {
            auto matches = rule.pattern.globalMatch(source);
            while (matches.hasNext()) {
                const QString handler = matches.next().captured(1);
                const bool generic = handler == "handler"_L1 || handler == "lambda_handler"_L1;
                const QString base = entry.completeBaseName() == "index"_L1 || entry.completeBaseName() == "app"_L1 ? folder.dirName() : entry.completeBaseName();
                function.logicalId = function.name = logicalIdFor(generic ? base : QString(base + u' ' + handler), taken);
                function.handler = entry.completeBaseName() + u'.' + handler;
                function.runtime = rule.runtime;
                function.location = {entry.filePath(), 1, 1};
                found << function;
            }
        }
    }
}

} // namespace

QList<Function> findHandlers(const QString &folder)
{
    QList<Function> found;
    QSet<QString> taken;
    scan(QDir(folder), 0, found, taken);
    return found;
}

QByteArray templateFor(const QList<Function> &functions, const QString &folder)
{
    QByteArray text = "AWSTemplateFormatVersion: \"2010-09-09\"\nTransform: AWS::Serverless-2016-10-31\n\nGlobals:\n  Function:\n    MemorySize: 128\n    Timeout: 3\n\nResources:\n";
    for (const Function &function : functions) {
        const QString relative = QDir(folder).relativeFilePath(function.codeFolder);
        text += "  " + function.logicalId.toUtf8() + ":\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: " + (relative.isEmpty() ? "." : relative.toUtf8())
            + "\n      Handler: " + function.handler.toUtf8() + "\n      Runtime: " + function.runtime.toUtf8() + "\n";
    }
    return text;
}

} // namespace eph::project
