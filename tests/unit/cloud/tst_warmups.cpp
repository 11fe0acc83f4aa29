// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/warmup.h"
#include "core/services/templateservice.h"
#include "tests/support/testproject.h"

#include <QTest>

using namespace eph;
using test::TestProject;

/// Keeping functions warm: what is written into a template, and read from it.
class tst_WarmUps : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void areReadFromATemplate_data()
    {
        QTest::addColumn<QByteArray>("event");
        QTest::addColumn<int>("minutes");
        const auto row = [](const char *name, const QByteArray &event, int minutes) { QTest::newRow(name) << event << minutes; };
        row("usual", "WarmUp: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}", 5);
        row("one", "WarmUp: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}", 1);
        row("hours", "WarmUp: {Type: Schedule, Properties: {Schedule: rate(2 hours)}}", 120);
        row("another name", "Nightly: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}", 0);
        row("another kind", "WarmUp: {Type: SQS, Properties: {Queue: q}}", 0);
        row("cron", "WarmUp: {Type: Schedule, Properties: {Schedule: cron(0 0 * * ? *)}}", 0);
        row("nonsense", "WarmUp: {Type: Schedule, Properties: {Schedule: rate(0 minutes)}}", 0);
    }
    void areReadFromATemplate()
    {
        QFETCH(QByteArray, event);
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      Events:\n        " + event + "\n").file("index.js", "");
        const auto warmUp = project::warmUpOf(project.load().functions.first());
        QTEST(warmUp ? warmUp->minutes : 0, "minutes");
    }

    void areWrittenAndTakenAwayWithoutATrace_data()
    {
        QTest::addColumn<QByteArray>("events");
        QTest::newRow("beside another event") << QByteArray("      Events:\n        Web: {Type: HttpApi} # kept\n");
        QTest::newRow("alone") << QByteArray();
    }
    void areWrittenAndTakenAwayWithoutATrace()
    {
        QFETCH(const QByteArray, events);
        TestProject project;
        project.function("nodejs20.x", "index.handler", events).file("index.js", "exports.handler = async () => 1;\n");
        const QByteArray before = project.read("template.yaml");
        QVERIFY(services::setWarmUp(project.load().functions.first(), 10));
        const auto warmUp = project::warmUpOf(project.load().functions.first());
        QVERIFY(warmUp);
        QCOMPARE(warmUp->minutes, 10);
        QCOMPARE(warmUp->input, "{\"warmUp\":true}");
        QVERIFY(project.load().findings.isEmpty());
        QVERIFY(services::setWarmUp(project.load().functions.first(), 0));
        QCOMPARE(project.read("template.yaml"), before);
    }
};

QTEST_GUILESS_MAIN(tst_WarmUps)
#include "tst_warmups.moc"
