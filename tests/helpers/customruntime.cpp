// SPDX-License-Identifier: GPL-3.0-or-later
// A custom runtime in C++ over a bare socket, as somebody writes one from the Runtime API's description. What an event's
// "do" asks for is what it does; the statuses that the API answers go to its log.
#include <arpa/inet.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace {

struct Answer {
    int status = 0;
    std::string head;
    std::string body;
};

class Api
{
public:
    Api()
    {
        const std::string address = std::getenv("AWS_LAMBDA_RUNTIME_API");
        const size_t colon = address.rfind(':');
        m_host = address;
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(colon + 1))));
        inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
        m_socket = ::socket(AF_INET, SOCK_STREAM, 0);
        if (::connect(m_socket, reinterpret_cast<sockaddr *>(&to), sizeof to) != 0)
            std::exit(99);
    }

    Answer get(const std::string &path) { return exchange("GET " + path + " HTTP/1.1\r\nHost: " + m_host + "\r\n\r\n"); }
    Answer post(const std::string &path, const std::string &body, const std::string &headers = {})
    {
        return exchange("POST " + path + " HTTP/1.1\r\nHost: " + m_host + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
    Answer exchange(const std::string &request)
    {
        for (size_t sent = 0; sent < request.size();) {
            const ssize_t count = ::write(m_socket, request.data() + sent, request.size() - sent);
            if (count <= 0)
                std::exit(98);
            sent += size_t(count);
        }
        Answer answer;
        size_t end;
        while ((end = m_received.find("\r\n\r\n")) == std::string::npos)
            more();
        answer.head = m_received.substr(0, end);
        answer.status = std::stoi(answer.head.substr(9, 3));
        const std::string length = header(answer, "Content-Length");
        const size_t size = length.empty() ? 0 : std::stoul(length);
        while (m_received.size() < end + 4 + size)
            more();
        answer.body = m_received.substr(end + 4, size);
        m_received.erase(0, end + 4 + size);
        return answer;
    }

    static std::string header(const Answer &answer, const std::string &name)
    {
        const size_t at = answer.head.find("\r\n" + name + ": ");
        if (at == std::string::npos)
            return {};
        const size_t start = at + name.size() + 4;
        return answer.head.substr(start, answer.head.find("\r\n", start) - start);
    }

private:
    void more()
    {
        char buffer[65536];
        const ssize_t count = ::read(m_socket, buffer, sizeof buffer);
        if (count <= 0)
            std::exit(0);
        m_received.append(buffer, size_t(count));
    }

    std::string m_host;
    std::string m_received;
    int m_socket = -1;
};

bool asksFor(const std::string &event, const char *what)
{
    return event.find(std::string("\"do\":\"") + what + '"') != std::string::npos;
}

void told(const char *what, const Answer &answer)
{
    std::printf("%s %d %s\n", what, answer.status, answer.body.c_str());
    std::fflush(stdout);
}

} // namespace

int main()
{
    Api api;
    const std::string base = "/2018-06-01/runtime/";
    const std::string error = R"({"errorMessage":"as asked","errorType":"Own.Error","stackTrace":[]})";
    if (std::string(std::getenv("_HANDLER")) == "broken.init") {
        told("init", api.post(base + "init/error", error, "Lambda-Runtime-Function-Error-Type: Runtime.NoSuchHandler\r\n"));
        return 1;
    }
    for (;;) {
        const Answer next = api.get(base + "invocation/next");
        const std::string &event = next.body;
        const std::string own = base + "invocation/" + Api::header(next, "Lambda-Runtime-Aws-Request-Id");
        if (asksFor(event, "exit"))
            return 3;
        if (asksFor(event, "abort"))
            std::raise(SIGABRT);
        if (asksFor(event, "error")) {
            api.post(own + "/error", error, "Lambda-Runtime-Function-Error-Type: Function.AsAsked\r\n");
        } else if (asksFor(event, "foreign")) {
            api.post(own + "/error", error, "Lambda-Runtime-Function-Error-Type: foo\r\n");
        } else if (asksFor(event, "stale")) {
            told("stale", api.post(base + "invocation/11111111-2222-4333-8444-555555555555/response", event));
            api.post(own + "/response", event);
        } else if (asksFor(event, "twice")) {
            told("first", api.post(own + "/response", event));
            told("second", api.post(own + "/response", event));
        } else if (asksFor(event, "again")) {
            told("again", api.get(base + "invocation/next"));
            api.post(own + "/response", event);
        } else if (asksFor(event, "stream")) {
            api.exchange("POST " + own + "/response HTTP/1.1\r\nHost: x.localhost\r\nLambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "6\r\nin two\r\n6\r\n parts\r\n0\r\n\r\n");
        } else {
            api.post(own + "/response", event, "Content-Type: application/json\r\n");
        }
    }
}
