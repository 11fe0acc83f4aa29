// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/slownote.h"
#include "core/services/packagechanges.h"

#include <QFile>
#include <QLocale>
#include <QSaveFile>

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct PackageOptions {
    FunctionOptions function;
    std::string output;
    std::string before;
    std::string after;
    std::string release;
    bool json = false;
};

QString bytes(qint64 count)
{
    return QLocale(QLocale::English).formattedDataSize(count, 1, QLocale::DataSizeTraditionalFormat);
}

int package(const PackageOptions &options)
{
    const auto chosen = options.function.open();
    if (!chosen)
        return fail(chosen.error());
    SlowNote slow;
    const auto packed = services::packFunction(chosen->function, {[&](const QString &) { return slow.tell(u"Bringing the dependencies of %1"_s.arg(chosen->function.name)), true; }, {}});
    if (!packed)
        return fail(packed.error());
    for (const Finding &finding : packed->findings) {
        if (finding.rule == "dependencies"_L1 && finding.severity == Severity::Error)
            return fail({ErrorCode::Invalid, finding.message, finding.hint, {}});
    }
    QSaveFile file(options.output.empty() ? QString(packed->function + ".zip"_L1) : QString::fromStdString(options.output));
    if (!file.open(QIODevice::WriteOnly) || file.write(packed->zip) != packed->zip.size() || !file.commit())
        return fail({ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(file.fileName(), file.errorString()), {}, {}});
    for (const Finding &finding : packed->findings)
        note(finding.message);
    if (options.json) {
        QJsonObject json = services::toJson(*packed);
        json.insert(u"file"_s, file.fileName());
        printJson(json);
        return Fine;
    }
    QList<QStringList> rows{{u"PART"_s, u"FILES"_s, u"UNPACKED"_s, u"PACKED"_s}};
    constexpr qsizetype Most = 30;
    package::PackagePart others;
    for (qsizetype i = 0; i < packed->parts.size(); ++i) {
        const package::PackagePart &part = packed->parts.at(i);
        if (i < Most) {
            rows << QStringList{part.name.isEmpty() ? u"(files at the top)"_s : part.name, QString::number(part.files), bytes(part.bytes), bytes(part.compressedBytes)};
            continue;
        }
        others.files += part.files;
        others.bytes += part.bytes;
        others.compressedBytes += part.compressedBytes;
    }
    if (others.files > 0)
        rows << QStringList{u"(%1 smaller parts; --json has all)"_s.arg(packed->parts.size() - Most), QString::number(others.files), bytes(others.bytes), bytes(others.compressedBytes)};
    rows << QStringList{u"in all"_s, QString::number(packed->files), bytes(packed->uncompressedBytes), bytes(packed->zip.size())};
    printTable(rows);
    note(u"%1: sha256 %2, CodeSha256 %3"_s.arg(file.fileName(), QString::fromLatin1(packed->sha256), QString::fromLatin1(packed->codeSha256)));
    if (!packed->leftOut.isEmpty())
        note(u"Left out: %1 (--json says by which rules)"_s.arg(packed->leftOut.size()));
    return Fine;
}

Result<QByteArray> readZip(const std::string &name)
{
    QFile file(QString::fromStdString(name));
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::NotFound, u"%1 cannot be read: %2."_s.arg(file.fileName(), file.errorString()));
    return file.readAll();
}

/// What a release has of a function, and what would be packed now.
Result<package::PackageDiff> diffFromRelease(const PackageOptions &options)
{
    const auto chosen = options.function.open();
    if (!chosen)
        return tl::unexpected(chosen.error());
    const deploy::Vault vault(chosen->project.folder);
    const QList<services::ReleasedPackage> releases = services::releasedPackages(vault, chosen->function.logicalId);
    const QString wanted = QString::fromStdString(options.release);
    const auto release = std::find_if(releases.cbegin(), releases.cend(), [&](const services::ReleasedPackage &each) { return wanted == "latest"_L1 || each.release == wanted; });
    if (release == releases.cend())
        return failure(ErrorCode::NotFound, u"No release “%1” has a package of “%2”."_s.arg(wanted, chosen->function.name), u"eph releases lists them; “latest” is the newest."_s);
    const auto before = vault.package(release->sha256);
    if (!before)
        return tl::unexpected(before.error());
    const auto after = services::packFunction(chosen->function);
    if (!after)
        return tl::unexpected(after.error());
    return package::diffPackages(*before, after->zip);
}

Result<package::PackageDiff> diffOf(const PackageOptions &options)
{
    if (!options.release.empty())
        return diffFromRelease(options);
    if (options.after.empty())
        return failure(ErrorCode::Usage, u"There are not two packages to compare."_s, u"Name two zips, or --release ID --function NAME."_s);
    const auto before = readZip(options.before);
    if (!before)
        return tl::unexpected(before.error());
    return readZip(options.after).and_then([&](const QByteArray &after) { return package::diffPackages(*before, after); });
}

int diff(const PackageOptions &options)
{
    const auto difference = diffOf(options);
    if (!difference)
        return fail(difference.error());
    const bool same = difference->entries.isEmpty();
    if (options.json) {
        printJson(services::toJson(*difference));
        return same ? Fine : HasFindings;
    }
    if (same) {
        print(difference->sameBytes ? u"The same bytes."_s : u"The same code; the hash is another because of %1."_s.arg(difference->packing));
        return Fine;
    }
    QList<QStringList> rows{{u"CHANGE"_s, u"FILE"_s, u"BEFORE"_s, u"AFTER"_s}};
    constexpr qsizetype Most = 200;
    for (const auto &entry : difference->entries.first(std::min(difference->entries.size(), Most)))
        rows << QStringList{package::changeName(entry.change), entry.name, bytes(entry.before), bytes(entry.after)};
    printTable(rows);
    if (difference->entries.size() > Most)
        note(u"and %1 more (--json has all)"_s.arg(difference->entries.size() - Most));
    return HasFindings;
}

} // namespace

void addPackage(CLI::App &app, Action &action)
{
    auto packing = std::make_shared<PackageOptions>();
    CLI::App *command = app.add_subcommand("package", "Packs a function's code into a zip, with its dependencies, always into the same bytes");
    packing->function.addTo(*command, FunctionOptions::Name::Optional);
    command->add_option("--output,-o", packing->output, "The zip; NAME.zip otherwise");
    command->add_flag("--json", packing->json, "Print JSON");
    command->footer("The bytes follow from names, contents, executable bits and links alone. What version control, editors and caches leave behind stays out, and what a\n.lambdaignore in the code folder says, by the rules of gitignore. Dependencies that package-lock.json, npm-shrinkwrap.json, pnpm-lock.yaml, yarn.lock or requirements.txt fix are installed\nafresh by the tool of that file, without those of development; SkipBuild: true in the Metadata of a function packs its folder as it is.\n\nExamples:\n  eph package purchase\n  eph package purchase --output build/purchase.zip --json");
    command->callback([packing, &action] { action = [packing] { return package(*packing); }; });

    auto comparing = std::make_shared<PackageOptions>();
    command = app.add_subcommand("diff", "Says how two packages differ, and why their hashes do");
    auto *before = command->add_option("before", comparing->before, "A zip");
    command->add_option("after", comparing->after, "Another one")->needs(before);
    comparing->function.project.addTo(*command);
    auto *function = command->add_option("--function,-f", comparing->function.function, "Compares what this function's package would be now");
    auto *release = command->add_option("--release", comparing->release, "with what a release has of it, such as dev-3, or latest")->excludes(before);
    function->needs(release);
    command->add_flag("--json", comparing->json, "Print JSON");
    command->footer("Exit code 3 means that the code differs.\n\nExamples:\n  eph diff old.zip new.zip\n  eph diff --release latest --function purchase");
    command->callback([comparing, &action] { action = [comparing] { return diff(*comparing); }; });
}

} // namespace eph::cli
