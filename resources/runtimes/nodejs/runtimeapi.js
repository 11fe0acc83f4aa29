// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const net = require('net');

const Base = '/2018-06-01/runtime/';
const HeadEnd = Buffer.from('\r\n\r\n');

/**
 * The Runtime API over one kept connection; a plain socket starts sooner than the http module. Requests made in one turn
 * leave in one piece: an answer and the call for the next event cost one switch between processes. The socket keeps the
 * process alive only while an answer is awaited, so that a handler whose event loop runs empty is noticed.
 */
class RuntimeApi {
    constructor(address) {
        const colon = address.lastIndexOf(':');
        this.host = address.slice(0, colon);
        this.port = Number(address.slice(colon + 1));
        this.address = address;
        this.socket = null;
        this.chunks = [];
        this.size = 0;
        this.head = null;
        this.waiting = [];
    }

    next() {
        return this.request('GET', 'invocation/next', [], '');
    }

    postResponse(requestId, body) {
        return this.request('POST', `invocation/${requestId}/response`, ['Content-Type: application/json'], body);
    }

    postError(requestId, body, type) {
        return this.request('POST', `invocation/${requestId}/error`, errorHeaders(type), body);
    }

    postInitError(body, type) {
        return this.request('POST', 'init/error', errorHeaders(type), body);
    }

    request(method, path, headers, body) {
        const head = [`${method} ${Base}${path} HTTP/1.1`, `Host: ${this.address}`, ...headers];
        if (method === 'POST')
            head.push(`Content-Length: ${Buffer.byteLength(body)}`);
        return this.exchange(`${head.join('\r\n')}\r\n\r\n${body}`);
    }

    /** A response whose body is sent in pieces. Returns write(bytes) and end(trailers), and a promise of the answer. */
    stream(requestId, contentType) {
        const head = [`POST ${Base}invocation/${requestId}/response HTTP/1.1`, `Host: ${this.address}`, `Content-Type: ${contentType}`,
            'Lambda-Runtime-Function-Response-Mode: streaming', 'Transfer-Encoding: chunked',
            'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body'];
        const answer = this.exchange(`${head.join('\r\n')}\r\n\r\n`);
        return {
            answer,
            write: (bytes, done) => {
                this.socket.write(`${bytes.length.toString(16)}\r\n`);
                this.socket.write(bytes);
                return this.socket.write('\r\n', done);
            },
            end: (trailers) => this.socket.write(`0\r\n${trailers.map((line) => `${line}\r\n`).join('')}\r\n`),
        };
    }

    exchange(bytes) {
        return new Promise((resolve) => {
            this.waiting.push(resolve);
            if (!this.socket)
                this.connect();
            this.socket.ref();
            this.socket.cork();
            this.socket.write(bytes);
            process.nextTick(() => this.socket && this.socket.uncork());
        });
    }

    connect() {
        this.socket = net.connect({ host: this.host, port: this.port, noDelay: true });
        this.socket.on('data', (chunk) => this.take(chunk));
        const lost = (error) => {
            this.socket = null;
            if (this.waiting.length > 0)
                process.exit(error ? 1 : 0);
        };
        this.socket.on('error', lost);
        this.socket.on('close', () => lost());
    }

    take(chunk) {
        this.chunks.push(chunk);
        this.size += chunk.length;
        while (this.size > 0 && (this.head || this.readHead())) {
            const end = this.head.end + this.head.length;
            if (this.size < end)
                return;
            const all = this.joined();
            const answer = { status: this.head.status, headers: this.head.headers, body: all.subarray(this.head.end, end) };
            this.chunks = all.length > end ? [all.subarray(end)] : [];
            this.size -= end;
            this.head = null;
            const resolve = this.waiting.shift();
            if (this.waiting.length === 0)
                this.socket.unref();
            resolve(answer);
        }
    }

    readHead() {
        const all = this.joined();
        const end = all.indexOf(HeadEnd);
        if (end < 0)
            return false;
        const lines = all.toString('utf8', 0, end).split('\r\n');
        const headers = {};
        for (const line of lines.slice(1)) {
            const colon = line.indexOf(':');
            headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
        }
        this.head = { status: Number(lines[0].split(' ')[1]), headers, end: end + 4, length: Number(headers['content-length'] || 0) };
        return true;
    }

    joined() {
        if (this.chunks.length !== 1)
            this.chunks = [Buffer.concat(this.chunks)];
        return this.chunks[0];
    }
}

function errorHeaders(type) {
    return ['Content-Type: application/vnd.aws.lambda.error+json', `Lambda-Runtime-Function-Error-Type: ${type.replace(/[^\x20-\x7e]/g, '?')}`];
}

module.exports = { RuntimeApi };
