// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/highlight/scintillahighlighter.h"

#include "widgets/common/theme.h"
#include "widgets/highlight/highlighting.h"

#include <KSyntaxHighlighting/FoldingRegion>
#include <KSyntaxHighlighting/Format>
#include <KSyntaxHighlighting/Theme>
#include <QElapsedTimer>
#include <Qsci/qsciscintilla.h>
#include <algorithm>

namespace eph::ui {

namespace {

/// Most of a YAML file is text without quotation marks. The themes have it, and each colon, in the red that mistakes have elsewhere.
[[nodiscard]] bool isPlain(const QString &language, const KSyntaxHighlighting::Format &format)
{
    using namespace Qt::StringLiterals;
    // In a log, what only informs is no mistake either.
    if (language.startsWith("Log File"_L1))
        return format.textStyle() != KSyntaxHighlighting::Theme::Error && format.textStyle() != KSyntaxHighlighting::Theme::Warning && format.textStyle() != KSyntaxHighlighting::Theme::Alert;
    return language == "YAML"_L1 && (format.name() == "Attribute"_L1 || format.name() == "Operator"_L1 || format.name() == "Key Points Operator"_L1);
}

using namespace std::chrono_literals;
using Sci = QsciScintillaBase;

/// Styles 32 to 39 are Scintilla's own.
constexpr int FirstStyle = 40;
constexpr int LastStyle = 250;
/// A longer line is shown in plain colour: highlighting it would take longer than a key may.
constexpr int MaxLineLength = 20'000;
/// More lines than this between what is exact and what is needed are not waited for.
constexpr int MaxLinesAtOnce = 120;
/// How far before a guessed region the guess begins, so that it has mostly recovered where it is seen.
constexpr int GuessLead = 60;
constexpr auto SliceLength = 3ms;

long bgr(const QColor &color)
{
    return color.red() | (color.green() << 8) | (color.blue() << 16);
}

} // namespace

ScintillaHighlighter::ScintillaHighlighter(QsciScintilla *editor)
    : QObject(editor)
    , m_editor(editor)
{
    m_slices.setInterval(0);
    connect(&m_slices, &QTimer::timeout, this, &ScintillaHighlighter::continueExact);
    connect(editor, &Sci::SCN_STYLENEEDED, this, &ScintillaHighlighter::styleNeeded);
    connect(editor, &Sci::SCN_MODIFIED, this, [this](int position, int type, const char *, int length) { documentChanges(position, type, length); });
    setUpBaseStyles();
}

long ScintillaHighlighter::send(unsigned message, unsigned long w, long l) const
{
    return m_editor->SendScintilla(message, w, l);
}

QString ScintillaHighlighter::language() const
{
    return definition().isValid() ? definition().translatedName() : QString();
}

void ScintillaHighlighter::setLanguage(const KSyntaxHighlighting::Definition &newDefinition)
{
    setDefinition(newDefinition);
    setTheme(highlightTheme());
    send(Sci::SCI_SETLEXER, Sci::SCLEX_CONTAINER);
    m_lines = QList<LineState>(send(Sci::SCI_GETLINECOUNT));
    m_exactLines = 0;
    m_edit.reset();
    setUpBaseStyles();
    // What has no style yet need not lose it.
    if (send(Sci::SCI_GETENDSTYLED) > 0)
        send(Sci::SCI_CLEARDOCUMENTSTYLE);
    send(Sci::SCI_STARTSTYLING, 0);
}

void ScintillaHighlighter::refreshTheme()
{
    setLanguage(definition());
    m_editor->viewport()->update();
}

void ScintillaHighlighter::setUpBaseStyles()
{
    m_styleOfFormat.clear();
    m_nextStyle = FirstStyle;
    const QFont font = Theme::codeFont();
    const QByteArray family = font.family().toUtf8();
    send(Sci::SCI_STYLESETFONT, Sci::STYLE_DEFAULT, reinterpret_cast<long>(family.constData()));
    send(Sci::SCI_STYLESETSIZEFRACTIONAL, Sci::STYLE_DEFAULT, long(font.pointSizeF() * double(Sci::SC_FONT_SIZE_MULTIPLIER)));
    send(Sci::SCI_STYLESETFORE, Sci::STYLE_DEFAULT, bgr(ui::theme().color(Token::Text)));
    send(Sci::SCI_STYLESETBACK, Sci::STYLE_DEFAULT, bgr(ui::theme().color(Token::Surface)));
    send(Sci::SCI_STYLECLEARALL);
    send(Sci::SCI_STYLESETBACK, Sci::STYLE_LINENUMBER, bgr(ui::theme().color(Token::Surface)));
    send(Sci::SCI_STYLESETFORE, Sci::STYLE_LINENUMBER, bgr(ui::theme().color(Token::Muted)));
    send(Sci::SCI_STYLESETFORE, Sci::STYLE_BRACELIGHT, bgr(ui::theme().color(Token::Accent)));
    send(Sci::SCI_STYLESETBACK, Sci::STYLE_BRACELIGHT, bgr(ui::theme().color(Token::Selection)));
    send(Sci::SCI_STYLESETBOLD, Sci::STYLE_BRACELIGHT, 1);
    send(Sci::SCI_STYLESETFORE, Sci::STYLE_BRACEBAD, bgr(ui::theme().color(Token::Bad)));
    send(Sci::SCI_STYLESETFORE, Sci::STYLE_INDENTGUIDE, bgr(ui::theme().color(Token::Border)));
}

int ScintillaHighlighter::styleFor(const KSyntaxHighlighting::Format &format)
{
    const auto known = m_styleOfFormat.constFind(format.id());
    if (known != m_styleOfFormat.cend())
        return *known;
    if (format.isDefaultTextStyle(AbstractHighlighter::theme()) || isPlain(definition().name(), format) || m_nextStyle > LastStyle) {
        m_styleOfFormat.insert(format.id(), 0);
        return 0;
    }
    const int style = m_nextStyle++;
    const auto colors = AbstractHighlighter::theme();
    if (format.hasTextColor(colors)) {
        // The line of the caret has a background of its own.
        QColor color = format.textColor(colors);
        for (const Token background : {Token::Surface, Token::Background})
            color = readableColor(color, format.hasBackgroundColor(colors) ? format.backgroundColor(colors) : ui::theme().color(background), ui::theme().color(Token::Text));
        send(Sci::SCI_STYLESETFORE, ulong(style), bgr(color));
    }
    if (format.hasBackgroundColor(colors))
        send(Sci::SCI_STYLESETBACK, ulong(style), bgr(format.backgroundColor(colors)));
    send(Sci::SCI_STYLESETBOLD, ulong(style), format.isBold(colors));
    send(Sci::SCI_STYLESETITALIC, ulong(style), format.isItalic(colors));
    send(Sci::SCI_STYLESETUNDERLINE, ulong(style), format.isUnderline(colors));
    m_styleOfFormat.insert(format.id(), style);
    return style;
}

LineState ScintillaHighlighter::stateBefore(int line) const
{
    return line > 0 && line <= m_lines.size() ? m_lines.at(line - 1) : LineState{};
}

void ScintillaHighlighter::applyFormat(int offset, int length, const KSyntaxHighlighting::Format &format)
{
    if (length <= 0)
        return;
    const char style = char(styleFor(format));
    if (style == 0)
        return;
    qsizetype begin = offset;
    qsizetype end = offset + length;
    if (!m_ascii) {
        begin = QStringView(m_text).first(offset).toUtf8().size();
        end = begin + QStringView(m_text).sliced(offset, length).toUtf8().size();
    }
    std::fill(m_styles.begin() + begin, m_styles.begin() + std::min<qsizetype>(end, m_styles.size()), style);
}

void ScintillaHighlighter::applyFolding(int, int, KSyntaxHighlighting::FoldingRegion region)
{
    if (region.type() == KSyntaxHighlighting::FoldingRegion::Begin) {
        ++m_opened;
    } else {
        ++m_closed;
        m_lowest = std::min(m_lowest, m_opened - m_closed);
    }
}

bool ScintillaHighlighter::highlight(int line, const LineState &before)
{
    const long begin = send(Sci::SCI_POSITIONFROMLINE, ulong(line));
    const long length = send(Sci::SCI_LINELENGTH, ulong(line));
    const long content = send(Sci::SCI_GETLINEENDPOSITION, ulong(line)) - begin;
    LineState after = before;
    after.known = true;
    m_opened = m_closed = m_lowest = 0;
    m_styles.fill(0, length);
    if (content <= MaxLineLength) {
        const auto *bytes = reinterpret_cast<const char *>(send(Sci::SCI_GETRANGEPOINTER, ulong(begin), content));
        m_text = QString::fromUtf8(bytes, qsizetype(content));
        m_ascii = m_text.size() == content;
        after.end = highlightLine(m_text, before.end);
    }
    send(Sci::SCI_STARTSTYLING, ulong(begin));
    m_editor->SendScintilla(Sci::SCI_SETSTYLINGEX, ulong(length), m_styles.constData());

    after.depth = std::max(0, before.depth + m_opened - m_closed);
    const bool header = m_opened > m_closed;
    // A line that closes and opens again, such as “} else {”, belongs to the outer block and heads the next one.
    const int level = std::max(0, before.depth + (header ? m_lowest : 0));
    const long fold = (Sci::SC_FOLDLEVELBASE + std::min(level, 0xB00)) | (header ? Sci::SC_FOLDLEVELHEADERFLAG : 0);
    if (send(Sci::SCI_GETFOLDLEVEL, ulong(line)) != fold)
        send(Sci::SCI_SETFOLDLEVEL, ulong(line), fold);

    LineState &stored = m_lines[line];
    const bool changed = !stored.known || !(stored.end == after.end) || stored.depth != after.depth;
    stored = after;
    return changed;
}

void ScintillaHighlighter::styleNeeded(int position)
{
    followEdit();
    const int last = int(send(Sci::SCI_LINEFROMPOSITION, ulong(position)));
    const long lineCount = send(Sci::SCI_GETLINECOUNT);
    if (m_lines.size() != lineCount)
        m_lines.resize(lineCount);
    if (!definition().isValid()) {
        send(Sci::SCI_STARTSTYLING, ulong(send(Sci::SCI_GETLENGTH)));
        return;
    }
    int from = int(send(Sci::SCI_LINEFROMPOSITION, ulong(send(Sci::SCI_GETENDSTYLED))));
    from = std::min(from, last);
    if (last - m_exactLines > MaxLinesAtOnce) {
        styleGuessed(std::max(from, last - MaxLinesAtOnce), last);
    } else {
        for (int line = std::min(from, m_exactLines); line <= last; ++line)
            highlight(line, stateBefore(line));
        m_exactLines = std::max(m_exactLines, last + 1);
    }
    const long end = last + 1 < lineCount ? send(Sci::SCI_POSITIONFROMLINE, ulong(last) + 1) : send(Sci::SCI_GETLENGTH);
    send(Sci::SCI_STARTSTYLING, ulong(end));
    if (m_exactLines < lineCount)
        m_slices.start();
}

void ScintillaHighlighter::styleGuessed(int first, int last)
{
    LineState guess;
    for (int line = std::max(m_exactLines, first - GuessLead); line <= last; ++line) {
        highlight(line, guess);
        guess = m_lines[line];
        // What was guessed must not pass for exact.
        m_lines[line].known = false;
    }
}

void ScintillaHighlighter::continueExact()
{
    followEdit();
    const int lineCount = int(m_lines.size());
    QElapsedTimer spent;
    spent.start();
    const long endStyled = send(Sci::SCI_GETENDSTYLED);
    while (m_exactLines < lineCount && spent.elapsed() < SliceLength.count()) {
        highlight(m_exactLines, stateBefore(m_exactLines));
        ++m_exactLines;
    }
    const long exactEnd = m_exactLines < lineCount ? send(Sci::SCI_POSITIONFROMLINE, ulong(m_exactLines)) : send(Sci::SCI_GETLENGTH);
    send(Sci::SCI_STARTSTYLING, ulong(std::max(endStyled, exactEnd)));
    if (m_exactLines >= lineCount)
        m_slices.stop();
}

void ScintillaHighlighter::finish()
{
    followEdit();
    while (m_exactLines < int(m_lines.size()))
        continueExact();
}

void ScintillaHighlighter::documentChanges(int position, int type, int length)
{
    if (!(type & (Sci::SC_MOD_BEFOREINSERT | Sci::SC_MOD_BEFOREDELETE)))
        return;
    const int first = int(send(Sci::SCI_LINEFROMPOSITION, ulong(position)));
    const int last = type & Sci::SC_MOD_BEFOREDELETE ? int(send(Sci::SCI_LINEFROMPOSITION, ulong(position + length))) : first;
    const int below = int(send(Sci::SCI_GETLINECOUNT)) - 1 - last;
    m_edit = m_edit ? Edit{std::min(m_edit->first, first), std::min(m_edit->below, below)} : Edit{first, below};
}

void ScintillaHighlighter::followEdit()
{
    if (!m_edit)
        return;
    const Edit edit = *std::exchange(m_edit, std::nullopt);
    const int before = int(m_lines.size());
    const int after = int(send(Sci::SCI_GETLINECOUNT));
    const int first = std::clamp(edit.first, 0, std::min(before, after));
    const int below = std::clamp(edit.below, 0, std::min(before, after) - first);
    if (after != before) {
        m_lines.remove(first, before - below - first);
        m_lines.insert(first, after - below - first, LineState{});
    }
    if (!definition().isValid() || first >= m_exactLines)
        return;
    // From the first changed line until a line ends as it did before.
    const int mustReach = after - below;
    const int wasExact = m_exactLines > before - below ? m_exactLines + after - before : first;
    const long endStyled = send(Sci::SCI_GETENDSTYLED);
    int current = first;
    bool changed = true;
    while (current < after && (current < mustReach || (changed && current < wasExact)) && current - first <= MaxLinesAtOnce) {
        changed = highlight(current, stateBefore(current));
        ++current;
    }
    const bool done = current >= mustReach && !changed;
    m_exactLines = done ? std::max(current, wasExact) : current;
    if (m_exactLines < after)
        m_slices.start();
    const long nowStyled = send(Sci::SCI_POSITIONFROMLINE, ulong(std::min(current, after - 1)));
    send(Sci::SCI_STARTSTYLING, ulong(std::max(endStyled, nowStyled)));
}

} // namespace eph::ui
