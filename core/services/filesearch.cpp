// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/filesearch.h"

#include "core/base/text.h"
#include "core/sys/codefiles.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxFiles = 20'000;
constexpr qint64 MaxFileBytes = 8 * 1024 * 1024;
constexpr qsizetype BinaryLook = 8192;
constexpr qsizetype MaxLineShown = 400;

QByteArray textOf(const QString &path, const QHash<QString, QByteArray> &unsaved)
{
    if (const auto typed = unsaved.constFind(path); typed != unsaved.cend())
        return *typed;
    QFile file(path);
    return file.size() <= MaxFileBytes && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void searchText(const QByteArray &bytes, const QString &name, const QRegularExpression &pattern, SearchResult &result)
{
    if (bytes.left(BinaryLook).contains('\0'))
        return;
    const QString text = QString::fromUtf8(bytes);
    const qsizetype before = result.hits.size();
    int line = 1;
    qsizetype counted = 0;
    auto matches = pattern.globalMatch(text);
    while (matches.hasNext() && result.hits.size() <= SearchResult::MaxHits) {
        const QRegularExpressionMatch match = matches.next();
        if (match.capturedLength() == 0)
            continue;
        line += int(QStringView(text).sliced(counted, match.capturedStart() - counted).count(u'\n'));
        counted = match.capturedStart();
        const qsizetype begin = text.lastIndexOf(u'\n', match.capturedStart() - 1) + 1;
        const qsizetype found = text.indexOf(u'\n', match.capturedStart());
        const qsizetype end = found < 0 ? text.size() : found;
        result.hits << SearchHit{name, line, int(match.capturedStart() - begin) + 1, int(match.capturedLength()), text.sliced(begin, std::min(end - begin, MaxLineShown)).trimmed()};
    }
    result.files += result.hits.size() > before;
}

} // namespace

QStringList projectFiles(const QString &folder)
{
    QStringList files;
    const QDir root(folder);
    QStringList folders{folder};
    while (!folders.isEmpty() && files.size() < MaxFiles) {
        const QFileInfoList entries = QDir(folders.takeFirst()).entryInfoList(QDir::AllEntries | QDir::NoDotAndDotDot, QDir::Name);
        for (const QFileInfo &entry : entries) {
            if (entry.isFile())
                files << root.relativeFilePath(entry.filePath());
            else if (!entry.isSymLink() && entry.fileName() != "node_modules"_L1 && !sys::isIgnoredFolder(entry.fileName()))
                folders << entry.filePath();
        }
    }
    return files;
}

Result<SearchResult> searchFiles(const SearchRequest &request)
{
    QRegularExpression pattern(request.regularExpression ? request.text : QRegularExpression::escape(request.text),
                               QRegularExpression::MultilineOption | (request.matchCase ? QRegularExpression::NoPatternOption : QRegularExpression::CaseInsensitiveOption));
    if (!pattern.isValid())
        return failure(ErrorCode::Invalid, Core::tr("“%1” is no regular expression: %2.").arg(request.text, pattern.errorString()), Core::tr("Correct it at character %1.").arg(pattern.patternErrorOffset()));
    SearchResult result;
    if (request.text.isEmpty())
        return result;
    const QStringList files = projectFiles(request.folder);
    for (const QString &name : files) {
        searchText(textOf(request.folder + u'/' + name, request.unsaved), name, pattern, result);
        if (result.hits.size() > SearchResult::MaxHits) {
            result.hits.resize(SearchResult::MaxHits);
            result.cut = true;
            break;
        }
    }
    return result;
}

} // namespace eph::services
