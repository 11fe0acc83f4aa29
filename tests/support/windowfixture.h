// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/mainwindow.h"
#include "tests/support/testproject.h"
#include "widgets/common/theme.h"
#include "widgets/editor/editortabs.h"
#include "widgets/panels/invokepanel.h"

#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

namespace eph::test {

/// What tests of the window stand on: a new one for each test, driven by mouse and keyboard.
class WindowTest : public QObject
{
    Q_OBJECT

protected:
    QTemporaryDir m_settings;
    std::unique_ptr<app::Composition> m_composition;
    std::unique_ptr<app::MainWindow> m_window;

    template<class T>
    T *find(const QString &name) const
    {
        T *found = m_window->findChild<T *>(name);
        if (!found)
            qFatal("no %s", qPrintable(name));
        return found;
    }
    void open(const TestProject &project)
    {
        m_window->openProject(project.path());
        QTRY_VERIFY(m_window->session().isOpen() && m_window->session().project()->folder == QDir(project.path()).absolutePath());
    }
    void answer(const QString &question, const QString &text) const
    {
        const QList<QAbstractButton *> buttons = find<QMessageBox>(question)->buttons();
        const auto button = std::find_if(buttons.cbegin(), buttons.cend(), [&](const QAbstractButton *each) { return each->text() == text; });
        if (button == buttons.cend())
            qFatal("no button %s", qPrintable(text));
        (*button)->click();
    }
    void trigger(const QString &action) const { find<QAction>(action)->trigger(); }
    /// Of the run that is shown; empty before the first one.
    QString outcome() const
    {
        const auto *shown = m_window->findChild<QLabel *>("resultOutcome");
        return shown ? shown->text() : QString();
    }
    QByteArray payload() const
    {
        const auto *shown = m_window->findChild<ui::CodeEditor *>("resultPayload");
        return shown ? shown->utf8() : QByteArray();
    }

protected Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_DATA_HOME", m_settings.path().toLocal8Bit());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_settings.path());
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
    }
    void init()
    {
        QSettings().clear();
        m_composition = app::Composition::create({services::Warmth::KeepEnvironments}).value();
        m_window = std::make_unique<app::MainWindow>(*m_composition);
        m_window->resize(1440, 900);
        m_window->show();
        // Without a window manager nobody else does it.
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    void cleanup()
    {
        m_window.reset();
        m_composition.reset();
    }
};

template<class Test>
int runWindowTest(int argc, char **argv)
{
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("ephemera-test"));
    QApplication::setApplicationName(QStringLiteral("ephemera-test"));
    ui::Theme theme;
    theme.apply(ui::Scheme::Light);
    Test test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace eph::test
