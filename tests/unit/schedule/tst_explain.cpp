// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/explain.h"

#include <QTest>

using namespace eph::schedule;
using namespace std::chrono;

class tst_Explain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inWords_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<QString>("words");
        const auto aws = Dialect::EventBridgeScheduler;
        QTest::newRow("minute") << "cron(* * * * ? *)" << aws << "Every minute.";
        QTest::newRow("quarter") << "cron(0/15 * * * ? *)" << aws << "Every 15 minutes.";
        QTest::newRow("odd start") << "cron(1/10 * * * ? *)" << aws << "Every 10 minutes from minute 1 on.";
        QTest::newRow("hour") << "cron(0 * * * ? *)" << aws << "Every hour.";
        QTest::newRow("past the hour") << "cron(5 * * * ? *)" << aws << "At minute 5 of the hour.";
        QTest::newRow("daily") << "cron(0 10 * * ? *)" << aws << "At 10:00 every day.";
        QTest::newRow("two times") << "cron(5,35 14 * * ? *)" << aws << "At 14:05 and 14:35 every day.";
        QTest::newRow("weekdays") << "cron(0 18 ? * MON-FRI *)" << aws << "At 18:00 on Monday to Friday.";
        QTest::newRow("weekend") << "cron(30 7 ? * 1,7 *)" << aws << "At 07:30 on Saturday and Sunday.";
        QTest::newRow("one weekday") << "cron(0 9 ? * TUE *)" << aws << "At 09:00 every Tuesday.";
        QTest::newRow("working hours") << "cron(0/5 8-17 ? * MON-FRI *)" << aws << "Every 5 minutes from 08:00 to 17:55 on Monday to Friday.";
        QTest::newRow("last Friday") << "cron(15 10 ? * 6L 2026-2027)" << aws << "At 10:15 on the last Friday of the month, in 2026 to 2027.";
        QTest::newRow("third Saturday") << "cron(15 10 ? * SAT#3 *)" << aws << "At 10:15 on the third Saturday of the month.";
        QTest::newRow("last day") << "cron(0 0 L 2 ? *)" << aws << "At 00:00 on the last day of the month, in February.";
        QTest::newRow("nearest weekday") << "cron(0 9 15W * ? *)" << aws << "At 09:00 on the weekday (Monday to Friday) nearest to day 15 of the month.";
        QTest::newRow("quarters of a year") << "cron(0 0 1 */3 ? *)" << aws << "At 00:00 on day 1 of the month, in January, April, July and October.";
        QTest::newRow("every two hours") << "0 */2 * * *" << Dialect::Unix << "Every 2 hours.";
        QTest::newRow("either") << "0 0 13 * 5" << Dialect::Unix << "At 00:00 on day 13 of the month, and also every Friday.";
        QTest::newRow("both") << "0 0 9 1-7 * 1" << Dialect::Azure << "At 09:00 on days 1 to 7 of the month, if it is one of the days every Monday.";
        QTest::newRow("seconds") << "*/10 * * * * *" << Dialect::Azure << "Every 10 seconds every minute.";
        QTest::newRow("every second") << "* * * * * *" << Dialect::Azure << "Every second.";
        QTest::newRow("never") << "cron(0 0 31 2 ? *)" << aws << "Never: there is no such day.";
        QTest::newRow("rate") << "rate(5 minutes)" << aws << "Every 5 minutes, counted from the beginning.";
        QTest::newRow("once") << "at(2026-01-05T09:00:00)" << aws << "Once, on Monday, 5 January 2026 at 09:00.";
        QTest::newRow("reboot") << "@reboot" << Dialect::Unix << "Once, whenever the machine starts.";
    }
    void inWords()
    {
        QFETCH(const QString, text);
        QFETCH(const Dialect, dialect);
        QFETCH(const QString, words);
        QCOMPARE(explain(*parseExpression(text, dialect)), words);
    }

    void remarks_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<QString>("zone");
        QTest::addColumn<QStringList>("rules");
        const auto aws = Dialect::EventBridgeScheduler;
        QTest::newRow("nothing") << "cron(0 10 * * ? *)" << aws << "Europe/Berlin" << QStringList();
        QTest::newRow("gap") << "cron(30 2 * * ? *)" << aws << "Europe/Berlin" << QStringList({"skipped-by-daylight-saving", "repeated-by-daylight-saving"});
        QTest::newRow("not in UTC") << "cron(30 2 * * ? *)" << aws << "UTC" << QStringList();
        QTest::newRow("never") << "cron(0 0 31 2 ? *)" << aws << "UTC" << QStringList{"never-fires"};
        QTest::newRow("never, once") << "at(2026-03-29T02:30:00)" << aws << "Europe/Berlin" << QStringList{"never-fires"};
        QTest::newRow("past") << "cron(0 0 1 1 ? 2020)" << aws << "UTC" << QStringList{"past"};
        QTest::newRow("uneven") << "cron(0/7 * * * ? *)" << aws << "UTC" << QStringList{"uneven-step"};
        QTest::newRow("even") << "cron(0/5 * * * ? *)" << aws << "UTC" << QStringList();
        QTest::newRow("31st") << "cron(0 0 31 * ? *)" << aws << "UTC" << QStringList{"short-months"};
        QTest::newRow("undocumented") << "cron(0 0 L-3 * ? *)" << aws << "UTC" << QStringList{"undocumented"};
        QTest::newRow("star and weekday") << "0 0 */2 * 1" << Dialect::Unix << "UTC" << QStringList{"both-days"};
        QTest::newRow("either") << "0 0 13 * 5" << Dialect::Unix << "UTC" << QStringList{"either-day"};
        QTest::newRow("OpenWhisk") << "0 0 1 1 *" << Dialect::OpenWhisk << "UTC" << QStringList{"months-from-zero"};
    }
    void remarks()
    {
        QFETCH(const QString, text);
        QFETCH(const Dialect, dialect);
        QFETCH(const QString, zone);
        QFETCH(const QStringList, rules);
        Frame frame;
        frame.zone = *Zone::load(zone);
        QStringList found;
        for (const Remark &remark : remarksOn(FireTimes(*parseExpression(text, dialect), frame), Instant(sys_days(year(2026) / 1 / 1)))) {
            found << remark.rule;
            QVERIFY(!remark.message.contains('%'));
        }
        QCOMPARE(found, rules);
    }
};

QTEST_GUILESS_MAIN(tst_Explain)
#include "tst_explain.moc"
