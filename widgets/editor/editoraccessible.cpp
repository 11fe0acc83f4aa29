// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/editor/editoraccessible.h"

#include "widgets/editor/codeeditor.h"

#include <QAccessibleWidget>
#include <QTextBoundaryFinder>
#include <algorithm>

namespace eph::ui {

namespace {

using Sci = QsciScintillaBase;

/// The editor's text with offsets in UTF-16 units, as Qt's interface counts; each conversion looks at one line only.
class OffsetMap
{
public:
    explicit OffsetMap(CodeEditor *editor)
        : m_editor(editor)
    {
    }

    long send(unsigned message, unsigned long w = 0, long l = 0) const { return m_editor->SendScintilla(message, w, l); }

    int offsetOf(long position) const
    {
        const long line = send(Sci::SCI_LINEFROMPOSITION, ulong(position));
        const long start = send(Sci::SCI_POSITIONFROMLINE, ulong(line));
        return lineOffset(line) + int(bytes(start, position).size());
    }

    long positionOf(int offset) const
    {
        const int wanted = std::clamp(offset, 0, count());
        const long line = lineOf(wanted);
        return send(Sci::SCI_POSITIONFROMLINE, ulong(line)) + lineText(line).first(wanted - lineOffset(line)).toUtf8().size();
    }

    int count() const { return offsetOf(send(Sci::SCI_GETLENGTH)); }
    long lineOf(int offset) const
    {
        makeIndex();
        return send(Sci::SCI_LINEFROMINDEXPOSITION, ulong(std::clamp(offset, 0, count())), Sci::SC_LINECHARACTERINDEX_UTF16);
    }
    int lineOffset(long line) const
    {
        makeIndex();
        return int(send(Sci::SCI_INDEXPOSITIONFROMLINE, ulong(line), Sci::SC_LINECHARACTERINDEX_UTF16));
    }

    QString lineText(long line) const
    {
        const long start = send(Sci::SCI_POSITIONFROMLINE, ulong(line));
        return bytes(start, start + send(Sci::SCI_LINELENGTH, ulong(line)));
    }

    QString bytes(long start, long end) const
    {
        if (end <= start)
            return {};
        return QString::fromUtf8(reinterpret_cast<const char *>(send(Sci::SCI_GETRANGEPOINTER, ulong(start), end - start)), end - start);
    }

private:
    /// Only once somebody asks: to make it looks at the whole text.
    void makeIndex() const
    {
        if (!(send(Sci::SCI_GETLINECHARACTERINDEX) & Sci::SC_LINECHARACTERINDEX_UTF16))
            send(Sci::SCI_ALLOCATELINECHARACTERINDEX, Sci::SC_LINECHARACTERINDEX_UTF16);
    }

    CodeEditor *m_editor;
};

class EditorAccessible final : public QAccessibleWidget, public QAccessibleTextInterface
{
public:
    explicit EditorAccessible(CodeEditor *editor)
        : QAccessibleWidget(editor, QAccessible::EditableText)
        , m_map(editor)
    {
    }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TextInterface ? static_cast<QAccessibleTextInterface *>(this) : QAccessibleWidget::interface_cast(type);
    }

    QAccessible::State state() const override
    {
        QAccessible::State state = QAccessibleWidget::state();
        const bool readOnly = m_map.send(Sci::SCI_GETREADONLY);
        state.multiLine = true;
        state.selectableText = true;
        state.readOnly = readOnly;
        state.editable = !readOnly;
        return state;
    }

    QString text(QAccessible::Text kind) const override
    {
        // The line with the cursor: nobody listens to a whole file.
        return kind == QAccessible::Value ? m_map.lineText(m_map.lineOf(cursorPosition())) : QAccessibleWidget::text(kind);
    }

    int selectionCount() const override
    {
        const long selections = m_map.send(Sci::SCI_GETSELECTIONS);
        return selections == 1 && m_map.send(Sci::SCI_GETSELECTIONEMPTY) ? 0 : int(selections);
    }
    void selection(int index, int *start, int *end) const override
    {
        const bool exists = index >= 0 && index < selectionCount();
        *start = exists ? m_map.offsetOf(m_map.send(Sci::SCI_GETSELECTIONNSTART, ulong(index))) : 0;
        *end = exists ? m_map.offsetOf(m_map.send(Sci::SCI_GETSELECTIONNEND, ulong(index))) : 0;
    }
    void addSelection(int start, int end) override
    {
        const bool first = selectionCount() == 0;
        m_map.send(first ? Sci::SCI_SETSELECTION : Sci::SCI_ADDSELECTION, ulong(m_map.positionOf(end)), m_map.positionOf(start));
    }
    void removeSelection(int index) override
    {
        if (index >= 0 && index < selectionCount())
            m_map.send(Sci::SCI_SETEMPTYSELECTION, ulong(m_map.send(Sci::SCI_GETCURRENTPOS)));
    }
    void setSelection(int index, int start, int end) override
    {
        m_map.send(Sci::SCI_SETSELECTIONNANCHOR, ulong(index), m_map.positionOf(start));
        m_map.send(Sci::SCI_SETSELECTIONNCARET, ulong(index), m_map.positionOf(end));
    }

    int cursorPosition() const override { return m_map.offsetOf(m_map.send(Sci::SCI_GETCURRENTPOS)); }
    void setCursorPosition(int offset) override { m_map.send(Sci::SCI_GOTOPOS, ulong(m_map.positionOf(offset))); }
    int characterCount() const override { return m_map.count(); }
    QString text(int start, int end) const override { return m_map.bytes(m_map.positionOf(start), m_map.positionOf(end < 0 ? characterCount() : end)); }

    QString textBeforeOffset(int offset, QAccessible::TextBoundaryType boundary, int *start, int *end) const override
    {
        (void)textAtOffset(offset, boundary, start, end);
        return *start > 0 ? textAtOffset(*start - 1, boundary, start, end) : nothing(start, end);
    }
    QString textAfterOffset(int offset, QAccessible::TextBoundaryType boundary, int *start, int *end) const override
    {
        (void)textAtOffset(offset, boundary, start, end);
        return *end < characterCount() ? textAtOffset(*end, boundary, start, end) : nothing(start, end);
    }
    QString textAtOffset(int offset, QAccessible::TextBoundaryType boundary, int *start, int *end) const override
    {
        // −1 is the end, −2 the cursor.
        const int at = offset == -2 ? cursorPosition() : offset == -1 ? characterCount() : offset;
        const long line = m_map.lineOf(at);
        const QString text = m_map.lineText(line);
        const int first = m_map.lineOffset(line);
        const int inLine = std::clamp(at - first, 0, int(text.size()));
        int from = 0;
        int to = int(text.size());
        if (boundary == QAccessible::NoBoundary) {
            *start = 0;
            *end = characterCount();
            return this->text(*start, *end);
        }
        if (boundary == QAccessible::CharBoundary || boundary == QAccessible::WordBoundary) {
            QTextBoundaryFinder finder(boundary == QAccessible::CharBoundary ? QTextBoundaryFinder::Grapheme : QTextBoundaryFinder::Word, text);
            finder.setPosition(inLine);
            from = finder.isAtBoundary() ? inLine : int(std::max<qsizetype>(0, finder.toPreviousBoundary()));
            finder.setPosition(inLine);
            const qsizetype next = finder.toNextBoundary();
            to = next < 0 ? int(text.size()) : int(next);
        }
        *start = first + from;
        *end = first + to;
        return text.mid(from, to - from);
    }

    QRect characterRect(int offset) const override
    {
        const long position = m_map.positionOf(offset);
        const QPoint corner(int(m_map.send(Sci::SCI_POINTXFROMPOSITION, 0, position)), int(m_map.send(Sci::SCI_POINTYFROMPOSITION, 0, position)));
        const long next = m_map.send(Sci::SCI_POSITIONAFTER, ulong(position));
        const int width = int(m_map.send(Sci::SCI_POINTXFROMPOSITION, 0, next)) - corner.x();
        const QSize size(std::max(1, width), int(m_map.send(Sci::SCI_TEXTHEIGHT, ulong(m_map.lineOf(offset)))));
        return {editor()->viewport()->mapToGlobal(corner), size};
    }
    int offsetAtPoint(const QPoint &point) const override
    {
        const QPoint inside = editor()->viewport()->mapFromGlobal(point);
        return m_map.offsetOf(m_map.send(Sci::SCI_POSITIONFROMPOINT, ulong(std::max(0, inside.x())), std::max(0, inside.y())));
    }
    void scrollToSubstring(int start, int end) override { m_map.send(Sci::SCI_SCROLLRANGE, ulong(m_map.positionOf(end)), m_map.positionOf(start)); }
    QString attributes(int offset, int *start, int *end) const override
    {
        (void)textAtOffset(offset, QAccessible::LineBoundary, start, end);
        return {};
    }

private:
    static QString nothing(int *start, int *end)
    {
        *start = *end = -1;
        return {};
    }
    CodeEditor *editor() const { return static_cast<CodeEditor *>(widget()); }

    OffsetMap m_map;
};

QAccessibleInterface *makeInterface(const QString &, QObject *object)
{
    auto *editor = qobject_cast<CodeEditor *>(object);
    return editor ? new EditorAccessible(editor) : nullptr;
}

} // namespace

void makeAccessible(CodeEditor *editor)
{
    [[maybe_unused]] static const bool installed = (QAccessible::installFactory(makeInterface), true);
    // Told before the text changes, passed on after it has.
    QObject::connect(editor, &Sci::SCN_MODIFIED, editor, [editor](int position, int type, const char *, int length) {
        if (!QAccessible::isActive() || !(type & (Sci::SC_MOD_BEFOREINSERT | Sci::SC_MOD_BEFOREDELETE)))
            return;
        const OffsetMap map(editor);
        const int offset = map.offsetOf(position);
        if (type & Sci::SC_MOD_BEFOREDELETE) {
            QAccessibleTextRemoveEvent event(editor, offset, map.bytes(position, position + length));
            QAccessible::updateAccessibility(&event);
            return;
        }
        QMetaObject::invokeMethod(editor, [editor, offset, position, length] {
            QAccessibleTextInsertEvent event(editor, offset, OffsetMap(editor).bytes(position, position + length));
            QAccessible::updateAccessibility(&event);
        }, Qt::QueuedConnection);
    });
    QObject::connect(editor, &Sci::SCN_UPDATEUI, editor, [editor](int updated) {
        if (!QAccessible::isActive() || !(updated & Sci::SC_UPDATE_SELECTION))
            return;
        QAccessibleTextCursorEvent event(editor, OffsetMap(editor).offsetOf(editor->SendScintilla(Sci::SCI_GETCURRENTPOS)));
        QAccessible::updateAccessibility(&event);
    });
}

} // namespace eph::ui
