// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/editor/codeeditor.h"

#include "widgets/common/theme.h"
#include "widgets/editor/bracematching.h"
#include "widgets/editor/editoraccessible.h"
#include "widgets/highlight/highlighting.h"
#include "widgets/highlight/scintillahighlighter.h"

#include <KSyntaxHighlighting/Definition>
#include <QKeyEvent>
#include <Qsci/qscicommandset.h>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int MarkerColumn = 0;
constexpr int NumberColumn = 1;
constexpr int FoldColumn = 2;
constexpr int ProblemIndicator = 8;
constexpr int WarningIndicator = 9;
constexpr int ErrorMarker = 4;
constexpr int WarningMarker = 5;
constexpr int TabWidth = 4;
/// Edits are told of before they happen only: see ScintillaHighlighter.
constexpr ulong ToldOf = QsciScintillaBase::SC_MOD_BEFOREINSERT | QsciScintillaBase::SC_MOD_BEFOREDELETE | QsciScintillaBase::SC_MOD_CHANGEFOLD;

} // namespace

CodeEditor::CodeEditor(Role role, QWidget *parent)
    : QsciScintilla(parent)
    , m_role(role)
    , m_highlighter(new ScintillaHighlighter(this))
{
    makeAccessible(this);
    setUp();
    freeShortcuts();
    applyTheme();
    connect(&theme(), &Theme::changed, this, &CodeEditor::applyTheme);
    // Two marked braces say where the cursor is; without the focus it is nowhere.
    setBraceMatching(NoBraceMatch);
    connect(this, &QsciScintillaBase::SCN_UPDATEUI, this, [this] { showBraces(*this, hasFocus()); });
    connect(this, &QsciScintillaBase::SCN_FOCUSIN, this, [this] { showBraces(*this, true); });
    connect(this, &QsciScintillaBase::SCN_FOCUSOUT, this, [this] { showBraces(*this, false); });
    connect(this, &QsciScintilla::linesChanged, this, &CodeEditor::updateLineNumberWidth);
    connect(this, &QsciScintillaBase::SCN_MODIFIED, this, [this](int, int type) {
        if (type & (SC_MOD_BEFOREINSERT | SC_MOD_BEFOREDELETE))
            tellOfEdit();
    });
}

void CodeEditor::setUp()
{
    QsciScintilla::setUtf8(true);
    setFrameShape(QFrame::NoFrame);
    setProperty("codeField", m_role == Role::Field);
    setIndentationsUseTabs(false);
    setTabWidth(TabWidth);
    setIndentationWidth(2);
    setBackspaceUnindents(true);
    setTabIndents(true);
    setAutoIndent(true);
    setCaretWidth(2);
    SendScintilla(SCI_SETMODEVENTMASK, ToldOf);
    setScrollWidthTracking(true);
    setScrollWidth(1);
    SendScintilla(SCI_SETMULTIPLESELECTION, 1L);
    SendScintilla(SCI_SETADDITIONALSELECTIONTYPING, 1L);
    SendScintilla(SCI_SETMULTIPASTE, SC_MULTIPASTE_EACH);
    SendScintilla(SCI_SETVIRTUALSPACEOPTIONS, SCVS_RECTANGULARSELECTION);
    SendScintilla(SCI_SETLAYOUTCACHE, SC_CACHE_PAGE);
    SendScintilla(SCI_SETIDLESTYLING, SC_IDLESTYLING_NONE);
    SendScintilla(SCI_SETENDATLASTLINE, m_role == Role::Field ? 1L : 0L);
    indicatorDefine(SquiggleIndicator, ProblemIndicator);
    indicatorDefine(SquiggleIndicator, WarningIndicator);
    markerDefine(QsciScintilla::Circle, ErrorMarker);
    markerDefine(QsciScintilla::Circle, WarningMarker);
    for (int margin = 0; margin < 5; ++margin)
        setMarginWidth(margin, 0);
    if (m_role == Role::File) {
        setMarginType(NumberColumn, QsciScintilla::NumberMargin);
        setMarginType(MarkerColumn, QsciScintilla::SymbolMargin);
        setMarginMarkerMask(MarkerColumn, (1 << ErrorMarker) | (1 << WarningMarker));
        setMarginMarkerMask(NumberColumn, 0);
        setMarginWidth(MarkerColumn, 12);
        setFolding(PlainFoldStyle, FoldColumn);
        SendScintilla(SCI_MARKERDEFINE, ulong(SC_MARKNUM_FOLDER), long(SC_MARK_ARROW));
        SendScintilla(SCI_MARKERDEFINE, ulong(SC_MARKNUM_FOLDEROPEN), long(SC_MARK_ARROWDOWN));
        setMarginWidth(FoldColumn, 14);
        setIndentationGuides(true);
        setEdgeMode(EdgeNone);
        updateLineNumberWidth();
    } else {
        SendScintilla(SCI_SETMARGINLEFT, 0UL, 8L);
        setMinimumHeight(48);
    }
}

void CodeEditor::applyTheme()
{
    const Theme &colors = theme();
    setCaretForegroundColor(colors.color(Token::Text));
    setCaretLineVisible(m_role == Role::File);
    setCaretLineBackgroundColor(colors.color(Token::Background));
    setSelectionBackgroundColor(colors.color(Token::Selection));
    SendScintilla(SCI_SETSELFORE, 0UL, 0L);
    SendScintilla(SCI_SETADDITIONALSELBACK, colors.color(Token::Selection));
    setMarginsBackgroundColor(colors.color(Token::Surface));
    setMarginsForegroundColor(colors.color(Token::Muted));
    setFoldMarginColors(colors.color(Token::Surface), colors.color(Token::Surface));
    for (int marker = SC_MARKNUM_FOLDEREND; marker <= int(SC_MARKNUM_FOLDEROPEN); ++marker) {
        SendScintilla(SCI_MARKERSETFORE, ulong(marker), colors.color(Token::Muted));
        SendScintilla(SCI_MARKERSETBACK, ulong(marker), colors.color(Token::Muted));
    }
    setMarkerBackgroundColor(colors.color(Token::Bad), ErrorMarker);
    setMarkerForegroundColor(colors.color(Token::Bad), ErrorMarker);
    setMarkerBackgroundColor(colors.color(Token::Warning), WarningMarker);
    setMarkerForegroundColor(colors.color(Token::Warning), WarningMarker);
    setIndicatorForegroundColor(colors.color(Token::Bad), ProblemIndicator);
    setIndicatorForegroundColor(colors.color(Token::Warning), WarningIndicator);
    setMatchedBraceBackgroundColor(colors.color(Token::Selection));
    setMatchedBraceForegroundColor(colors.color(Token::Accent));
    setPaper(colors.color(Token::Surface));
    setColor(colors.color(Token::Text));
    m_highlighter->refreshTheme();
}

void CodeEditor::updateLineNumberWidth()
{
    if (m_role != Role::File)
        return;
    const int digits = std::max(3, int(QString::number(lines()).size()));
    if (std::exchange(m_shownDigits, digits) == digits)
        return;
    setMarginWidth(NumberColumn, QString(digits + 1, u'8'));
}

void CodeEditor::showReadOnly(const QByteArray &utf8, const QString &name)
{
    // Wrapping costs time with the length of the text.
    constexpr qsizetype MaxWrappedBytes = 64 << 10;
    setReadOnly(false);
    setWrapMode(WrapNone);
    setContent(utf8);
    setLanguageFor(name);
    if (utf8.size() <= MaxWrappedBytes)
        setWrapMode(WrapCharacter);
    setReadOnly(true);
}

void CodeEditor::setContent(const QByteArray &utf8)
{
    // Written straight into the buffer: a QString in between would double the work.
    SendScintilla(SCI_SETMODEVENTMASK, 0UL);
    SendScintilla(SCI_SETUNDOCOLLECTION, 0UL);
    SendScintilla(SCI_CLEARALL);
    // As wide as its longest line, which the text before may have had.
    SendScintilla(SCI_SETSCROLLWIDTH, 1UL);
    SendScintilla(SCI_ALLOCATE, ulong(utf8.size() + 1000));
    SendScintilla(SCI_ADDTEXT, ulong(utf8.size()), utf8.constData());
    SendScintilla(SCI_SETUNDOCOLLECTION, 1UL);
    SendScintilla(SCI_EMPTYUNDOBUFFER);
    SendScintilla(SCI_SETSAVEPOINT);
    SendScintilla(SCI_SETMODEVENTMASK, ToldOf);
    SendScintilla(SCI_GOTOPOS, 0UL);
    m_indentation = indentationOf(utf8);
    setIndentationsUseTabs(m_indentation && m_indentation->tabs);
    setIndentationWidth(m_indentation.value_or(Indentation{}).width);
    m_highlighter->setLanguage(m_highlighter->languageDefinition());
    updateLineNumberWidth();
    tellOfEdit();
}

void CodeEditor::tellOfEdit()
{
    if (std::exchange(m_editTold, true))
        return;
    // Once for a burst of changes, and after them.
    QMetaObject::invokeMethod(this, [this] {
        m_editTold = false;
        Q_EMIT textChanged();
        Q_EMIT linesChanged();
    }, Qt::QueuedConnection);
}

QByteArray CodeEditor::utf8() const
{
    const long length = SendScintilla(SCI_GETLENGTH);
    const auto *text = reinterpret_cast<const char *>(SendScintilla(SCI_GETCHARACTERPOINTER));
    return QByteArray(text, qsizetype(length));
}

void CodeEditor::setLanguageFor(const QString &fileName)
{
    const long length = std::min(SendScintilla(SCI_GETLENGTH), 256L);
    const auto *text = reinterpret_cast<const char *>(SendScintilla(SCI_GETRANGEPOINTER, 0UL, length));
    if (const auto language = definitionFor(fileName, QByteArray(text, qsizetype(length))); language != m_highlighter->languageDefinition())
        m_highlighter->setLanguage(language);
}

QString CodeEditor::languageName() const
{
    return m_highlighter->language();
}

void CodeEditor::apply(const project::TextEdit &edit)
{
    beginUndoAction();
    SendScintilla(SCI_SETTARGETRANGE, ulong(edit.offset), long(edit.offset + edit.length));
    SendScintilla(SCI_REPLACETARGET, ulong(edit.replacement.size()), edit.replacement.constData());
    endUndoAction();
}

void CodeEditor::goTo(int line, int column)
{
    const int index = std::clamp(line - 1, 0, std::max(0, lines() - 1));
    SendScintilla(SCI_ENSUREVISIBLEENFORCEPOLICY, ulong(index));
    const long position = column > 0 ? SendScintilla(SCI_FINDCOLUMN, ulong(index), long(column - 1)) : SendScintilla(SCI_GETLINEINDENTPOSITION, ulong(index));
    SendScintilla(SCI_GOTOPOS, ulong(position));
    SendScintilla(SCI_VERTICALCENTRECARET);
    setFocus();
}

void CodeEditor::markProblem(std::optional<qsizetype> offset)
{
    const long length = SendScintilla(SCI_GETLENGTH);
    SendScintilla(SCI_SETINDICATORCURRENT, ulong(ProblemIndicator));
    SendScintilla(SCI_INDICATORCLEARRANGE, 0UL, length);
    if (!offset || length == 0)
        return;
    const long begin = std::min<long>(long(*offset), length - 1);
    const long end = std::max(begin + 1, SendScintilla(SCI_WORDENDPOSITION, ulong(begin), 1L));
    SendScintilla(SCI_INDICATORFILLRANGE, ulong(begin), end - begin);
}

void CodeEditor::setFindings(const Findings &findings)
{
    markerDeleteAll(ErrorMarker);
    markerDeleteAll(WarningMarker);
    for (const int indicator : {ProblemIndicator, WarningIndicator}) {
        SendScintilla(SCI_SETINDICATORCURRENT, ulong(indicator));
        SendScintilla(SCI_INDICATORCLEARRANGE, 0UL, SendScintilla(SCI_GETLENGTH));
    }
    for (const Finding &finding : findings) {
        if (finding.line <= 0 || finding.line > lines() || finding.severity == Severity::Note)
            continue;
        const bool error = finding.severity == Severity::Error;
        markerAdd(finding.line - 1, error ? ErrorMarker : WarningMarker);
        const long begin = finding.column > 1 ? SendScintilla(SCI_FINDCOLUMN, ulong(finding.line - 1), long(finding.column - 1))
                                              : SendScintilla(SCI_GETLINEINDENTPOSITION, ulong(finding.line - 1));
        const long end = SendScintilla(SCI_WORDENDPOSITION, ulong(begin), 1L);
        SendScintilla(SCI_SETINDICATORCURRENT, ulong(error ? ProblemIndicator : WarningIndicator));
        SendScintilla(SCI_INDICATORFILLRANGE, ulong(begin), std::max(1L, end - begin));
    }
}

void CodeEditor::setLineEnd(LineEnd lineEnd)
{
    setEolMode(lineEnd == LineEnd::CrLf ? EolWindows : lineEnd == LineEnd::Cr ? EolMac : EolUnix);
}

void CodeEditor::select(long begin, long end)
{
    SendScintilla(SCI_ENSUREVISIBLEENFORCEPOLICY, ulong(SendScintilla(SCI_LINEFROMPOSITION, ulong(begin))));
    SendScintilla(SCI_SETSEL, ulong(begin), end);
    SendScintilla(SCI_SCROLLCARET);
}

void CodeEditor::freeShortcuts()
{
    // QScintilla claims keys that menus have other uses for; what people know from every editor stays.
    const QList<QsciCommand *> all = standardCommands()->commands();
    const QList<QsciCommand::Command> kept{QsciCommand::Undo, QsciCommand::Redo, QsciCommand::SelectionCut, QsciCommand::SelectionCopy, QsciCommand::Paste, QsciCommand::SelectAll};
    constexpr int Printable = 0x7f;
    for (QsciCommand *command : all) {
        const int key = command->key();
        if (!kept.contains(command->command()) && (key & Qt::CTRL) && (key & ~int(Qt::KeyboardModifierMask)) < Printable)
            command->setKey(0);
    }
}

void CodeEditor::selectNextOccurrence()
{
    SendScintilla(SCI_SETSEARCHFLAGS, ulong(SCFIND_MATCHCASE));
    SendScintilla(SCI_TARGETWHOLEDOCUMENT);
    SendScintilla(SCI_MULTIPLESELECTADDNEXT);
}

void CodeEditor::moveLines(bool down)
{
    SendScintilla(down ? SCI_MOVESELECTEDLINESDOWN : SCI_MOVESELECTEDLINESUP);
}

void CodeEditor::duplicateLines()
{
    SendScintilla(SCI_SELECTIONDUPLICATE);
}

void CodeEditor::toggleComment()
{
    const auto definition = m_highlighter->language().isEmpty() ? KSyntaxHighlighting::Definition() : m_highlighter->languageDefinition();
    const QByteArray mark = definition.singleLineCommentMarker().toUtf8();
    if (mark.isEmpty())
        return;
    const long selectionEnd = SendScintilla(SCI_GETSELECTIONEND);
    const long first = SendScintilla(SCI_LINEFROMPOSITION, ulong(SendScintilla(SCI_GETSELECTIONSTART)));
    long last = SendScintilla(SCI_LINEFROMPOSITION, ulong(selectionEnd));
    if (last > first && SendScintilla(SCI_POSITIONFROMLINE, ulong(last)) == selectionEnd)
        --last;
    const auto isCommented = [&](long line) {
        const long begin = SendScintilla(SCI_GETLINEINDENTPOSITION, ulong(line));
        const long end = SendScintilla(SCI_GETLINEENDPOSITION, ulong(line));
        if (begin == end)
            return true;
        const auto *text = reinterpret_cast<const char *>(SendScintilla(SCI_GETRANGEPOINTER, ulong(begin), end - begin));
        return QByteArrayView(text, end - begin).startsWith(mark);
    };
    bool all = true;
    for (long line = first; line <= last; ++line)
        all = all && isCommented(line);
    beginUndoAction();
    for (long line = first; line <= last; ++line) {
        const long begin = SendScintilla(SCI_GETLINEINDENTPOSITION, ulong(line));
        if (begin == SendScintilla(SCI_GETLINEENDPOSITION, ulong(line)))
            continue;
        if (!all) {
            SendScintilla(SCI_INSERTTEXT, ulong(begin), QByteArray(mark + ' ').constData());
            continue;
        }
        const bool space = SendScintilla(SCI_GETCHARAT, ulong(begin + mark.size())) == ' ';
        SendScintilla(SCI_DELETERANGE, ulong(begin), long(mark.size()) + (space ? 1 : 0));
    }
    endUndoAction();
}

void CodeEditor::keyPressEvent(QKeyEvent *event)
{
    // Esc leaves several cursors first.
    if (event->key() == Qt::Key_Escape && SendScintilla(SCI_GETSELECTIONS) > 1) {
        SendScintilla(SCI_SETEMPTYSELECTION, ulong(SendScintilla(SCI_GETCURRENTPOS)));
        return;
    }
    if (m_role == Role::Field && !isListActive()) {
        // Esc is for whatever the field is in, and lets the next Tab go on to the next control; so does Ctrl, and a field that takes no text.
        const bool leaves = isReadOnly() || event->modifiers().testFlag(Qt::ControlModifier) || m_escaped;
        m_escaped = event->key() == Qt::Key_Escape || (m_escaped && event->key() == Qt::Key_Shift);
        if (event->key() == Qt::Key_Escape)
            return event->ignore();
        if ((event->key() == Qt::Key_Tab || event->key() == Qt::Key_Backtab) && leaves) {
            QWidget::focusNextPrevChild(event->key() == Qt::Key_Tab);
            return;
        }
    }
    // Keys that are nobody's command are no text either.
    const Qt::KeyboardModifiers modifiers = event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier);
    const bool isText = !event->text().isEmpty() && event->text().at(0).isPrint();
    if (modifiers == Qt::ControlModifier && isText && event->key() < Qt::Key_A)
        return event->ignore();
    QsciScintilla::keyPressEvent(event);
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && !isReadOnly())
        indentNewLine();
}

void CodeEditor::mousePressEvent(QMouseEvent *event)
{
    m_escaped = false;
    QsciScintilla::mousePressEvent(event);
}

void CodeEditor::focusOutEvent(QFocusEvent *event)
{
    m_escaped = false;
    QsciScintilla::focusOutEvent(event);
}

void CodeEditor::indentNewLine()
{
    // The new line has the last one's indent; a line that opens something goes one step further.
    const long here = SendScintilla(SCI_GETCURRENTPOS);
    const long line = SendScintilla(SCI_LINEFROMPOSITION, ulong(here));
    if (line == 0 || SendScintilla(SCI_GETSELECTIONS) > 1)
        return;
    long at = SendScintilla(SCI_GETLINEENDPOSITION, ulong(line - 1));
    const auto before = [&](long position) { return position > 0 ? char(SendScintilla(SCI_GETCHARAT, ulong(position - 1))) : '\0'; };
    while (before(at) == ' ' || before(at) == '\t')
        --at;
    const char opener = before(at);
    const bool colonOpens = languageName() == "Python"_L1 || languageName() == "YAML"_L1;
    if (opener != '{' && opener != '[' && opener != '(' && !(opener == ':' && colonOpens))
        return;
    const long indent = SendScintilla(SCI_GETLINEINDENTATION, ulong(line - 1)) + (!m_indentation && languageName() == "Python"_L1 ? TabWidth : indentationWidth());
    const char next = char(SendScintilla(SCI_GETCHARAT, ulong(SendScintilla(SCI_GETLINEINDENTPOSITION, ulong(line)))));
    const bool closes = next == '}' || next == ']' || next == ')';
    beginUndoAction();
    // What closes goes onto a line of its own, below the caret.
    if (closes) {
        const QByteArray lineEnd = eolMode() == EolWindows ? "\r\n" : eolMode() == EolMac ? "\r" : "\n";
        SendScintilla(SCI_INSERTTEXT, ulong(SendScintilla(SCI_GETLINEINDENTPOSITION, ulong(line))), lineEnd.constData());
        SendScintilla(SCI_SETLINEINDENTATION, ulong(line + 1), SendScintilla(SCI_GETLINEINDENTATION, ulong(line - 1)));
    }
    SendScintilla(SCI_SETLINEINDENTATION, ulong(line), indent);
    SendScintilla(SCI_GOTOPOS, ulong(SendScintilla(SCI_GETLINEINDENTPOSITION, ulong(line))));
    endUndoAction();
}

} // namespace eph::ui
