// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/highlight/highlighting.h"

#include "widgets/common/theme.h"

#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/Repository>
#include <KSyntaxHighlighting/Theme>
#include <algorithm>
#include <cmath>

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

/// Relative luminance. Source: Web Content Accessibility Guidelines 2.2.
[[nodiscard]] double luminanceOf(const QColor &color)
{
    const auto linear = [](double part) { return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

[[nodiscard]] double contrastOf(const QColor &a, const QColor &b)
{
    const auto [darker, lighter] = std::minmax({luminanceOf(a), luminanceOf(b)});
    return (lighter + 0.05) / (darker + 0.05);
}

} // namespace

QColor readableColor(const QColor &color, const QColor &background, const QColor &text)
{
    constexpr double Wanted = 4.5;
    constexpr int Steps = 20;
    for (int step = 0; step < Steps; ++step) {
        const auto mixed = [part = float(step) / Steps](float from, float to) { return from + (to - from) * part; };
        const QColor tried = QColor::fromRgbF(mixed(color.redF(), text.redF()), mixed(color.greenF(), text.greenF()), mixed(color.blueF(), text.blueF()));
        if (contrastOf(tried, background) >= Wanted)
            return tried;
    }
    return text;
}

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
