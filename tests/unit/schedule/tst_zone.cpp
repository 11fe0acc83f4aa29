// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/zone.h"
#include "core/schedule/firetimes.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace eph;
using namespace eph::schedule;
using namespace std::chrono;

namespace {

/// Prints all changes of offset of each zone, as Python's zoneinfo finds them.
constexpr auto Oracle = R"(
import datetime, sys, zoneinfo
utc = datetime.timezone.utc
end = int(datetime.datetime(2199, 12, 31, tzinfo=utc).timestamp())
for name in sys.argv[1:]:
    zone = zoneinfo.ZoneInfo(name)
    offset = lambda t: int(datetime.datetime.fromtimestamp(t, utc).astimezone(zone).utcoffset().total_seconds())
    t, last = 0, offset(0)
    found = ['0:%d' % last]
    while t < end - 1:
        n = min(t + 86400 * 2, end - 1)
        if offset(n) == last:
            t = n
            continue
        low, high = t, n
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == last else (low, middle)
        t, last = high, offset(high)
        found.append('%d:%d' % (t, last))
    print(name, *found)
)";

QStringList ourChanges(const Zone &zone)
{
    QStringList found;
    std::optional<seconds> last;
    const Instant end{sys_days(year(2199) / 12 / 31)};
    for (const Zone::Stretch &stretch : zone.stretches()) {
        const Instant begin = std::max(stretch.begin, Instant{});
        if (stretch.end <= Instant{} || begin >= end || last == stretch.offset)
            continue;
        last = stretch.offset;
        found << QString("%1:%2").arg(begin.time_since_epoch().count()).arg(stretch.offset.count());
    }
    return found;
}

} // namespace

class tst_Zone : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithPython()
    {
        const QString python = QStandardPaths::findExecutable("python3");
        if (python.isEmpty())
            QSKIP("python3 is not installed");
        const QStringList zones{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll", "Europe/Dublin", "Africa/Cairo", "Pacific/Apia",
                                "Africa/Casablanca", "Africa/Monrovia", "America/Sao_Paulo", "Asia/Tehran", "Asia/Kolkata", "Asia/Gaza", "Pacific/Norfolk",
                                "America/Nuuk", "Asia/Kathmandu", "Africa/Juba", "Pacific/Kwajalein", "America/Caracas", "Asia/Pyongyang", "Europe/London",
                                "Europe/Volgograd", "America/Santiago", "Pacific/Easter", "Asia/Beirut", "Etc/GMT+5"};
        QProcess process;
        process.start(python, QStringList{"-c", Oracle} + zones);
        QVERIFY(process.waitForFinished(60'000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError());
        int compared = 0;
        for (const QByteArray &line : process.readAllStandardOutput().trimmed().split('\n')) {
            QStringList expected = QString::fromUtf8(line).split(' ');
            const QString name = expected.takeFirst();
            const auto zone = Zone::load(name);
            QVERIFY2(zone, qPrintable(name));
            QVERIFY2(ourChanges(**zone) == expected, qPrintable(name));
            ++compared;
        }
        QCOMPARE(compared, zones.size());
    }

    void theLastRuleHoldsForEver()
    {
        const auto berlin = *Zone::load("Europe/Berlin");
        QCOMPARE(toIso(berlin->toLocal(Instant(sys_days(year(2150) / 7 / 1)))), "2150-07-01T02:00:00");
        QCOMPARE(berlin->abbreviation(berlin->at(Instant(sys_days(year(2150) / 7 / 1)))), "CEST");
        QCOMPARE(berlin->abbreviation(berlin->at(Instant(sys_days(year(2150) / 1 / 1)))), "CET");
    }

    void namesWhatWasMeant_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("meant");
        QTest::newRow("case") << "europe/berlin" << "Europe/Berlin";
        QTest::newRow("city") << "Tokyo" << "Asia/Tokyo";
        QTest::newRow("misspelt") << "Europe/Berln" << "Europe/Berlin";
    }
    void namesWhatWasMeant()
    {
        QFETCH(const QString, name);
        QFETCH(const QString, meant);
        const auto zone = Zone::load(name);
        QVERIFY(!zone);
        QCOMPARE(zone.error().code, ErrorCode::NotFound);
        QVERIFY2(zone.error().hint.contains(meant), qPrintable(zone.error().hint));
    }

    void refusesPathsAndOtherFiles_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"", "/etc/passwd", "../../../etc/passwd", "Europe/../../../../etc/passwd", "tzdata.zi", "Europe", "Europe/", "a b", "Europe/Berlin\n", "\xc3\xa4"})
            QTest::newRow(name) << QString::fromUtf8(name);
    }
    void refusesPathsAndOtherFiles()
    {
        QFETCH(const QString, name);
        QVERIFY(!Zone::load(name));
    }

    void refusesDamagedFiles()
    {
        QFile file("/usr/share/zoneinfo/Europe/Berlin");
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray whole = file.readAll();
        QVERIFY(Zone::parse("Berlin", whole));
        for (qsizetype size = 0; size + 2 < whole.size(); ++size)
            QVERIFY2(!Zone::parse("Berlin", whole.left(size)), qPrintable(QString::number(size)));
        QByteArray rule = whole;
        rule.replace("M3.5.0", "M13.5.0");
        QVERIFY(!Zone::parse("Berlin", rule));
    }

    void listsClockChanges()
    {
        const auto lordHowe = *Zone::load("Australia/Lord_Howe");
        const auto changes = clockChanges(*lordHowe, Instant(sys_days(year(2026) / 1 / 1)), Instant(sys_days(year(2027) / 1 / 1)));
        QCOMPARE(changes.size(), 2);
        QCOMPARE(toIso(changes.at(0).before), "2026-04-05T02:00:00");
        QCOMPARE(toIso(changes.at(0).after), "2026-04-05T01:30:00");
        QCOMPARE(toIso(changes.at(1).before), "2026-10-04T02:00:00");
        QCOMPARE(toIso(changes.at(1).after), "2026-10-04T02:30:00");
    }
};

QTEST_GUILESS_MAIN(tst_Zone)
#include "tst_zone.moc"
