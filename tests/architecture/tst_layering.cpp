// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDirIterator>
#include <QRegularExpression>
#include <QTest>

/// Who may include whom: a module includes itself and the modules before it, with the exceptions that are named here.
class tst_Layering : public QObject
{
    Q_OBJECT

    struct Layer {
        QStringList modules;
    };
    /// From the bottom up. Modules of one layer do not know each other.
    static const QList<QStringList> &layers()
    {
        static const QList<QStringList> all{
            {"core/base"},
            {"core/sys", "core/project"},
            {"core/http", "core/schedule", "core/events", "core/mapping"},
            {"core/logs", "core/sources", "core/package"},
            {"core/runtime", "core/cost", "core/account"},
            {"core/gateway"},
            {"core/cloud", "core/deploy"},
            {"core/services"},
            {"widgets/common", "widgets/highlight"},
            {"widgets/editor", "widgets/logview", "widgets/charts"},
            {"widgets/panels", "widgets/wizards"},
            {"app/common"},
            {"app/cli", "app/gui"},
        };
        return all;
    }
    /// The highlighter takes its colours from the theme.
    static bool isException(const QString &from, const QString &to) { return from == "widgets/highlight" && to == "widgets/common"; }

    static int layerOf(const QString &module)
    {
        for (int i = 0; i < layers().size(); ++i) {
            if (layers().at(i).contains(module))
                return i;
        }
        return -1;
    }
    static QString moduleOf(const QString &path) { return path.section('/', 0, 1); }

    template<class F>
    static void eachSource(F visit)
    {
        for (const char *top : {"core", "widgets", "app"}) {
            QDirIterator files(QString(SOURCE_DIR "/") + top, {"*.cpp", "*.h"}, QDir::Files, QDirIterator::Subdirectories);
            while (files.hasNext()) {
                QFile file(files.next());
                if (file.open(QIODevice::ReadOnly))
                    visit(QDir(SOURCE_DIR).relativeFilePath(file.fileName()), QString::fromUtf8(file.readAll()));
            }
        }
    }

private Q_SLOTS:
    void everyIncludeGoesDown()
    {
        static const QRegularExpression include("^#include \"((?:core|widgets|app)/[^\"]+)\"", QRegularExpression::MultilineOption);
        QStringList wrong;
        int seen = 0;
        eachSource([&](const QString &path, const QString &text) {
            const QString from = moduleOf(path);
            if (from == "app/guard" || from == "app/init" || from == "app/keychain")
                return;
            QVERIFY2(layerOf(from) >= 0, qPrintable(from + " has no layer"));
            auto matches = include.globalMatch(text);
            while (matches.hasNext()) {
                const QString to = moduleOf(matches.next().captured(1));
                ++seen;
                if (from != to && layerOf(to) >= layerOf(from) && !isException(from, to))
                    wrong << path + " includes " + to;
            }
        });
        QVERIFY(seen > 150);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
    }

    /// What one face does, the other does: a use case that only one of them knows is missing in the other.
    void everyUseCaseHasBothFaces()
    {
        // What only a screen shows: colours and clicks on what the other face prints, lines while they are found or come, and what
        // a program that stays remembers.
        const QSet<QString> window{"projectsession.h", "stackframes.h", "serving.h", "storedlog.h", "cloudlogfeed.h", "recentinvocations.h"};
        QHash<QString, QSet<QString>> facesOf;
        static const QRegularExpression include("^#include \"core/services/([^\"]+)\"", QRegularExpression::MultilineOption);
        eachSource([&](const QString &path, const QString &text) {
            const QSet<QString> faces = path.startsWith("app/common/") ? QSet<QString>{"cli", "gui"} : path.startsWith("app/cli/") ? QSet<QString>{"cli"} : path.startsWith("core/") ? QSet<QString>{} : QSet<QString>{"gui"};
            auto matches = include.globalMatch(text);
            while (matches.hasNext())
                facesOf[matches.next().captured(1)].unite(faces);
        });
        QVERIFY(facesOf.size() > 5);
        for (auto it = facesOf.cbegin(); it != facesOf.cend(); ++it) {
            if (!it->isEmpty() && !window.contains(it.key()))
                QVERIFY2(it->size() == 2, qPrintable(it.key() + " is known to " + QStringList(it->values()).join(' ') + " only"));
        }
    }

    void coreIncludesNoGui()
    {
        static const QRegularExpression gui("#include <(QWidget|QApplication|QGui|QPainter|QIcon|QPixmap|QColor|QFont|Qsci|KSyntax)");
        QStringList wrong;
        eachSource([&](const QString &path, const QString &text) {
            if ((path.startsWith("core/") || path.startsWith("app/cli/") || path.startsWith("app/common/")) && gui.match(text).hasMatch())
                wrong << path;
        });
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
    }

    void everyFileSaysItsLicenceAndStaysReadable()
    {
        QStringList wrong;
        eachSource([&](const QString &path, const QString &text) {
            if (!text.startsWith("// SPDX-License-Identifier: GPL-3.0-or-later\n"))
                wrong << path + " has no licence line";
            if (path.endsWith(".h") && !text.contains("#pragma once"))
                wrong << path + " has no #pragma once";
            if (text.count('\n') > 700)
                wrong << path + " is too long";
        });
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
    }
};

QTEST_GUILESS_MAIN(tst_Layering)
#include "tst_layering.moc"
