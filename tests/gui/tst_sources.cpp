// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/windowfixture.h"

#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QTreeWidget>

using namespace eph;

/// The Sources panel: send, look, serve, send back, purge.
class tst_Sources : public test::WindowTest
{
    Q_OBJECT

    static void fill(test::TestProject &project)
    {
        project.function("nodejs20.x", "index.handler", "      Events:\n        Orders: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn, BatchSize: 1}}\n"
                                                        "  Orders: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 3, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 1}}}\n  Dead: {Type: AWS::SQS::Queue}\n  Clicks: {Type: AWS::Kinesis::Stream}\n")
            .file("index.js", "exports.handler = async (event) => { if (event.Records[0].body === 'poison') throw new Error('no'); };\n");
    }
    QTreeWidget *sources() const { return find<QTreeWidget>("sourcesList"); }
    QTreeWidget *items() const { return find<QTreeWidget>("sourcesItems"); }
    void choose(const QString &name) const { sources()->setCurrentItem(sources()->findItems(name, Qt::MatchExactly).first()); }
    QString waiting(const QString &name) const { return sources()->findItems(name, Qt::MatchExactly).first()->text(2); }
    void type(const QString &text) const
    {
        auto *body = find<QPlainTextEdit>("sourcesBody");
        body->setFocus();
        body->selectAll();
        QTest::keyClicks(body, text);
        QTest::keyClick(body, Qt::Key_Return, Qt::ControlModifier);
    }
    void begin(test::TestProject &project)
    {
        fill(project);
        open(project);
        trigger("panel_sources");
        QTRY_COMPARE(sources()->topLevelItemCount(), 3);
    }

private Q_SLOTS:
    void aProjectWithoutSourcesHasAWayToTheFirst()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        open(project);
        trigger("panel_sources");
        QTest::mouseClick(m_window->findChild<QDockWidget *>("sources")->findChild<QPushButton *>(), Qt::LeftButton);
        QTRY_VERIFY(m_window->editors()->currentEditor());
    }

    void aFileThatCannotBeReadIsTold()
    {
        test::TestProject project;
        fill(project);
        project.file(".ephemera/sources.sqlite", QByteArray(8192, 'x'));
        open(project);
        trigger("panel_sources");
        const auto *dock = m_window->findChild<QDockWidget *>("sources");
        QTRY_VERIFY([&] {
            const auto labels = dock->findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(), [](const QLabel *label) { return label->isVisible() && label->text().contains("sources.sqlite"); });
        }());
    }

    void whatIsSentWaitsUntilItIsServed()
    {
        test::TestProject project;
        begin(project);
        choose("Orders");
        type("tea");
        QTRY_COMPARE(waiting("Orders"), "1");
        QTRY_COMPARE(items()->topLevelItemCount(), 1);
        QCOMPARE(items()->topLevelItem(0)->text(4), "tea");
        QVERIFY(items()->isColumnHidden(3));
        QVERIFY(find<QLineEdit>("sourcesKey")->isHidden());
        QVERIFY2(find<QLabel>("sourcesSent")->text().startsWith("Sent to “Orders”"), qPrintable(find<QLabel>("sourcesSent")->text()));
        // What is written for one source is not sent to another.
        const int send = find<QPushButton>("sourcesSend")->x();
        choose("Clicks");
        QCOMPARE(find<QPlainTextEdit>("sourcesBody")->toPlainText(), "");
        QTRY_VERIFY(find<QLineEdit>("sourcesKey")->isVisible());
        QCOMPARE(find<QPushButton>("sourcesSend")->x(), send);
        choose("Orders");
        QCOMPARE(find<QPlainTextEdit>("sourcesBody")->toPlainText(), "tea");
        QTest::mouseClick(find<QPushButton>("sourcesServe"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(waiting("Orders"), "0", 10'000);
        QTRY_COMPARE(items()->topLevelItemCount(), 0);
        QTRY_VERIFY(find<QLabel>("sourcesHandled")->text().startsWith("Handed on: ✓ "));
        QVERIFY(find<QLabel>("sourcesTold")->text().contains("http://127.0.0.1:"));
    }

    void deadLettersGoBackOrAway()
    {
        test::TestProject project;
        begin(project);
        choose("Orders");
        type("poison");
        QTest::mouseClick(find<QPushButton>("sourcesServe"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(waiting("Dead"), "1", 15'000);
        const QString handled = find<QLabel>("sourcesHandled")->text();
        QVERIFY2(handled.startsWith("Handed on: ✗ ") && handled.contains("failed"), qPrintable(handled));
        QTest::mouseClick(find<QPushButton>("sourcesServe"), Qt::LeftButton);
        choose("Dead");
        auto *back = find<QPushButton>("sourcesBack");
        QTRY_VERIFY(back->isVisible() && back->isEnabled());
        QTRY_COMPARE(items()->topLevelItemCount(), 1);
        QCOMPARE(items()->topLevelItem(0)->text(3), "“Orders” gave it up");
        QVERIFY(!items()->isColumnHidden(3));
        items()->setCurrentItem(items()->topLevelItem(0));
        trigger("sourcesOpenItem");
        QTRY_VERIFY(m_window->editors()->currentEditor() && m_window->editors()->currentEditor()->utf8() == "poison");
        QVERIFY(m_window->editors()->currentEditor()->isReadOnly());
        QTest::mouseClick(back, Qt::LeftButton);
        QTRY_COMPARE(waiting("Orders"), "1");
        choose("Orders");
        auto *purge = find<QPushButton>("sourcesPurge");
        QTRY_VERIFY(purge->isEnabled());
        QTest::mouseClick(purge, Qt::LeftButton);
        answer("purgeQuestion", "Keep them");
        QTest::mouseClick(purge, Qt::LeftButton);
        answer("purgeQuestion", "Take them away");
        QTRY_COMPARE(waiting("Orders"), "0");
    }

    void whatIsWrittenStaysWithItsSource()
    {
        test::TestProject project;
        begin(project);
        // The first one is chosen by itself.
        const QString first = sources()->currentItem()->text(0);
        auto *body = find<QPlainTextEdit>("sourcesBody");
        body->setPlainText("for the first");
        choose(first == "Orders" ? "Clicks" : "Orders");
        QCOMPARE(body->toPlainText(), "");
        body->setPlainText("for the other");
        choose(first);
        QCOMPARE(body->toPlainText(), "for the first");
        // Another project has none of it, not even under the same name.
        test::TestProject other;
        fill(other);
        open(other);
        QTRY_COMPARE(sources()->topLevelItemCount(), 3);
        QTRY_COMPARE(sources()->currentItem()->text(0), first);
        QCOMPARE(body->toPlainText(), "");
    }

    void aFileGoesIntoABucket()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler", "  Photos: {Type: AWS::S3::Bucket}\n").file("index.js", "exports.handler = async () => 1;\n").file("pictures/sun.png", QByteArray("\x89PNG\0\xff", 6));
        open(project);
        trigger("panel_sources");
        QTRY_COMPARE(sources()->topLevelItemCount(), 1);
        auto *choose = find<QPushButton>("sourcesFile");
        QTRY_VERIFY(choose->isVisible());
        QTest::mouseClick(choose, Qt::LeftButton);
        auto *dialog = find<QFileDialog>("sourcesFileDialog");
        QTRY_VERIFY(dialog->isVisible());
        dialog->setDirectory(project.path("pictures"));
        dialog->selectFile("sun.png");
        QMetaObject::invokeMethod(dialog, "accept");
        QTRY_VERIFY2(find<QLabel>("sourcesSent")->text().contains("sun.png"), qPrintable(find<QLabel>("sourcesSent")->text()));
        QCOMPARE(project.read(".ephemera/buckets/photos/sun.png"), QByteArray("\x89PNG\0\xff", 6));
    }

    void filesAreDroppedIntoABucket()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler", "  Photos: {Type: AWS::S3::Bucket}\n").file("index.js", "exports.handler = async () => 1;\n").file("pictures/sun.png", QByteArray("\x89PNG\0\xff", 6)).file("pictures/notes.txt", "of the sun");
        open(project);
        trigger("panel_sources");
        QTRY_COMPARE(sources()->topLevelItemCount(), 1);
        QTRY_VERIFY(find<QPushButton>("sourcesFile")->isVisible());
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(project.path("pictures/sun.png")), QUrl::fromLocalFile(project.path("pictures/notes.txt")), QUrl::fromLocalFile(project.path("pictures")), QUrl("https://example.com/a.txt")});
        auto *panel = find<QPlainTextEdit>("sourcesBody")->parentWidget();
        while (panel && !panel->acceptDrops())
            panel = panel->parentWidget();
        QVERIFY(panel);
        QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(panel, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(panel, &drop);
        QTRY_COMPARE(project.read(".ephemera/buckets/photos/notes.txt"), QByteArray("of the sun"));
        QTRY_COMPARE(project.read(".ephemera/buckets/photos/sun.png"), QByteArray("\x89PNG\0\xff", 6));
        // A picture is shown as what it is.
        auto *items = find<QTreeWidget>("sourcesItems");
        QTRY_COMPARE(items->topLevelItemCount(), 2);
        QStringList bodies{items->topLevelItem(0)->text(4), items->topLevelItem(1)->text(4)};
        bodies.sort();
        QCOMPARE(bodies, (QStringList{"Bytes that are no text", "of the sun"}));
        // And it is a file like others.
        items->setCurrentItem(items->topLevelItem(0));
        items->setFocus();
        QTest::keyClick(items, Qt::Key_Return);
        QTRY_VERIFY2(m_window->editors()->currentPath().endsWith(".ephemera/buckets/photos/" + items->topLevelItem(0)->text(1)), qPrintable(m_window->editors()->currentPath()));
    }

    void aStreamTakesAKey()
    {
        test::TestProject project;
        begin(project);
        choose("Clicks");
        auto *key = find<QLineEdit>("sourcesKey");
        QTRY_VERIFY(key->isVisible());
        find<QPlainTextEdit>("sourcesBody")->setPlainText("click");
        key->setFocus();
        QTest::keyClicks(key, "shoes");
        QTest::keyClick(key, Qt::Key_Return);
        QTRY_COMPARE(items()->topLevelItemCount(), 1);
        QCOMPARE(items()->topLevelItem(0)->text(1), "shoes");
    }

    void oneOpensItsPlaceInTheTemplate()
    {
        test::TestProject project;
        begin(project);
        choose("Orders");
        sources()->setFocus();
        QTest::keyClick(sources(), Qt::Key_Return);
        QTRY_COMPARE(m_window->editors()->currentPath(), m_window->session().project()->templateFile);
        int line = 0;
        int column = 0;
        m_window->editors()->currentEditor()->getCursorPosition(&line, &column);
        QVERIFY(m_window->editors()->currentEditor()->text(line).contains("Orders: {Type: AWS::SQS::Queue"));
    }
};

int main(int argc, char **argv)
{
    return test::runWindowTest<tst_Sources>(argc, argv);
}
#include "tst_sources.moc"
