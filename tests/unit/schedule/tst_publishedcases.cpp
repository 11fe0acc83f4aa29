// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/firetimes.h"

#include <QTest>
#include <QTimeZone>

using namespace eph::schedule;

/// What the test suites of other programs say about expressions, as data: tests/data/schedule, whose README tells where it
/// comes from. Where we differ on purpose, differences.tsv says why, and the case must really differ.
class tst_PublishedCases : public QObject
{
    Q_OBJECT

    struct Case {
        QString source;
        QString expression;
        QString zone;
        QString after;
        QString direction;
        QStringList expected;
        bool inclusive = false;
    };

    static QStringList linesOf(const QString &name)
    {
        QFile file(SOURCE_DIR "/tests/data/schedule/" + name);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("%s is missing", qPrintable(name));
        QStringList lines = QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts);
        lines.removeFirst();
        return lines;
    }

    static QHash<QString, QString> differences()
    {
        QHash<QString, QString> all;
        for (const QString &line : linesOf("differences.tsv")) {
            const QStringList parts = line.split('\t');
            all.insert(parts.mid(0, 4).join('\t'), parts.at(4));
        }
        return all;
    }

    static Instant instant(const QString &iso) { return Instant(std::chrono::seconds(QDateTime::fromString(iso, Qt::ISODate).toSecsSinceEpoch())); }

    static QStringList toText(const QList<Instant> &all)
    {
        QStringList text;
        for (const Instant at : all)
            text << toIso(at);
        return text;
    }

    /// Empty when our answer is the published one, otherwise ours.
    static QString differenceOf(const Case &given, Dialect dialect)
    {
        const auto parsed = parseExpression(given.expression, dialect);
        if (given.direction == "valid" || given.direction == "invalid")
            return parsed.has_value() == (given.direction == "valid") ? QString() : parsed ? "valid" : parsed.error().message;
        if (!parsed)
            return parsed.error().message;
        Frame frame;
        const auto zone = Zone::load(given.zone);
        if (!zone)
            return zone.error().message;
        frame.zone = *zone;
        frame.created = given.direction == "between" ? Instant{} : instant(given.after);
        const FireTimes times(*parsed, frame);
        QList<Instant> found;
        QStringList expected = given.expected == QStringList{"none"} ? QStringList() : given.expected;
        if (given.direction == "matches") {
            const Instant at = instant(given.after);
            const bool matches = times.next(at - std::chrono::seconds(1)) == at;
            return matches == (given.expected == QStringList{"true"}) ? QString() : matches ? "matches" : "does not match";
        }
        if (given.direction == "between") {
            const QStringList range = expected.takeFirst().split("..");
            expected.removeAll("none");
            const Instant from = instant(range.at(0));
            const Instant until = instant(range.at(1));
            found = times.between(given.inclusive ? from : from + std::chrono::seconds(1), given.inclusive ? until + std::chrono::seconds(1) : until, 10'000);
        } else {
            const bool forward = given.direction == "next";
            Instant at = instant(given.after);
            if (given.inclusive)
                at += std::chrono::seconds(forward ? -1 : 1);
            const bool wantsNone = expected.isEmpty();
            while (found.size() < std::max<qsizetype>(1, expected.size())) {
                const auto one = forward ? times.next(at) : times.previous(at);
                if (!one)
                    break;
                at = *one;
                if (wantsNone && given.source.contains("until=") && *one >= instant(given.source.section("until=", 1).section(' ', 0, 0)))
                    break;
                found << *one;
            }
        }
        QList<Instant> wanted;
        for (const QString &iso : expected)
            wanted << instant(iso);
        return found == wanted ? QString() : "[" + toText(found).join(' ') + "]";
    }

    /// As the dialect writes it; nullopt for forms of the library that the service does not have.
    static std::optional<QString> written(const QString &file, const Case &given)
    {
        if (file == "aws.tsv")
            return given.expression.startsWith("cron(") ? given.expression : "cron(" + given.expression + ")";
        if (file == "robfig.tsv") {
            QString text = given.expression;
            if (text.startsWith("TZ=") || text.startsWith("CRON_TZ="))
                text = text.section(' ', 1);
            if (given.source.startsWith("robfig-standard"))
                return text;
            // The service has no seconds.
            const QStringList parts = text.split(' ', Qt::SkipEmptyParts);
            if (given.source.startsWith("robfig-seconds") && parts.size() == 6 && parts.first() == "0")
                return parts.mid(1).join(' ');
            return std::nullopt;
        }
        if (given.source.startsWith("ncrontab-multi") || given.source.contains("limitCronFields"))
            return std::nullopt;
        return given.expression;
    }

private Q_SLOTS:
    void agreesWith_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("dialect");
        QTest::addColumn<int>("atLeast");
        QTest::newRow("aws-croniter and pyawscron") << "aws.tsv" << int(Dialect::EventBridgeRules) << 600;
        QTest::newRow("Quartz") << "quartz.tsv" << int(Dialect::Quartz) << 140;
        QTest::newRow("NCrontab") << "ncrontab.tsv" << int(Dialect::Azure) << 170;
        QTest::newRow("Azure timers") << "azure.tsv" << int(Dialect::Azure) << 5;
        QTest::newRow("robfig/cron") << "robfig.tsv" << int(Dialect::Kubernetes) << 110;
        QTest::newRow("npm cron and OpenWhisk alarms") << "openwhisk.tsv" << int(Dialect::OpenWhisk) << 40;
    }

    void agreesWith()
    {
        QFETCH(const QString, file);
        QFETCH(const int, dialect);
        QFETCH(const int, atLeast);
        const auto known = differences();
        QStringList wrong;
        int compared = 0;
        for (const QString &line : linesOf(file)) {
            const QStringList parts = line.split('\t');
            QCOMPARE(parts.size(), 7);
            const Case given{parts.at(0), parts.at(1), parts.at(2), parts.at(3), parts.at(4), parts.at(5).split(' ', Qt::SkipEmptyParts), parts.at(6) == "yes"};
            const auto text = written(file, given);
            if (!text)
                continue;
            Case ours = given;
            ours.expression = *text;
            ++compared;
            const QString difference = differenceOf(ours, Dialect(dialect));
            const bool onPurpose = known.contains(QStringList{file, given.expression, given.direction, given.after}.join('\t'));
            if (difference.isEmpty() == onPurpose)
                wrong << QString("%1 | %2 | %3 %4 | wanted %5 | %6").arg(given.source, *text, given.direction, given.after, given.expected.join(' '), onPurpose ? "agrees, but is listed" : difference);
        }
        for (const QString &line : wrong)
            qWarning().noquote() << line;
        QVERIFY2(wrong.isEmpty(), qPrintable(QString("%1 of %2 differ").arg(wrong.size()).arg(compared)));
        QVERIFY2(compared >= atLeast, qPrintable(QString::number(compared)));
    }

    /// Which timers go on in the hour that comes twice.
    void azureTellsIntervalsFromTimes()
    {
        for (const QString &line : linesOf("azure_interval.tsv")) {
            const QStringList parts = line.split('\t');
            const auto parsed = parseExpression(parts.at(1), Dialect::Azure);
            QVERIFY2(parsed, qPrintable(line));
            QVERIFY2((parsed->cron()->spec.daylight.repeated == RepeatedTime::Both) == (parts.at(2) == "true"), qPrintable(line));
        }
    }
};

QTEST_GUILESS_MAIN(tst_PublishedCases)
#include "tst_publishedcases.moc"
