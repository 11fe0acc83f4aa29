// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/highlight/highlighting.h"

#include "widgets/common/theme.h"

#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/Repository>
#include <KSyntaxHighlighting/Theme>

namespace eph::ui {

using namespace Qt::StringLiterals;

KSyntaxHighlighting::Repository &highlightRepository()
{
    static KSyntaxHighlighting::Repository repository;
    return repository;
}

namespace {

/// A number, a text, true, false or null is JSON, too; the definition would mark it as a mistake.
bool isValueAlone(const QByteArray &json)
{
    const QByteArray text = json.trimmed();
    return !text.isEmpty() && QByteArrayView("-0123456789\"tfn").contains(text.front());
}

} // namespace

KSyntaxHighlighting::Definition definitionFor(const QString &fileName, const QByteArray &beginning)
{
    const auto byName = highlightRepository().definitionForFileName(fileName);
    if (byName.isValid() && byName.name() == "JSON"_L1 && isValueAlone(beginning))
        return {};
    if (byName.isValid() || !beginning.startsWith("#!"))
        return byName;
    const QByteArray first = beginning.left(beginning.indexOf('\n'));
    for (const auto &[word, name] : {std::pair{"node", u"JavaScript"_s}, std::pair{"python", u"Python"_s}, std::pair{"bash", u"Bash"_s}, std::pair{"sh", u"Bash"_s}}) {
        if (first.contains(word))
            return highlightRepository().definitionForName(name);
    }
    return byName;
}

KSyntaxHighlighting::Theme highlightTheme()
{
    const QString name = theme().scheme() == Scheme::Light ? u"GitHub Light"_s : u"GitHub Dark"_s;
    const auto found = highlightRepository().theme(name);
    return found.isValid() ? found : highlightRepository().defaultTheme(theme().isDark() ? KSyntaxHighlighting::Repository::DarkTheme : KSyntaxHighlighting::Repository::LightTheme);
}

} // namespace eph::ui
