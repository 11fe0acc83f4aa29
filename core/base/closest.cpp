// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/closest.h"

#include <QList>
#include <algorithm>
#include <numeric>

namespace eph {

namespace {

/// Edits between two words: insert, delete, replace, and swap of two neighbours (optimal string alignment).
int editDistance(const QString &a, const QString &b)
{
    QList<int> beforeLast(b.size() + 1);
    QList<int> last(b.size() + 1);
    QList<int> row(b.size() + 1);
    std::iota(last.begin(), last.end(), 0);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        row[0] = int(i);
        for (qsizetype j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
        }
        std::swap(beforeLast, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

} // namespace

QString closestName(const QString &misspelt, const QStringList &names)
{
    constexpr int MaxEdits = 2;
    constexpr qsizetype MaxLength = 64;
    if (misspelt.size() > MaxLength)
        return {};
    QString best;
    // A short word is another word after two edits.
    int least = misspelt.size() > 4 ? MaxEdits + 1 : MaxEdits;
    for (const QString &name : names) {
        if (const int edits = editDistance(misspelt.toLower(), name.toLower()); edits < least) {
            least = edits;
            best = name;
        }
    }
    return best;
}

} // namespace eph
