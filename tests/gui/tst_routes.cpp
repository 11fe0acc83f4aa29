// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/windowfixture.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QTcpSocket>
#include <QTreeWidget>

using namespace eph;
using namespace eph::ui;

/// The Routes panel: serve, try, look, copy.
class tst_Routes : public test::WindowTest
{
    Q_OBJECT

    static void fill(test::TestProject &project)
    {
        project.function("nodejs20.x", "index.handler", "      Events:\n        A: {Type: HttpApi, Properties: {Method: GET, Path: '/items/{id}'}}\n        B: {Type: HttpApi, Properties: {Method: POST, Path: /items}}\n      FunctionUrlConfig: {AuthType: NONE}\n")
            .file("index.js", "exports.handler = async (event) => ({ statusCode: event.requestContext.http.method === 'POST' ? 201 : 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ path: event.rawPath, body: event.body, host: event.headers.host }) });\n");
    }
    QString answer() const { return QString::fromUtf8(find<CodeEditor>("requestAnswer")->utf8()); }
    QTreeWidget *requests() const { return find<QTreeWidget>("requestsList"); }
    /// Not before the last one is back.
    void clickSend() const
    {
        auto *send = find<QPushButton>("requestSend");
        QTRY_VERIFY_WITH_TIMEOUT(send->isEnabled(), 5000);
        QTest::mouseClick(send, Qt::LeftButton);
        QVERIFY(!send->isEnabled());
        QCOMPARE(send->text(), "Sending…");
    }

private Q_SLOTS:
    void sendServesAndShowsTheAnswer()
    {
        test::TestProject project;
        fill(project);
        open(project);
        trigger("panel_routes");
        auto *routes = find<QTreeWidget>("routesList");
        QTRY_COMPARE(routes->topLevelItemCount(), 3);
        QCOMPARE(routes->topLevelItem(0)->text(0), "GET /items/{id}");
        QVERIFY(routes->isColumnHidden(2));
        auto *target = find<QLineEdit>("requestTarget");
        QCOMPARE(target->text(), "/items/{id}");
        // What the path leaves open is chosen and typed over.
        QCOMPARE(target->selectedText(), "{id}");
        target->setFocus();
        target->setSelection(7, 4);
        QTest::keyClicks(target, "7");
        QTest::keyClick(target, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(requests()->topLevelItemCount(), 1, 20'000);
        QCOMPARE(requests()->topLevelItem(0)->text(1), "GET /items/7");
        QCOMPARE(requests()->topLevelItem(0)->text(2), "200");
        QTRY_VERIFY2(answer().contains("\"path\": \"/items/7\""), qPrintable(answer()));
        QVERIFY(find<QLabel>("routesAddress")->text().startsWith("http://127.0.0.1:"));

        routes->setCurrentItem(routes->topLevelItem(1));
        QCOMPARE(find<QComboBox>("requestMethod")->currentText(), "POST");
        find<QPlainTextEdit>("requestBody")->setPlainText("{\"a\": \"it's\"}");
        clickSend();
        QTRY_COMPARE_WITH_TIMEOUT(requests()->topLevelItemCount(), 2, 20'000);
        QTRY_COMPARE(requests()->currentItem()->text(2), "201");
        QTest::mouseClick(find<QPushButton>("requestCopyCurl"), Qt::LeftButton);
        const QString command = QApplication::clipboard()->text();
        QVERIFY2(command.startsWith("curl -X POST -H 'Content-Type: application/json'") && command.contains("it'\\''s") && command.endsWith("/items'"), qPrintable(command));

        // A function's own address is reached by its name.
        routes->setCurrentItem(routes->topLevelItem(2));
        clickSend();
        QTRY_COMPARE_WITH_TIMEOUT(requests()->topLevelItemCount(), 3, 20'000);
        QTRY_VERIFY2(answer().contains("fn.lambda-url.localhost"), qPrintable(answer()));
    }

    void servesAndStops()
    {
        test::TestProject project;
        fill(project);
        open(project);
        trigger("panel_routes");
        auto *serve = find<QPushButton>("routesServe");
        QTest::mouseClick(serve, Qt::LeftButton);
        QTRY_COMPARE(serve->text(), "Stop serving");
        const quint16 port = quint16(find<QLabel>("routesAddress")->text().section(':', -1).toUInt());
        QTcpSocket client;
        client.connectToHost(QHostAddress::LocalHost, port);
        QVERIFY(client.waitForConnected(5000));
        client.write("GET /items/9 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        // Requests of others are seen as they come.
        QTRY_COMPARE_WITH_TIMEOUT(requests()->topLevelItemCount(), 1, 20'000);
        QTest::mouseClick(serve, Qt::LeftButton);
        QCOMPARE(serve->text(), "Serve");
        QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
        QTest::mouseClick(find<QPushButton>("routesClear"), Qt::LeftButton);
        QCOMPARE(requests()->topLevelItemCount(), 0);
    }

    void speaksToWebSocketApis()
    {
        test::TestProject project;
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Chat:\n    Type: AWS::Serverless::WebSocketApi\n    Properties:\n      StageName: live\n      RouteSelectionExpression: $request.body.action\n"
                                      "      Routes: {join: {FunctionArn: !GetAtt Fn.Arn, RouteResponseSelectionExpression: $default}}\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: nodejs20.x, Handler: index.handler}\n")
            .file("index.js", "exports.handler = async (event) => ({ statusCode: 200, body: 'welcome' });\n");
        open(project);
        trigger("panel_routes");
        QTRY_COMPARE(find<QTreeWidget>("routesList")->topLevelItemCount(), 1);
        auto *target = find<QLineEdit>("socketTarget");
        QVERIFY(target->isVisible());
        QVERIFY(!find<QLineEdit>("requestTarget")->isVisible());
        QCOMPARE(target->text(), "/live");
        auto *connect = find<QPushButton>("socketConnect");
        auto *lines = find<QListWidget>("socketLines");
        auto *message = find<QLineEdit>("socketMessage");
        QCOMPARE(message->text(), "{\"action\":\"join\"}");
        QVERIFY(!message->isEnabled());
        QTest::mouseClick(connect, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(connect->text(), "Disconnect", 20'000);
        QTRY_VERIFY(message->isEnabled());
        QTest::keyClick(message, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(lines->count(), 3, 20'000);
        QCOMPARE(lines->item(1)->text(), QString::fromUtf8("\xe2\x86\x92 {\"action\":\"join\"}"));
        QCOMPARE(lines->item(2)->text(), QString::fromUtf8("\xe2\x86\x90 welcome"));
        QTRY_COMPARE(requests()->topLevelItemCount(), 2);
        QTest::mouseClick(connect, Qt::LeftButton);
        QTRY_COMPARE(connect->text(), "Connect");
        QCOMPARE(lines->item(3)->text(), "Closed with 1000");
        QVERIFY(!message->isEnabled());
        // Whoever is not let in is told why.
        target->setText("/nowhere");
        QTest::keyClick(target, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(lines->count(), 5, 20'000);
        QVERIFY2(lines->item(4)->text().contains("lets nobody in"), qPrintable(lines->item(4)->text()));
        QCOMPARE(connect->text(), "Connect");
    }

    void answersTlsWhereItIsAskedFor()
    {
        test::TestProject project;
        fill(project);
        open(project);
        trigger("panel_routes");
        QTRY_COMPARE(find<QTreeWidget>("routesList")->topLevelItemCount(), 3);
        auto *tls = find<QCheckBox>("routesTls");
        tls->setFocus();
        QTest::keyClick(tls, Qt::Key_Space);
        QVERIFY(tls->isChecked());
        // A parameter of the route is no path: it is told, and chosen to be typed over.
        auto *target = find<QLineEdit>("requestTarget");
        QTest::keyClick(target, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("noticeText")->text().contains("“{id}” is a parameter"), 20'000);
        QCOMPARE(target->selectedText(), "{id}");
        QCOMPARE(requests()->topLevelItemCount(), 0);
        QTest::keyClicks(target, "7");
        QTest::keyClick(target, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(requests()->topLevelItemCount(), 1, 20'000);
        const QString address = find<QLabel>("routesAddress")->text();
        QVERIFY2(address.startsWith("https://127.0.0.1:"), qPrintable(address));
        // On the same port it ends.
        QTest::keyClick(tls, Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(find<QLabel>("routesAddress")->text(), QString(address).replace("https", "http"), 10'000);
    }

    void saysWhatWasNotKept()
    {
        test::TestProject project;
        fill(project);
        open(project);
        trigger("panel_routes");
        QTRY_COMPARE(find<QTreeWidget>("routesList")->topLevelItemCount(), 3);
        QVERIFY(!requests()->isVisible());
        find<QTreeWidget>("routesList")->setCurrentItem(find<QTreeWidget>("routesList")->topLevelItem(1));
        find<QPlainTextEdit>("requestBody")->setPlainText(QString(100'000, u'x'));
        QTest::mouseClick(find<QPushButton>("requestSend"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(requests()->topLevelItemCount(), 1, 20'000);
        QVERIFY(requests()->isVisible());
        QTRY_VERIFY2(answer().contains("(the first 64.00 KiB of 97"), qPrintable(answer().right(100)));
        QVERIFY(QString::fromUtf8(find<CodeEditor>("requestSent")->utf8()).contains("(the first 64.00 KiB of 97.66 KiB)"));
        QVERIFY(!find<QPushButton>("requestCopyCurl")->isEnabled());
    }

    void saysWhatIsMissing()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "1;\n");
        open(project);
        trigger("panel_routes");
        QTRY_VERIFY(!find<QTreeWidget>("routesList")->isVisible());
        fill(project);
        QTRY_COMPARE_WITH_TIMEOUT(find<QTreeWidget>("routesList")->topLevelItemCount(), 3, 10'000);
    }
};

int main(int argc, char **argv)
{
    return test::runWindowTest<tst_Routes>(argc, argv);
}
#include "tst_routes.moc"
