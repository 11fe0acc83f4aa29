// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/theme.h"
#include "widgets/editor/codeeditor.h"
#include "widgets/highlight/scintillahighlighter.h"

#include <QApplication>
#include <QRandomGenerator>
#include <QTest>

using namespace eph::ui;
using Sci = QsciScintillaBase;

/// What is coloured after an edit is what would be coloured from scratch.
class tst_ScintillaHighlighter : public QObject
{
    Q_OBJECT

    static QByteArray styles(const CodeEditor &editor)
    {
        const long length = editor.SendScintilla(Sci::SCI_GETLENGTH);
        QByteArray all;
        for (long i = 0; i < length; ++i)
            all += char(editor.SendScintilla(Sci::SCI_GETSTYLEAT, ulong(i)));
        return all;
    }
    static QList<long> folds(const CodeEditor &editor)
    {
        QList<long> all;
        for (int line = 0; line < editor.lines(); ++line)
            all << editor.SendScintilla(Sci::SCI_GETFOLDLEVEL, ulong(line));
        return all;
    }
    static void colour(CodeEditor &editor)
    {
        editor.SendScintilla(Sci::SCI_COLOURISE, 0UL, -1L);
        editor.highlighter().finish();
    }
    static QByteArray program(int functions)
    {
        QByteArray text = "/* head\n comment */\n";
        for (int i = 0; i < functions; ++i)
            text += "export const f" + QByteArray::number(i) + " = async (event) => {\n  const key = `k-${event.id}-ä€😀`; // note\n  if (!event.id) {\n    throw new Error(\"no id\");\n  } else {\n    return { key };\n  }\n};\n\n";
        return text;
    }

private Q_SLOTS:
    void coloursAndFolds()
    {
        CodeEditor editor(CodeEditor::Role::File);
        editor.setContent(program(3));
        editor.setLanguageFor("index.js");
        QCOMPARE(editor.languageName(), "JavaScript");
        colour(editor);
        const QByteArray all = styles(editor);
        QVERIFY(QSet<char>(all.cbegin(), all.cend()).size() > 5);
        QVERIFY(folds(editor).at(2) & Sci::SC_FOLDLEVELHEADERFLAG);
        QCOMPARE(folds(editor).at(3) & Sci::SC_FOLDLEVELNUMBERMASK, Sci::SC_FOLDLEVELBASE + 1);
    }

    void anEditLeavesWhatFromScratchWouldGive_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("javascript") << "index.js";
        QTest::newRow("python") << "app.py";
        QTest::newRow("yaml") << "template.yaml";
    }
    void anEditLeavesWhatFromScratchWouldGive()
    {
        QFETCH(QString, name);
        CodeEditor editor(CodeEditor::Role::File);
        editor.setContent(program(20));
        editor.setLanguageFor(name);
        colour(editor);
        CodeEditor fresh(CodeEditor::Role::File);
        QRandomGenerator random(42);
        const QByteArrayList pieces{"/*", "*/", "`", "\"\"\"", "'", "{", "}", "\n", "// x\n", "ä€😀", "${", "abc", "\n\n\n"};
        for (int round = 0; round < 60; ++round) {
            const long length = editor.SendScintilla(Sci::SCI_GETLENGTH);
            const long at = editor.SendScintilla(Sci::SCI_POSITIONBEFORE, ulong(random.bounded(int(length)) + 1));
            if (round % 3 == 2) {
                const long end = editor.SendScintilla(Sci::SCI_POSITIONAFTER, ulong(std::min(length - 1, at + random.bounded(40))));
                editor.SendScintilla(Sci::SCI_DELETERANGE, ulong(at), end - at);
            } else {
                const QByteArray piece = pieces.at(random.bounded(int(pieces.size())));
                editor.SendScintilla(Sci::SCI_INSERTTEXT, ulong(at), piece.constData());
            }
            colour(editor);
            fresh.setContent(editor.utf8());
            fresh.setLanguageFor(name);
            colour(fresh);
            // Style numbers are given in the order of use; compare where they change.
            const QByteArray a = styles(editor);
            const QByteArray b = styles(fresh);
            QCOMPARE(a.size(), b.size());
            QHash<char, char> same;
            for (qsizetype i = 0; i < a.size(); ++i) {
                if (!same.contains(a.at(i)))
                    same.insert(a.at(i), b.at(i));
                QVERIFY2(same.value(a.at(i)) == b.at(i), qPrintable(QString("round %1, byte %2").arg(round).arg(i)));
            }
            QCOMPARE(folds(editor), folds(fresh));
        }
    }

    void aJumpToTheEndOfALargeFileDoesNotWait()
    {
        CodeEditor editor(CodeEditor::Role::File);
        editor.setContent(program(20'000));
        editor.setLanguageFor("index.js");
        const long end = editor.SendScintilla(Sci::SCI_GETLENGTH);
        editor.SendScintilla(Sci::SCI_COLOURISE, ulong(end - 3000), end);
        QVERIFY(editor.highlighter().exactLines() < 1000);
        QVERIFY(editor.SendScintilla(Sci::SCI_GETSTYLEAT, ulong(end - 30)) >= 0);
        QTRY_COMPARE_WITH_TIMEOUT(editor.highlighter().exactLines(), editor.lines(), 60'000);
    }

    void undoTakesBackAFormsChange()
    {
        CodeEditor editor(CodeEditor::Role::File);
        editor.setContent("a: 1\nb: 2\n");
        editor.apply({3, 1, "17"});
        QCOMPARE(editor.utf8(), "a: 17\nb: 2\n");
        editor.undo();
        QCOMPARE(editor.utf8(), "a: 1\nb: 2\n");
        QVERIFY(!editor.isModified());
    }

    void commentsAndUncomments()
    {
        CodeEditor editor(CodeEditor::Role::File);
        editor.setContent("a = 1\n  b = 2\n");
        editor.setLanguageFor("app.py");
        editor.selectAll();
        editor.toggleComment();
        QCOMPARE(editor.utf8(), "# a = 1\n  # b = 2\n");
        editor.selectAll();
        editor.toggleComment();
        QCOMPARE(editor.utf8(), "a = 1\n  b = 2\n");
    }
};

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    Theme theme;
    theme.apply(Scheme::Light);
    tst_ScintillaHighlighter test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_scintillahighlighter.moc"
