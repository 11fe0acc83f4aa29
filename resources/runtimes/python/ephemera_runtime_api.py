# SPDX-License-Identifier: GPL-3.0-or-later
"""The Runtime API over one kept connection; the bare socket module starts sooner than http.client."""
import sys

import _socket

_BASE = b"/2018-06-01/runtime/"
_INHERITED = 3
_TCP_NODELAY = 1
_IPPROTO_TCP = 6


class RuntimeApi:
    def __init__(self, address):
        self._host_header = address.encode()
        self._socket = _inherited() or _connected(address)
        self._rest = b""
        # Kept: a large piece of memory is mapped and unmapped each time it is asked for anew.
        self._buffer = bytearray(65536)

        self._next_request = b"GET " + _BASE + b"invocation/next HTTP/1.1\r\nHost: " + self._host_header + b"\r\n\r\n"

    def wait_for_leave(self):
        self._send(b"GET /ephemera/begin HTTP/1.1\r\nHost: " + self._host_header + b"\r\n\r\n")
        self._receive()

    def next(self):
        """Waits without limit for an event; headers with lower-case names, and the body."""
        self._send(self._next_request)
        return self._receive()

    # An answer and the call for the next event leave in one piece, which costs one switch between processes.

    def answer_and_next(self, request_id, body, content_type):
        self._post_and_next(b"invocation/" + request_id.encode() + b"/response", b"Content-Type: " + content_type.encode(), body)
        return self._receive()

    def fail_and_next(self, request_id, body, kind):
        self._post_and_next(b"invocation/" + request_id.encode() + b"/error", _error_headers(kind), body)
        return self._receive()

    def post_init_error(self, body, kind):
        self._post(b"init/error", _error_headers(kind), body)

    def _post_and_next(self, path, headers, body):
        self._send(self._post_request(path, headers, body) + self._next_request)
        self._skip()

    def _post(self, path, headers, body):
        self._send(self._post_request(path, headers, body))
        self._skip()

    def _post_request(self, path, headers, body):
        head = b"POST " + _BASE + path + b" HTTP/1.1\r\nHost: " + self._host_header + b"\r\n" + headers
        return head + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    def _send(self, data):
        try:
            self._socket.sendall(data)
        except OSError:
            sys.exit(1)

    def _skip(self):
        """The answer to a post: what it says changes nothing."""
        data, end = self._with_head()
        length = data[:end].lower().partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0]
        self._take_body(data, end + 4, int(length or 0))

    def _receive(self):
        data, end = self._with_head()
        headers = {}
        for line in str(data[:end], "utf-8").split("\r\n")[1:]:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        return headers, self._take_body(data, end + 4, int(headers.get("content-length", 0)))

    def _with_head(self):
        """What has come, and where its head ends."""
        data = self._rest
        while True:
            end = data.find(b"\r\n\r\n")
            if end >= 0:
                return data, end
            data += self._more()

    def _take_body(self, data, start, length):
        end = start + length
        if end <= len(data):
            self._rest = data[end:]
            return data[start:end]
        parts, size = [data[start:]], len(data)
        while size < end:
            parts.append(self._more())
            size += len(parts[-1])
        body = b"".join(parts)
        self._rest = body[length:]
        return body[:length]

    def _more(self):
        count = self._socket.recv_into(self._buffer)
        if not count:
            sys.exit(0)
        return self._buffer[:count]


def _inherited():
    """The connection that the platform hands over, if it does."""
    try:
        return _socket.socket(fileno=_INHERITED)
    except OSError:
        return None


def _connected(address):
    host, port = address.rsplit(":", 1)
    connection = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    connection.connect((host, int(port)))
    connection.setsockopt(_IPPROTO_TCP, _TCP_NODELAY, 1)
    return connection


def _error_headers(kind):
    return b"Content-Type: application/vnd.aws.lambda.error+json\r\nLambda-Runtime-Function-Error-Type: " + kind.encode("ascii", "replace")
