// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/deployservice.h"
#include "tests/support/windowfixture.h"
#include "widgets/wizards/deploywizard.h"

#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QTcpSocket>
#include <QTreeWidget>

using namespace eph;
using namespace eph::ui;

/// The wizard and the Deployments panel: from a project to a local release with a schedule, and back.
class tst_Deploying : public test::WindowTest
{
    Q_OBJECT

    static void fill(test::TestProject &project, const QByteArray &answer)
    {
        project.function("python3.13", "index.handler", "      FunctionName: greet\n      Events:\n        Get: {Type: HttpApi, Properties: {Method: GET, Path: /hello}}\n        Daily: {Type: ScheduleV2, Properties: {ScheduleExpression: 'cron(0 10 * * ? *)', ScheduleExpressionTimezone: Europe/Berlin}}\n")
            .file("index.py", "def handler(event, context):\n    return {'statusCode': 200, 'body': '" + answer + "'}\n");
    }
    [[nodiscard]] QPushButton *next() const { return find<QPushButton>("deployNext"); }
    void clickNext() const
    {
        QTRY_VERIFY_WITH_TIMEOUT(next()->isEnabled(), 20'000);
        QTest::mouseClick(next(), Qt::LeftButton);
    }
    /// From the first page to the last one.
    void deploy() const
    {
        for (int page = 0; page < 4; ++page)
            clickNext();
        QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("deployOutcomeHead")->isVisible(), 30'000);
    }
    /// What the deployed API answers, through its own name.
    [[nodiscard]] QString fetched() const
    {
        const QUrl address(find<QTreeWidget>("deployAddresses")->topLevelItem(0)->text(1));
        QTcpSocket socket;
        socket.connectToHost("127.0.0.1", quint16(address.port()));
        if (!socket.waitForConnected(5000))
            return socket.errorString();
        socket.write("GET /hello HTTP/1.1\r\nHost: " + address.host().toLatin1() + "\r\nConnection: close\r\n\r\n");
        QByteArray answer;
        while (socket.waitForReadyRead(10'000))
            answer += socket.readAll();
        return QString::fromUtf8(answer.mid(answer.indexOf("\r\n\r\n") + 4));
    }

private Q_SLOTS:
    void deploysChangesAndRollsBack()
    {
        test::TestProject project;
        fill(project, "one");
        open(project);
        trigger("panel_deployments");
        QTest::mouseClick(find<QPushButton>("deploymentsDeploy"), Qt::LeftButton);
        QTRY_VERIFY(find<QDialog>("deployWizard")->isVisible());
        QCOMPARE(find<QComboBox>("deployTarget")->currentData().toString(), "local");
        QTest::keyClicks(find<QLineEdit>("deployWhy"), "first one");
        clickNext();
        QTRY_VERIFY_WITH_TIMEOUT(find<QTreeWidget>("deployChanges")->isVisible(), 20'000);
        QVERIFY2(find<QLabel>("deployIdentity")->text().startsWith("Account 123456789012"), qPrintable(find<QLabel>("deployIdentity")->text()));
        // Back does no harm, and forward plans anew.
        QTest::mouseClick(find<QPushButton>("deployBack"), Qt::LeftButton);
        QVERIFY(find<QComboBox>("deployTarget")->isVisible());
        deploy();
        QCOMPARE(find<QLabel>("deployOutcomeHead")->text(), "Release dev-1 is live");
        QCOMPARE(fetched(), "one");
        // What is live answers, not what lies on the disk.
        fill(project, "on the disk");
        find<QMenu>("deployInvokeMenu")->actions().first()->trigger();
        QTRY_VERIFY2_WITH_TIMEOUT(find<QLabel>("deployAnswerHead")->text().contains("answered after"), qPrintable(find<QLabel>("deployAnswerHead")->text()), 20'000);
        QVERIFY2(find<QPlainTextEdit>("deployAnswer")->toPlainText().contains("one"), qPrintable(find<QPlainTextEdit>("deployAnswer")->toPlainText()));
        clickNext();
        auto *list = find<QTreeWidget>("deploymentsList");
        QTRY_COMPARE(list->topLevelItemCount(), 1);
        QCOMPARE(list->topLevelItem(0)->text(1), "live");
        QCOMPARE(list->topLevelItem(0)->text(6), "first one");

        fill(project, "two");
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTest::keyClick(m_window.get(), Qt::Key_F6);
        QTRY_VERIFY(find<QDialog>("deployWizard")->isVisible());
        clickNext();
        clickNext();
        // Both versions on this machine before anything is changed.
        QTRY_VERIFY(find<QPushButton>("rehearsalStart")->isVisible());
        QTest::mouseClick(find<QPushButton>("rehearsalStart"), Qt::LeftButton);
        auto *rehearsal = find<QTreeWidget>("rehearsalTable");
        // What the live version was sent over its address is among the events.
        QTRY_VERIFY_WITH_TIMEOUT(rehearsal->topLevelItemCount() >= 3, 30'000);
        QCOMPARE(rehearsal->topLevelItem(0)->text(1), "dev-1");
        QCOMPARE(rehearsal->topLevelItem(1)->text(2), "10");
        QVERIFY(rehearsal->topLevelItem(2)->text(0).startsWith("Event 1 is answered differently"));
        clickNext();
        clickNext();
        QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("deployOutcomeHead")->isVisible(), 30'000);
        QCOMPARE(find<QLabel>("deployOutcomeHead")->text(), "Release dev-2 is live");
        QCOMPARE(fetched(), "two");
        clickNext();
        QTRY_COMPARE(list->topLevelItemCount(), 2);

        // One click back, with the plan before it.
        list->setCurrentItem(list->topLevelItem(1));
        QTRY_VERIFY(find<QPushButton>("deploymentsRollback")->isEnabled());
        QTest::mouseClick(find<QPushButton>("deploymentsRollback"), Qt::LeftButton);
        QTRY_VERIFY(find<QDialog>("deployWizard")->isVisible());
        for (int page = 0; page < 2; ++page)
            clickNext();
        QCOMPARE(next()->text(), "Bring dev-1 back");
        clickNext();
        QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("deployOutcomeHead")->isVisible(), 30'000);
        QCOMPARE(fetched(), "one");
        clickNext();
        QTRY_COMPARE(list->topLevelItemCount(), 3);
        QCOMPARE(list->topLevelItem(0)->text(6), "back to dev-1");
    }

    void saysWhatStandsInTheWayOfADeployment()
    {
        test::TestProject project;
        project.function("python3.13", "index.handler", "      Policies: [NoSuchPolicy: {X: y}]\n").file("index.py", "");
        open(project);
        trigger("deployAction");
        clickNext();
        QTRY_VERIFY_WITH_TIMEOUT(find<QTreeWidget>("deployChanges")->isVisible(), 20'000);
        clickNext();
        QVERIFY(!next()->isEnabled());
        QVERIFY(find<QTreeWidget>("deployFindings")->topLevelItem(0)->text(0).contains("NoSuchPolicy"));
    }

    void theWindowStaysWhileAReleaseIsMade()
    {
        test::TestProject project;
        fill(project, "one");
        open(project);
        trigger("deployAction");
        for (int page = 0; page < 3; ++page)
            clickNext();
        auto *wizard = find<QDialog>("deployWizard");
        // The second click of two meets nothing that would take the release back, and neither does the return key.
        QTRY_VERIFY_WITH_TIMEOUT(next()->isEnabled(), 20'000);
        const QPoint place = next()->mapTo(wizard, next()->rect().center());
        QTest::mouseClick(next(), Qt::LeftButton);
        QTRY_VERIFY(find<QPushButton>("deployStop")->isVisible());
        QVERIFY(!qobject_cast<QPushButton *>(wizard->childAt(place)));
        QVERIFY(!find<QPushButton>("deployStop")->hasFocus() && !find<QPushButton>("deployStop")->isDefault());
        // Going on in the background, and coming back.
        QTest::mouseClick(find<QPushButton>("deployCancel"), Qt::LeftButton);
        QTRY_VERIFY(!wizard->isVisible());
        QVERIFY(!m_window->close());
        QVERIFY(wizard->isVisible());
        QVERIFY(find<QLabel>("noticeText")->text().startsWith("A release is being made"));
        // Stopped in the middle, nothing is left of it.
        QTest::mouseClick(find<QPushButton>("deployStop"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("deployOutcomeHead")->isVisible(), 30'000);
        QCOMPARE(find<QLabel>("deployOutcomeHead")->text(), "Everything is as it was before");
        QVERIFY(deploy::Vault(project.path()).releases().isEmpty());
    }

    void saysWhyNobodyCanActAtTheTarget()
    {
        test::TestProject project;
        fill(project, "one");
        qputenv("AWS_CONFIG_FILE", project.path("none").toLocal8Bit());
        qputenv("AWS_SHARED_CREDENTIALS_FILE", project.path("none").toLocal8Bit());
        qunsetenv("AWS_ACCESS_KEY_ID");
        open(project);
        trigger("deployAction");
        find<QComboBox>("deployTarget")->setCurrentIndex(1);
        QVERIFY(find<QLineEdit>("deployRegion")->isVisible());
        QTest::keyClicks(find<QLineEdit>("deployRegion"), "eu-central-1");
        clickNext();
        auto *planning = find<QWidget>("deployPlanning");
        const auto words = [planning] {
            QString text;
            for (const QLabel *label : planning->findChildren<QLabel *>())
                text += label->text();
            return text;
        };
        QTRY_VERIFY2_WITH_TIMEOUT(words().contains("profile"), qPrintable(words()), 10'000);
        QVERIFY(!next()->isEnabled());
        QTest::keyClick(find<QDialog>("deployWizard"), Qt::Key_Escape);
        QTRY_VERIFY(!find<QDialog>("deployWizard")->isVisible());
    }
};

int main(int argc, char **argv)
{
    return test::runWindowTest<tst_Deploying>(argc, argv);
}
#include "tst_deploying.moc"
