// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/theme.h"
#include "widgets/editor/codeeditor.h"
#include "widgets/highlight/scintillahighlighter.h"

#include <QApplication>
#include <QRandomGenerator>
#include <QTest>
#include <cmath>

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

    void plainYamlIsText()
    {
        CodeEditor editor(CodeEditor::Role::File);
        editor.setContent("Type: AWS::Lambda::Function\nSize: 5\n");
        editor.setLanguageFor("template.yaml");
        colour(editor);
        const QByteArray all = styles(editor);
        QVERIFY(all.at(0) != 0); // The key.
        QCOMPARE(all.mid(4, 23), QByteArray(23, '\0'));
        QVERIFY(all.at(34) != 0); // The number.
    }

    void everyColourCanBeRead_data()
    {
        QTest::addColumn<Scheme>("scheme");
        QTest::newRow("light") << Scheme::Light;
        QTest::newRow("dark") << Scheme::Dark;
        QTest::newRow("high contrast") << Scheme::HighContrast;
    }
    void everyColourCanBeRead()
    {
        QFETCH(Scheme, scheme);
        theme().apply(scheme);
        const auto luminance = [](long bgr) {
            double sum = 0;
            for (const auto &[shift, weight] : {std::pair(0, 0.2126), std::pair(8, 0.7152), std::pair(16, 0.0722)}) {
                const double part = double((bgr >> shift) & 0xFF) / 255;
                sum += weight * (part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4));
            }
            return sum;
        };
        for (const auto &[name, text] : {std::pair("a.js", "// comment\nconst x = `a ${1}`; /re/; async () => {}\n"), std::pair("a.py", "def f():\n    \"\"\"text\"\"\"\n    # comment\n    return 0x1\n"), std::pair("a.yaml", "# c\na: !Ref b\nb: &x yes\n"), std::pair("a.json", "{\"a\": tru, x}\n")}) {
            CodeEditor editor(CodeEditor::Role::File);
            editor.setContent(text);
            editor.setLanguageFor(name);
            colour(editor);
            const QByteArray used = styles(editor);
            for (const char style : used) {
                const double fore = luminance(editor.SendScintilla(Sci::SCI_STYLEGETFORE, ulong(uchar(style))));
                const double back = luminance(editor.SendScintilla(Sci::SCI_STYLEGETBACK, ulong(uchar(style))));
                const double contrast = (std::max(fore, back) + 0.05) / (std::min(fore, back) + 0.05);
                QVERIFY2(contrast >= 4.49, qPrintable(QStringLiteral("%1: style %2 has a contrast of %3").arg(QLatin1String(name)).arg(uchar(style)).arg(contrast)));
            }
        }
        theme().apply(Scheme::Light);
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
