// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/invokerunner.h"
#include "app/cli/livelog.h"
#include "app/common/composition.h"
#include "core/base/text.h"
#include "core/sys/codewatch.h"

#include <QSocketNotifier>
#include <QTimer>

namespace eph::cli {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct WatchOptions {
    FunctionOptions function;
    RunOptions run;
    std::string event;
    std::string tenantId;
    bool json = false;
};

/// A save during a run is answered by one more run; a change in that one, too, is the function's own.
constexpr int MaxChangedInRun = 1;

/// Invokes on each save, newest state wins: saves during a run are answered by one more run.
class Watcher : public QObject
{
public:
    Watcher(app::Composition &composition, const WatchOptions &options, std::function<void(int)> exit)
        : m_composition(composition)
        , m_options(options)
        , m_exit(std::move(exit))
        , m_log(composition.logs, options.json ? Format::Json : Format::People)
    {
        // Editors write in several steps; one run follows the last of them.
        m_settle.setSingleShot(true);
        m_settle.setInterval(30ms);
        connect(&m_settle, &QTimer::timeout, this, [this] {
            if (m_watch->generation() != m_generation)
                invoke();
            else
                listen();
        });
        // Folders that the kernel cannot watch are compared now and then.
        m_poll.setInterval(500ms);
        connect(&m_poll, &QTimer::timeout, this, [this] { m_settle.start(); });
        invoke();
    }

private:
    void observe(const project::Project &project, const project::Function &function)
    {
        QStringList folders{project.folder};
        folders << function.layerFolders;
        if (!QString(function.codeFolder + u'/').startsWith(project.folder + u'/'))
            folders << function.codeFolder;
        if (folders == m_folders)
            return;
        m_folders = folders;
        m_watch = std::make_unique<sys::CodeWatch>(folders);
        m_notifier.reset();
        m_poll.stop();
        note(u"Watching %1. Ctrl+C ends."_s.arg(folders.join(", "_L1)));
    }

    /// Waits for the next change.
    void listen()
    {
        const int descriptor = m_watch->descriptor();
        if (descriptor < 0) {
            m_notifier.reset();
            m_poll.start();
            return;
        }
        if (!m_notifier) {
            m_notifier = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Read);
            connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
                // What woke us is read by generation() once things have settled.
                m_notifier->setEnabled(false);
                m_settle.start();
            });
        }
        m_notifier->setEnabled(true);
    }

    void finished()
    {
        m_running = false;
        const bool changed = m_watch->generation() != m_generation;
        m_changedInRun = changed ? m_changedInRun + 1 : 0;
        if (m_changedInRun > MaxChangedInRun) {
            // No person saves during every run: it is the function that writes, and it would run for ever.
            if (m_changedInRun == MaxChangedInRun + 1)
                note(Core::tr("The function changes files of its own project; such a change does not run it again."));
            m_generation = m_watch->generation();
        } else if (changed) {
            m_settle.start();
            return;
        }
        listen();
    }

    void invoke()
    {
        if (m_running)
            return;
        const auto chosen = m_options.function.open();
        if (!m_watch && !chosen)
            return m_exit(fail(chosen.error()));
        if (chosen)
            observe(chosen->project, chosen->function);
        m_generation = m_watch->generation();
        if (!chosen) {
            // The template is being edited: say so and wait for the next save.
            (void)fail(chosen.error());
            return listen();
        }
        const auto event = readEvent(QString::fromLocal8Bit(m_options.event.c_str()), chosen->project);
        if (!event) {
            (void)fail(event.error());
            return listen();
        }
        m_running = true;
        m_composition.invokes.invoke({chosen->project, chosen->function, *event, {}, QByteArray::fromStdString(m_options.tenantId)}).then(this, [this](const Result<services::InvocationRecord> &record) {
            m_log.flush();
            if (record)
                printRecord(*record, m_options.json ? Format::Json : Format::People);
            else
                (void)fail(record.error());
            finished();
        });
    }

    app::Composition &m_composition;
    const WatchOptions &m_options;
    std::function<void(int)> m_exit;
    LiveLog m_log;
    QStringList m_folders;
    std::unique_ptr<sys::CodeWatch> m_watch;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QTimer m_settle;
    QTimer m_poll;
    quint64 m_generation = 0;
    bool m_running = false;
    int m_changedInRun = 0; ///< Runs in a row that something changed in.
};

int watch(const WatchOptions &options)
{
    const auto cloud = options.run.chosen();
    if (!cloud)
        return fail(cloud.error());
    const auto composition = app::Composition::create(*cloud, app::Composition::ProgramLogBytes);
    if (!composition)
        return fail(composition.error());
    std::unique_ptr<Watcher> watcher;
    return runLoop([&](const std::function<void(int)> &exit) {
        watcher = std::make_unique<Watcher>(**composition, options, exit);
    });
}

} // namespace

void addWatch(CLI::App &app, Action &action)
{
    auto options = std::make_shared<WatchOptions>();
    CLI::App *command = app.add_subcommand("watch", "Runs a function again on each save");
    options->function.addTo(*command, FunctionOptions::Name::Optional);
    command->add_option("--event,-e", options->event, "File, JSON, or the name of a saved event")->type_name("EVENT");
    command->add_option("--tenant-id", options->tenantId, "Whom a function with tenant isolation runs for")->type_name("ID");
    options->run.addTo(*command);
    command->add_flag("--json", options->json, "Print one JSON document a run, each on a line");
    command->footer("Examples:\n  eph watch purchase --event order.json\n  eph watch --project digest --json | jq .report.durationMs");
    command->callback([options, &action] { action = [options] { return watch(*options); }; });
}

} // namespace eph::cli
