// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/curlcommand.h"

#include <QProcess>
#include <QTest>

using namespace eph;
using gateway::HandledRequest;

/// Command lines as a shell takes them apart.
class tst_CurlCommand : public QObject
{
    Q_OBJECT

    /// The arguments that curl is given, and at last what comes on its standard input.
    static QList<QByteArray> taken(const QString &command)
    {
        QProcess shell;
        shell.start("/bin/sh", {"-c", "curl() { for each; do printf '%s\\0' \"$each\"; done; cat; }; " + command});
        shell.closeWriteChannel();
        if (!shell.waitForFinished())
            return {"the shell does not end"};
        return shell.readAllStandardOutput().split('\0');
    }

private Q_SLOTS:
    void saysTheSameAgain_data()
    {
        QTest::addColumn<HandledRequest>("request");
        QTest::addColumn<QList<QByteArray>>("arguments");
        const auto row = [](const char *name, const QByteArray &method, const QByteArray &target, const http::Headers &headers, const QByteArray &body, const QList<QByteArray> &arguments) {
            HandledRequest request;
            request.method = method;
            request.target = target;
            request.headers = headers;
            request.body = body;
            QTest::newRow(name) << request << arguments;
        };
        row("plain", "GET", "/a?b=c", {{"Host", "x"}, {"Accept", "*/*"}, {"User-Agent", "y"}}, {}, {"http://h/a?b=c", ""});
        row("quotes", "PUT", "/it's", {{"X-Own", "it's"}}, "it's \"$HOME\" `id`", {"-X", "PUT", "-H", "X-Own: it's", "--data-raw", "it's \"$HOME\" `id`", "http://h/it's", ""});
        row("GET with a body", "GET", "/", {}, "x", {"-X", "GET", "--data-raw", "x", "http://h/", ""});
        row("HEAD", "HEAD", "/", {}, {}, {"--head", "http://h/", ""});
        row("brackets", "GET", "/?ids[]=1", {}, {}, {"--globoff", "http://h/?ids[]=1", ""});
        row("dots", "GET", "/a/../b", {}, {}, {"--path-as-is", "http://h/a/../b", ""});
        row("empty header", "GET", "/", {{"X-None", ""}}, {}, {"-H", "X-None;", "http://h/", ""});
        row("letters", "POST", "/", {}, "grün 🌱", {"-X", "POST", "--data-raw", "grün 🌱", "http://h/", ""});
        row("bytes", "POST", "/", {}, QByteArray::fromHex("ff27255c0a01"), {"-X", "POST", "--data-binary", "@-", "http://h/", QByteArray::fromHex("ff27255c0a01")});
    }
    void saysTheSameAgain()
    {
        QFETCH(HandledRequest, request);
        QTEST(taken(gateway::curlCommand(request, "http://h")), "arguments");
    }

    void givesEveryByte()
    {
        HandledRequest request;
        request.method = "POST";
        for (int i = 0; i < 256; ++i)
            request.body += char(i);
        const QString command = gateway::curlCommand(request, "http://h");
        QProcess shell;
        shell.start("/bin/sh", {"-c", "curl() { cat; }; " + command});
        shell.closeWriteChannel();
        QVERIFY(shell.waitForFinished());
        QCOMPARE(shell.readAllStandardOutput(), request.body);
    }
};

QTEST_GUILESS_MAIN(tst_CurlCommand)
#include "tst_curlcommand.moc"
