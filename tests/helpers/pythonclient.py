# SPDX-License-Identifier: GPL-3.0-or-later
"""Feeds the bundled Python client answers in pieces of each size, and fails where it does not read them as they were sent."""
import sys

sys.path.insert(0, sys.argv[1])
from ephemera_runtime_api import RuntimeApi


class Pieces:
    """A socket that gives so many bytes at a time."""

    def __init__(self, data, size):
        self.data, self.size, self.sent = data, size, b""

    def sendall(self, data):
        self.sent += data

    def recv_into(self, buffer):
        piece, self.data = self.data[:self.size], self.data[self.size:]
        buffer[:len(piece)] = piece
        return len(piece)


def client(data, size):
    api = RuntimeApi.__new__(RuntimeApi)
    api._host_header, api._socket, api._rest, api._buffer, api._next_request = b"127.0.0.1:1", Pieces(data, size), b"", bytearray(65536), b"GET next\r\n\r\n"
    return api


def event(body):
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: one\r\nContent-Length: %d\r\n\r\n" % len(body) + body


POSTS = (b"HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n" + b'{"status":"OK"}\n', b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nX: y\r\n\r\n", b"HTTP/1.1 202 Accepted\r\nX: y\r\n\r\n")
BODIES = (b"", b"{}", b"x" * 200_000, b"\r\n\r\nContent-Length: 7\r\n\r\n")
for post in POSTS:
    for body in BODIES:
        for size in (1, 2, 3, 7, 1000, 65536) if len(body) < 1000 else (1000, 4096, 65536):
            api = client(post + event(body) + post + event(b"after"), size)
            headers, read = api.answer_and_next("one", b"1", "application/json")
            assert headers["lambda-runtime-aws-request-id"] == "one", headers
            assert bytes(read) == body, (size, len(read), len(body))
            headers, read = api.fail_and_next("one", b"1", "Error")
            assert bytes(read) == b"after", (size, read)
            assert api._rest == b"" and api._socket.data == b"", (size, api._rest, api._socket.data)
