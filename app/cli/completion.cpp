// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/schedule/dialect.h"
#include "core/services/projecttemplates.h"

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

/// Names and options come from the command line itself, so that they cannot fall behind.
struct Vocabulary {
    QStringList commands;
    QMap<QString, QStringList> options;
    QHash<QString, QStringList> inner; ///< Commands below a command.
    QStringList starters;
    QStringList topics;
    QStringList dialects;
};

void addOptions(const CLI::App &command, QStringList &names)
{
    for (const CLI::Option *option : command.get_options()) {
        for (const std::string &name : option->get_lnames())
            names << QString("--"_L1 + QString::fromStdString(name));
    }
}

Vocabulary vocabulary()
{
    CLI::App app;
    Action unused;
    addCommands(app, unused);
    Vocabulary words;
    for (const CLI::App *command : app.get_subcommands([](const CLI::App *) { return true; })) {
        const QString name = QString::fromStdString(command->get_name());
        words.commands << name;
        addOptions(*command, words.options[name]);
        for (const CLI::App *below : command->get_subcommands([](const CLI::App *) { return true; })) {
            const QString both = name + u' ' + QString::fromStdString(below->get_name());
            words.inner[name] << QString::fromStdString(below->get_name());
            addOptions(*below, words.options[both]);
        }
    }
    const QList<services::Starter> all = services::starters();
    for (const services::Starter &starter : all)
        words.starters << starter.id;
    words.topics = helpTopics();
    for (const schedule::Dialect dialect : schedule::allDialects())
        words.dialects << schedule::dialectId(dialect);
    return words;
}

QString bashScript(const Vocabulary &words)
{
    QString cases;
    for (const QString &command : words.commands) {
        const QStringList inner = words.inner.value(command);
        if (inner.isEmpty()) {
            cases += "        "_L1 + command + ") options=\""_L1 + words.options.value(command).join(u' ') + "\" ;;\n"_L1;
            continue;
        }
        cases += u"        %1) if [ \"$COMP_CWORD\" = 2 ]; then COMPREPLY=($(compgen -W \"%2\" -- \"$current\")); return; fi\n            case ${COMP_WORDS[2]} in\n"_s.arg(command, inner.join(u' '));
        for (const QString &below : inner)
            cases += "                "_L1 + below + ") options=\""_L1 + words.options.value(command + u' ' + below).join(u' ') + "\" ;;\n"_L1;
        cases += u"            esac ;;\n"_s;
    }
    return uR"sh(# bash completion of eph
_eph() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} options=
    if [ "$COMP_CWORD" = 1 ]; then
        COMPREPLY=($(compgen -W "%1 --help --version" -- "$current"))
        return
    fi
    case $previous in
        --project|-p) COMPREPLY=($(compgen -d -- "$current")); return ;;
        --event|-e) COMPREPLY=($(compgen -f -- "$current") $(cd events 2>/dev/null && compgen -G "$current*.json")); return ;;
        --template|-t) COMPREPLY=($(compgen -W "%3" -- "$current")); return ;;
        --dialect|-d|--other-dialect) COMPREPLY=($(compgen -W "%5" -- "$current")); return ;;
        completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$current")); return ;;
        help) COMPREPLY=($(compgen -W "%4" -- "$current")); return ;;
    esac
    case $command in
%2    esac
    case $current in
        -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
        *) case $command in
            invoke|watch|show|env|set)
                # Compared, never expanded: the names come from somebody's template.
                local name
                COMPREPLY=()
                while read -r name _; do
                    case $name in "$current"*) COMPREPLY+=("$name") ;; esac
                done < <(eph list 2>/dev/null | tail -n +2) ;;
            *) COMPREPLY=($(compgen -f -- "$current")) ;;
        esac ;;
    esac
}
complete -F _eph eph)sh"_s.arg(words.commands.join(u' '), cases, words.starters.join(u' '), words.topics.join(u' '), words.dialects.join(u' '));
}

QString zshScript(const Vocabulary &words)
{
    return u"#compdef eph\nautoload -U +X bashcompinit && bashcompinit\n"_s + bashScript(words);
}

QString fishScript(const Vocabulary &words)
{
    QString script = u"# fish completion of eph\ncomplete -c eph -f -n __fish_use_subcommand -a '%1'\n"_s.arg(words.commands.join(u' '));
    for (const QString &command : words.commands) {
        const QStringList options = words.options.value(command);
        for (const QString &option : options)
            script += u"complete -c eph -n '__fish_seen_subcommand_from %1' -l %2\n"_s.arg(command, option.mid(2));
        const QStringList inner = words.inner.value(command);
        if (!inner.isEmpty())
            script += u"complete -c eph -f -n '__fish_seen_subcommand_from %1; and not __fish_seen_subcommand_from %2' -a '%2'\n"_s.arg(command, inner.join(u' '));
        for (const QString &below : inner) {
            for (const QString &option : words.options.value(command + u' ' + below))
                script += u"complete -c eph -n '__fish_seen_subcommand_from %1; and __fish_seen_subcommand_from %2' -l %3\n"_s.arg(command, below, option.mid(2));
        }
    }
    return script.trimmed();
}

} // namespace

void addCompletion(CLI::App &app, Action &action)
{
    auto shell = std::make_shared<std::string>();
    CLI::App *command = app.add_subcommand("completion", "Prints a completion script for a shell");
    command->add_option("shell", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->footer("Examples:\n  source <(eph completion bash)\n  eph completion fish > ~/.config/fish/completions/eph.fish");
    command->callback([shell, &action] {
        action = [shell] {
            const Vocabulary words = vocabulary();
            print(*shell == "bash" ? bashScript(words) : *shell == "zsh" ? zshScript(words) : fishScript(words));
            return int(Fine);
        };
    });
}

} // namespace eph::cli
