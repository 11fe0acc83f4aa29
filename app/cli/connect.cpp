// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/base/text.h"
#include "core/http/headerline.h"
#include "core/services/socketclient.h"

#include <QSocketNotifier>
#include <QTimer>
#include <unistd.h>

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct ConnectOptions {
    std::string url;
    std::vector<std::string> headers;
    int messages = 0;
    double seconds = 0;
    bool json = false;
};

/// Sends what comes on stdin, line by line, and prints what comes back.
class Conversation : public QObject
{
public:
    Conversation(const ConnectOptions &options, std::function<void(int)> exit)
        : m_options(options)
        , m_exit(std::move(exit))
    {
        connect(&m_client, &services::SocketClient::opened, this, &Conversation::begin);
        connect(&m_client, &services::SocketClient::received, this, [this](const QString &text) { show(text, false); });
        connect(&m_client, &services::SocketClient::receivedBytes, this, [this](const QByteArray &bytes) { show(QString::fromLatin1(bytes.toBase64()), true); });
        connect(&m_client, &services::SocketClient::failed, this, [this](const Error &error) { m_exit(fail(error)); });
        connect(&m_client, &services::SocketClient::closed, this, [this](int code, const QString &reason) { closed(code, reason); });
    }

    void open(const QUrl &url, const services::SocketClient::Headers &headers) { m_client.open(url, headers); }

private:
    void begin()
    {
        if (isatty(STDIN_FILENO))
            note(u"Connected. Each line is a message; Ctrl+D ends."_s);
        m_input = std::make_unique<QSocketNotifier>(STDIN_FILENO, QSocketNotifier::Read);
        connect(m_input.get(), &QSocketNotifier::activated, this, &Conversation::readInput);
        if (m_options.seconds > 0)
            QTimer::singleShot(std::chrono::milliseconds(qint64(m_options.seconds * 1000)), this, &Conversation::leave);
    }

    void readInput()
    {
        QByteArray block(64 * 1024, Qt::Uninitialized);
        const ssize_t count = read(STDIN_FILENO, block.data(), size_t(block.size()));
        if (count > 0)
            m_line += block.left(count);
        for (qsizetype end = m_line.indexOf('\n'); end >= 0; end = m_line.indexOf('\n')) {
            sendLine(m_line.left(end));
            m_line.remove(0, end + 1);
        }
        if (count > 0)
            return;
        m_input->setEnabled(false);
        if (!m_line.isEmpty())
            sendLine(std::exchange(m_line, {}));
        // Who waits for answers has said for how many, or for how long.
        if (m_options.messages == 0 && m_options.seconds <= 0)
            leave();
    }

    void sendLine(const QByteArray &line)
    {
        if (!line.isEmpty())
            (void)m_client.send(QString::fromUtf8(line));
    }

    void show(const QString &text, bool base64)
    {
        if (m_options.json)
            printJson(QJsonObject{{u"message"_s, text}, {u"isBase64Encoded"_s, base64}});
        else
            print(text);
        if (++m_received == m_options.messages)
            leave();
    }

    void leave()
    {
        m_leaving = true;
        m_client.close();
    }

    void closed(int code, const QString &reason)
    {
        if (m_leaving)
            return m_exit(m_received < m_options.messages ? fail(Error{ErrorCode::TimedOut, Core::tr("%1 of %2 messages came.").arg(m_received).arg(m_options.messages), {}, {}}) : int(Fine));
        m_exit(fail(Error{ErrorCode::Io, reason.isEmpty() ? Core::tr("The other side closed the connection with %1.").arg(code) : Core::tr("The other side closed the connection with %1: %2.").arg(code).arg(reason), {}, {}}));
    }

    const ConnectOptions &m_options;
    std::function<void(int)> m_exit;
    services::SocketClient m_client;
    std::unique_ptr<QSocketNotifier> m_input;
    QByteArray m_line;
    int m_received = 0;
    bool m_leaving = false;
};

int connectTo(const ConnectOptions &options)
{
    const QUrl url(QString::fromLocal8Bit(options.url.c_str()));
    if (!url.isValid() || (url.scheme() != "ws"_L1 && url.scheme() != "wss"_L1))
        return fail(Error{ErrorCode::Usage, Core::tr("“%1” is no address of a WebSocket.").arg(QString::fromLocal8Bit(options.url.c_str())), Core::tr("Write it as ws://HOST:PORT/STAGE or wss://HOST/STAGE."), {}});
    services::SocketClient::Headers headers{{"User-Agent", "Ephemera"}};
    for (const std::string &header : options.headers) {
        const auto parsed = http::headerOf(QString::fromStdString(header));
        if (!parsed)
            return fail(parsed.error());
        headers << *parsed;
    }
    std::unique_ptr<Conversation> conversation;
    return runLoop([&](const std::function<void(int)> &exit) {
        conversation = std::make_unique<Conversation>(options, exit);
        conversation->open(url, headers);
    });
}

} // namespace

void addConnect(CLI::App &app, Action &action)
{
    auto options = std::make_shared<ConnectOptions>();
    CLI::App *command = app.add_subcommand("connect", "Speaks to a WebSocket API: lines of stdin go out as messages, messages come to stdout");
    command->add_option("url", options->url, "Address, such as ws://127.0.0.1:3000/prod")->required();
    command->add_option("--header,-H", options->headers, "Header of the handshake; may be repeated")->type_name("NAME: VALUE");
    command->add_option("--messages", options->messages, "End after that many messages came")->check(CLI::PositiveNumber);
    command->add_option("--for", options->seconds, "End after that many seconds")->check(CLI::PositiveNumber);
    command->add_flag("--json", options->json, "Print each message as a line of JSON");
    command->footer("`eph serve` prints the gateway's address; the path is the API's stage. Without --messages and --for it ends with stdin.\n\n"
                    "Examples:\n  eph connect ws://127.0.0.1:3000/prod\n  echo '{\"action\":\"echo\"}' | eph connect ws://127.0.0.1:3000/prod --messages 1");
    command->callback([options, &action] { action = [options] { return connectTo(*options); }; });
}

} // namespace eph::cli
