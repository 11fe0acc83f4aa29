// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/importedfiles.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSet>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] bool isPython(const QString &path)
{
    return path.endsWith(".py"_L1);
}

[[nodiscard]] QStringList importsInJavaScript(const QString &text)
{
    static const QRegularExpression import(u"(?:\\brequire\\s*\\(|\\bimport\\s*\\(|\\bfrom|\\bimport)\\s*['\"](\\.{1,2}(?:/[^'\"\\n]*)?)['\"]"_s);
    QStringList all;
    for (auto found = import.globalMatch(text); found.hasNext();)
        all << found.next().captured(1);
    return all;
}

[[nodiscard]] QStringList importsInPython(const QString &text)
{
    static const QRegularExpression from(u"^[ \\t]*from[ \\t]+(\\.*[\\w.]*)[ \\t]+import[ \\t]+(\\([^)]*\\)|[^#\\n]+)"_s, QRegularExpression::MultilineOption);
    static const QRegularExpression plain(u"^[ \\t]*import[ \\t]+([^#\\n]+)"_s, QRegularExpression::MultilineOption);
    static const QRegularExpression name(u"[\\w.]+"_s);
    QStringList all;
    for (auto found = from.globalMatch(text); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        const QString module = match.captured(1);
        all << module;
        // `from lib import prices` may mean a name in the module, or a module of it.
        for (auto names = name.globalMatch(match.captured(2)); names.hasNext();)
            all << QString(module.endsWith(u'.') ? module : QString(module + u'.')) + names.next().captured();
    }
    for (auto found = plain.globalMatch(text); found.hasNext();) {
        const QStringList modules = found.next().captured(1).split(u',');
        for (const QString &module : modules)
            all << name.match(module).captured();
    }
    return all;
}

/// The files that an import may mean; it means the first that is there.
[[nodiscard]] QStringList candidatesOf(const QString &import, const QString &importer, const QString &codeFolder)
{
    if (isPython(importer)) {
        const qsizetype dots = std::distance(import.cbegin(), std::find_if(import.cbegin(), import.cend(), [](QChar c) { return c != u'.'; }));
        QDir folder(dots > 0 ? QFileInfo(importer).path() : codeFolder);
        for (qsizetype up = 1; up < dots; ++up)
            folder.setPath(QDir::cleanPath(folder.filePath(u".."_s)));
        const QString module = folder.filePath(import.sliced(dots).replace(u'.', u'/'));
        return {module + ".py"_L1, module + "/__init__.py"_L1};
    }
    const QString path = QDir::cleanPath(QFileInfo(importer).dir().filePath(import));
    QStringList all{path};
    // `./prices.js` is how TypeScript's modules name prices.ts.
    const QString stem = path.endsWith("js"_L1) ? path.section(u'.', 0, -2) : path;
    for (const QString &ending : {u".js"_s, u".mjs"_s, u".cjs"_s, u".ts"_s, u".mts"_s, u".cts"_s, u".tsx"_s, u".jsx"_s}) {
        all << path + ending << path + "/index"_L1 + ending;
        if (stem != path)
            all << stem + ending;
    }
    return all;
}

} // namespace

QStringList importsIn(const QString &text, const QString &path)
{
    return isPython(path) ? importsInPython(text) : importsInJavaScript(text);
}

QList<SourceFile> sourceFilesOf(const project::Function &function)
{
    constexpr qint64 MostBytes = 1024 * 1024;
    constexpr qsizetype MostFiles = 2000;
    const QString root = QDir::cleanPath(function.codeFolder);
    QList<SourceFile> files;
    QStringList waiting{function.handlerFile()};
    QSet<QString> seen;
    while (!waiting.isEmpty() && files.size() < MostFiles) {
        const QString path = QDir::cleanPath(waiting.takeFirst());
        const QFileInfo info(path);
        if (seen.contains(path) || !path.startsWith(QString(root + u'/')) || path.contains("/node_modules/"_L1) || !info.isFile() || info.size() > MostBytes)
            continue;
        seen.insert(path);
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QString text = QString::fromUtf8(file.readAll());
        files.append({path, text});
        const QStringList imports = importsIn(text, path);
        for (const QString &import : imports) {
            const QStringList candidates = candidatesOf(import, path, root);
            const auto meant = std::find_if(candidates.cbegin(), candidates.cend(), [](const QString &each) { return QFileInfo(each).isFile(); });
            if (meant != candidates.cend())
                waiting << *meant;
        }
    }
    return files;
}

} // namespace eph::deploy
