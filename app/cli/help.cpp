// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/sys/paths.h"

#include <QDir>
#include <QFile>

namespace eph::cli {

using namespace Qt::StringLiterals;

QStringList helpTopics()
{
    QStringList topics;
    const QStringList files = QDir(sys::resourcePath(u"help"_s)).entryList({u"*.md"_s}, QDir::Files, QDir::Name);
    for (const QString &name : files)
        topics << name.chopped(3);
    return topics;
}

namespace {

int help(const QString &topic)
{
    const QDir folder(sys::resourcePath(u"help"_s));
    QFile file(folder.filePath(topic + ".md"_L1));
    if (!topic.isEmpty() && !topic.contains(u'/') && file.open(QIODevice::ReadOnly)) {
        print(file.readAll().trimmed());
        return Fine;
    }
    const QStringList topics = helpTopics();
    if (topic.isEmpty()) {
        print(QString("Topics: "_L1 + topics.join(", "_L1)));
        return Fine;
    }
    return fail({ErrorCode::NotFound, u"There is no help on “%1”."_s.arg(topic), u"Topics: %1. A command explains itself: eph COMMAND --help"_s.arg(topics.join(", "_L1)), {}});
}

} // namespace

void addHelp(CLI::App &app, Action &action)
{
    auto topic = std::make_shared<std::string>();
    CLI::App *command = app.add_subcommand("help", "Explains a topic");
    command->add_option("topic", *topic, "Such as json or exit-codes; none lists them");
    command->footer("Examples:\n  eph help\n  eph help json");
    command->callback([topic, &action] { action = [topic] { return help(QString::fromLocal8Bit(topic->c_str())); }; });
}

} // namespace eph::cli
