// SPDX-License-Identifier: GPL-3.0-or-later
// load PORT PATH REQUESTS CONNECTIONS: POSTs `{}` over kept connections, each waiting for its answer, and prints one line of
// JSON: p50_us, p99_us, rps, errors. One thread and epoll, so that it takes as little of the machine as it can.
#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/tcp.h>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Client {
    int socket = -1;
    std::string received;
    Clock::time_point sent;
};

int connectTo(int port)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return ::connect(descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0 ? descriptor : -1;
}

/// Length of the whole response; 0 while it is not all there.
size_t responseLength(const std::string &text)
{
    const size_t head = text.find("\r\n\r\n");
    if (head == std::string::npos)
        return 0;
    std::string lower = text.substr(0, head);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    const size_t at = lower.find("content-length:");
    if (at != std::string::npos) {
        const size_t length = head + 4 + size_t(std::atol(lower.c_str() + at + 15));
        return text.size() >= length ? length : 0;
    }
    // Chunked: the answers here are small, and end with the last chunk.
    const size_t end = text.find("0\r\n\r\n", head);
    return end == std::string::npos ? 0 : end + 5;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    const int port = std::atoi(argv[1]);
    const int requests = std::atoi(argv[3]);
    const int connections = std::atoi(argv[4]);
    const std::string wire = "POST " + std::string(argv[2]) + " HTTP/1.1\r\nHost: 127.0.0.1:" + argv[1] + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    const int poll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<Client> clients(static_cast<size_t>(connections));
    std::vector<double> latencies;
    int sent = 0;
    int errors = 0;
    const auto send = [&](Client &client) {
        if (sent == requests)
            return;
        ++sent;
        client.sent = Clock::now();
        if (::write(client.socket, wire.data(), wire.size()) != ssize_t(wire.size()))
            ++errors;
    };
    const auto begin = Clock::now();
    for (Client &client : clients) {
        client.socket = connectTo(port);
        if (client.socket < 0) {
            std::fprintf(stderr, "nobody listens on port %d\n", port);
            return 1;
        }
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &client;
        ::epoll_ctl(poll, EPOLL_CTL_ADD, client.socket, &event);
        send(client);
    }
    while (int(latencies.size()) + errors < requests) {
        epoll_event events[64];
        const int count = ::epoll_wait(poll, events, 64, 30'000);
        if (count <= 0)
            return 1;
        for (int i = 0; i < count; ++i) {
            Client &client = *static_cast<Client *>(events[i].data.ptr);
            char bytes[65536];
            const ssize_t got = ::read(client.socket, bytes, sizeof bytes);
            if (got <= 0)
                return 1;
            client.received.append(bytes, size_t(got));
            const size_t length = responseLength(client.received);
            if (length == 0)
                continue;
            if (client.received.compare(9, 3, "200") == 0)
                latencies.push_back(std::chrono::duration<double, std::micro>(Clock::now() - client.sent).count());
            else
                ++errors;
            client.received.erase(0, length);
            send(client);
        }
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    std::sort(latencies.begin(), latencies.end());
    const auto share = [&](double part) { return latencies.empty() ? 0.0 : latencies[std::min(latencies.size() - 1, size_t(part * double(latencies.size())))]; };
    std::printf("{\"p50_us\": %.1f, \"p99_us\": %.1f, \"rps\": %.1f, \"errors\": %d}\n", share(0.5), share(0.99), requests / seconds, errors);
    return 0;
}
