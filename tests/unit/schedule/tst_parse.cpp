// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/expression.h"

#include <QTest>

using namespace eph::schedule;

/// What the services take and refuse, and what is said about it. Lists from recorded answers of AWS and the documentation.
class tst_Parse : public QObject
{
    Q_OBJECT

    static constexpr auto Rules = Dialect::EventBridgeRules;
    static constexpr auto Scheduler = Dialect::EventBridgeScheduler;

private Q_SLOTS:
    void rulesRefuse_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"rate(10 seconds)", "rate(10 years)", "rate(1 minutes)", "rate(1 hours)", "rate(1 days)", "rate(10 minute)", "rate(10 hour)", "rate(10 day)", "rate()", "rate(10)",
                                 "rate(10 minutess)", "rate(foo minutes)", "rate(0 minutes)", "rate(-10 minutes)", "rate(10 MINUTES)", "rate( 10 minutes )", " rate(10 minutes)", "rate(10  minutes)",
                                 "rate(99999999999 minutes)", "rate(1.5 hours)", "at(2026-01-01T00:00:00)",
                                 "cron(0 1 * * * *)", "cron(0 1 ? * ? *)", "cron(7 20 * * NOT *)", "cron(INVALID)", "cron()", "cron(0 dummy ? * MON-FRI *)", "cron(71 8 1 * ? *)", "cron(0 25 * * ? *)",
                                 "cron(0 0 0 * ? *)", "cron(0 0 32 * ? *)", "cron(0 0 ? 13 * *)", "cron(0 0 ? * 0 *)", "cron(0 0 ? * 8 *)", "cron(0 0 * * ? 1969)", "cron(0 0 * * ? 2200)", "cron(* * * * ?)",
                                 "cron(0 0 * * ? * *)", "cron(0 9 ? * 3#1,6#3 *)", "cron(0 9 ? * 3#6 *)", "cron(0 9 ? * 3#0 *)", "cron(0/0 9 * * ? *)", "cron(0 9 * * ? *", "0 9 * * ? *", "CRON(0 9 * * ? *)",
                                 "cron(0  9 * * ? *)", "cron(0 9 * * ? * )", "cron(,5 9 * * ? *)", "cron(5, 9 * * ? *)", "cron(? 9 * * ? *)", "cron(0 9 5W,6 * ? *)", "cron(0 9 ? * MON,FRIL *)", "", "   "})
            QTest::newRow(text) << QString::fromUtf8(text);
    }
    void rulesRefuse()
    {
        QFETCH(const QString, text);
        const auto parsed = parseExpression(text, Rules);
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().service, "Parameter ScheduleExpression is not valid.");
        QVERIFY(!parsed.error().message.isEmpty());
        QVERIFY(!parsed.error().hint.isEmpty());
        QVERIFY(parsed.error().offset >= 0 && parsed.error().offset + parsed.error().length <= text.size());
    }

    void rulesTake_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"cron(0 2 ? * SAT *)", "cron(0 12 * * ? *)", "cron(5,35 14 * * ? *)", "cron(15 10 ? * 6L 2002-2005)", "cron(0 2 ? * SAT#3 *)", "cron(* * ? * SAT#3 *)", "cron(0/5 5 ? JAN 1-5 2022)",
                                 "cron(0/10 * ? * MON-FRI *)", "cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)", "cron(30-30 13-13 ? * 2,4,6 *)", "cron(1-31/30 1-1 ? * 1,7 *)", "cron(*/15 * * * ? *)", "cron(0-59/10 0-23/2 ? * * *)",
                                 "cron(0/30 20-23 ? * MON-FRI *)", "cron(0/30 0-2 ? * MON-FRI *)", "rate(1 minute)", "rate(2 minutes)", "rate(1 day)", "rate(12 hours)", "cron(0 9 ? * mon-fri *)"})
            QTest::newRow(text) << QString::fromUtf8(text);
    }
    void rulesTake()
    {
        QFETCH(const QString, text);
        const auto parsed = parseExpression(text, Rules);
        QVERIFY2(parsed, qPrintable(parsed ? QString() : parsed.error().message));
        QVERIFY(parseExpression(text, Scheduler));
    }

    void theSchedulerIsAnotherDialect()
    {
        QVERIFY(parseExpression("rate(1 minutes)", Scheduler));
        QVERIFY(parseExpression("rate(5 minute)", Scheduler));
        QVERIFY(parseExpression("at(2026-12-31T23:59:59)", Scheduler));
        QVERIFY(parseExpression("cron(0 9 * * ?)", Scheduler));
        for (const char *text : {"at(2021-12-31T23:59:59Z)", "at(2021-12-31)", "at(2021-02-29T00:00:00)", "at(2021-13-01T00:00:00)", "at(2021-01-01T24:00:00)", "rate(10 MINUTES)", "rate( 10 minutes )"})
            QVERIFY2(!parseExpression(text, Scheduler), text);
        QCOMPARE(parseExpression("cron(0 1 * * * *)", Scheduler).error().service, "Invalid Schedule Expression cron(0 1 * * * *).");
    }

    /// The faulty part, so that it can be underlined.
    void pointsAtTheFault_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<QString>("value");
        QTest::addColumn<Field>("field");
        QTest::newRow("hour") << "cron(0 25 * * ? *)" << Rules << "25" << Field::Hour;
        QTest::newRow("second of a list") << "cron(5,61 1 * * ? *)" << Rules << "61" << Field::Minute;
        QTest::newRow("end of a range") << "0 0 * * 1-8" << Dialect::Unix << "8" << Field::DayOfWeek;
        QTest::newRow("name") << "cron(7 20 ? * NOT *)" << Rules << "NOT" << Field::DayOfWeek;
        QTest::newRow("month") << "0 0 1 FOO *" << Dialect::Gcp << "FOO" << Field::Month;
        QTest::newRow("step") << "*/0 * * * *" << Dialect::Kubernetes << "*/0" << Field::Minute;
        QTest::newRow("day fields") << "cron(0 1 * * * *)" << Rules << "*" << Field::DayOfWeek;
        QTest::newRow("rate") << "rate(0 minutes)" << Rules << "0" << Field::RateValue;
        QTest::newRow("unit") << "rate(10 seconds)" << Rules << "seconds" << Field::RateUnit;
        QTest::newRow("time") << "at(2021-12-31)" << Scheduler << "2021-12-31" << Field::Time;
        QTest::newRow("seconds") << "99 * * * * *" << Dialect::Azure << "99" << Field::Second;
        QTest::newRow("open step") << "5/10 * * * *" << Dialect::Unix << "5/10" << Field::Minute;
        QTest::newRow("L") << "0 0 L * *" << Dialect::Unix << "L" << Field::DayOfMonth;
        QTest::newRow("backwards") << "0 22-2 * * *" << Dialect::Gcp << "22-2" << Field::Hour;
    }
    void pointsAtTheFault()
    {
        QFETCH(const QString, text);
        QFETCH(const Dialect, dialect);
        QFETCH(const QString, value);
        QFETCH(const Field, field);
        const auto parsed = parseExpression(text, dialect);
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().value, value);
        QCOMPARE(parsed.error().field, field);
        QCOMPARE(text.mid(parsed.error().offset, parsed.error().length), value);
        QVERIFY2(parsed.error().message.contains(value) || field == Field::DayOfWeek || field == Field::RateUnit, qPrintable(parsed.error().message));
    }

    void saysWhatEachServiceSays_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<QString>("service");
        QTest::newRow("cron minute") << "99 * * * *" << Dialect::Unix << "bad minute";
        QTest::newRow("cron weekday") << "* * * * 9" << Dialect::Unix << "bad day-of-week";
        QTest::newRow("cron word") << "@often" << Dialect::Unix << "bad time specifier";
        QTest::newRow("kubernetes count") << "* * *" << Dialect::Kubernetes << "spec.schedule: Invalid value: \"* * *\": expected exactly 5 fields, found 3: [* * *]";
        QTest::newRow("kubernetes range") << "* 24 * * *" << Dialect::Kubernetes << "spec.schedule: Invalid value: \"* 24 * * *\": end of range (24) above maximum (23): 24";
        QTest::newRow("quartz days") << "0 0 0 * * *" << Dialect::Quartz << "Support for specifying both a day-of-week AND a day-of-month parameter is not implemented.";
        QTest::newRow("quartz hour") << "0 0 24 * * ?" << Dialect::Quartz << "Hour values must be between 0 and 23";
        QTest::newRow("quartz step") << "0 0/120 0 * * ?" << Dialect::Quartz << "Increment >= 60 : 120";
        QTest::newRow("quartz name") << "0 0 0 ? FOO MON" << Dialect::Quartz << "Invalid Month value: 'FOO'";
        QTest::newRow("quartz short") << "0 0 0" << Dialect::Quartz << "Unexpected end of expression.";
        QTest::newRow("azure") << "* * *" << Dialect::Azure << "The schedule expression '* * *' was not recognized as a valid cron expression or timespan string.";
        QTest::newRow("openwhisk") << "***" << Dialect::OpenWhisk << "cron pattern '***' is not valid";
    }
    void saysWhatEachServiceSays()
    {
        QFETCH(const QString, text);
        QFETCH(const Dialect, dialect);
        QFETCH(const QString, service);
        const auto parsed = parseExpression(text, dialect);
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().service, service);
    }

    void readsMacrosAndDurations()
    {
        for (const char *text : {"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}) {
            QVERIFY2(parseExpression(text, Dialect::Unix), text);
            QVERIFY2(parseExpression(text, Dialect::Kubernetes), text);
            QVERIFY2(!parseExpression(text, Dialect::Gcp), text);
        }
        QVERIFY(std::holds_alternative<AtStartup>(parseExpression("@reboot", Dialect::Unix)->timing));
        QVERIFY(!parseExpression("@reboot", Dialect::Kubernetes));
        QCOMPARE(parseExpression("@every 1h30m", Dialect::Kubernetes)->rate()->period, std::chrono::minutes(90));
        QVERIFY(!parseExpression("@every fortnight", Dialect::Kubernetes));
    }

    void survivesAnything_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("long") << QString(100'000, '*');
        QTest::newRow("long list") << "cron(" + QString("1,").repeated(100) + "1 * * * ? *)";
        QTest::newRow("huge number") << "cron(99999999999999999999 * * * ? *)";
        QTest::newRow("huge step") << "cron(0/99999999999999999999 * * * ? *)";
        QTest::newRow("null") << QString("cron(0 9 * * ? *)").replace(6, 1, QChar(0));
        QTest::newRow("surrogates") << QString("cron(\U0001F600 9 * * ? *)");
        QTest::newRow("arabic digits") << QString("cron(\u0660 9 * * ? *)");
        QTest::newRow("only brackets") << "cron()))))";
    }
    void survivesAnything()
    {
        QFETCH(const QString, text);
        for (const Dialect dialect : allDialects()) {
            const auto parsed = parseExpression(text, dialect);
            if (!parsed)
                QVERIFY(parsed.error().offset + parsed.error().length <= text.size());
        }
        QVERIFY(!parseExpression(text, Rules) || text.startsWith("cron(1,"));
    }
};

QTEST_GUILESS_MAIN(tst_Parse)
#include "tst_parse.moc"
