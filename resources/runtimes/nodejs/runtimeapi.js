// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const fs = require('fs');

const Base = '/2018-06-01/runtime/';
const HeadEnd = Buffer.from('\r\n\r\n');
const Inherited = 3;
const ReadBytes = 256 * 1024;

function isSocket(descriptor) {
    try {
        return fs.fstatSync(descriptor).isSocket();
    } catch {
        return false;
    }
}

/**
 * The Runtime API over one kept connection, which the platform hands over as a descriptor or which is opened here.
 *
 * The net module takes a fifth of the interpreter's own start. Until the first answer is out, the descriptor is therefore
 * read and written directly: nothing but the first event is waited for in that time. From then on it is a socket.
 *
 * Requests made in one turn leave in one piece: an answer and the call for the next event cost one switch between processes.
 * The socket keeps the process alive only while an answer is awaited, so that a handler whose event loop runs empty is
 * noticed.
 */
class RuntimeApi {
    constructor(address) {
        this.address = address;
        this.descriptor = isSocket(Inherited) ? Inherited : null;
        this.socket = null;
        this.chunks = [];
        this.size = 0;
        this.head = null;
        this.waiting = [];
    }

    /** Of a process started ahead of need; what most functions use is loaded meanwhile. */
    waitForLeave() {
        for (const name of ['net', 'http', 'https', 'crypto', 'util', 'stream', 'url'])
            require(name);
        return this.exchangeDirectly(`GET /ephemera/begin HTTP/1.1\r\nHost: ${this.address}\r\n\r\n`);
    }

    firstEvent() {
        return this.exchangeDirectly(this.nextRequest());
    }

    next() {
        return this.exchange(this.nextRequest());
    }

    postResponse(requestId, body) {
        return this.post(`invocation/${requestId}/response`, 'Content-Type: application/json', body);
    }

    postError(requestId, body, type) {
        return this.post(`invocation/${requestId}/error`, errorHeaders(type), body);
    }

    /** For a process that ends when it has been told; so is the next. */
    postLastError(requestId, body, type) {
        return this.exchangeDirectly(this.postRequest(`invocation/${requestId}/error`, errorHeaders(type), body));
    }

    postInitError(body, type) {
        return this.exchangeDirectly(this.postRequest('init/error', errorHeaders(type), body));
    }

    nextRequest() {
        return `GET ${Base}invocation/next HTTP/1.1\r\nHost: ${this.address}\r\n\r\n`;
    }

    post(path, headers, body) {
        return this.exchange(this.postRequest(path, headers, body));
    }

    postRequest(path, headers, body) {
        return `POST ${Base}${path} HTTP/1.1\r\nHost: ${this.address}\r\n${headers}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    }

    /** A response whose body is sent in pieces. Returns write(bytes) and end(trailers), and a promise of the answer. */
    stream(requestId, contentType) {
        this.open();
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

    /** Writes, and reads until the answer is there; nothing else happens in this process meanwhile. */
    exchangeDirectly(bytes) {
        if (this.descriptor === null)
            return this.exchange(bytes);
        this.writeDirectly(bytes);
        let answer = null;
        this.waiting.push((given) => { answer = given; });
        const buffer = Buffer.allocUnsafe(ReadBytes);
        while (answer === null) {
            const count = fs.readSync(this.descriptor, buffer);
            if (count === 0)
                process.exit(0);
            this.take(Buffer.from(buffer.subarray(0, count)));
        }
        return answer;
    }

    writeDirectly(text) {
        let bytes = Buffer.from(text, 'utf8');
        while (bytes.length > 0)
            bytes = bytes.subarray(fs.writeSync(this.descriptor, bytes));
    }

    exchange(bytes) {
        return new Promise((resolve) => {
            this.waiting.push(resolve);
            if (this.descriptor !== null && this.waiting.length === 1) {
                this.writeDirectly(bytes);
                return;
            }
            this.open();
            this.socket.ref();
            this.socket.cork();
            this.socket.write(bytes);
            process.nextTick(() => this.socket && this.socket.uncork());
        });
    }

    /** Makes a socket of the connection. */
    open() {
        if (this.socket)
            return;
        const net = require('net');
        if (this.descriptor !== null) {
            this.socket = new net.Socket({ fd: this.descriptor, readable: true, writable: true });
            this.descriptor = null;
        } else {
            const colon = this.address.lastIndexOf(':');
            this.socket = net.connect({ host: this.address.slice(0, colon), port: Number(this.address.slice(colon + 1)), noDelay: true });
        }
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
            if (this.waiting.length === 0 && this.socket)
                this.socket.unref();
            resolve(answer);
        }
    }

    readHead() {
        const all = this.joined();
        const end = all.indexOf(HeadEnd);
        if (end < 0)
            return false;
        const lines = all.utf8Slice(0, end).split('\r\n');
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
    return `Content-Type: application/vnd.aws.lambda.error+json\r\nLambda-Runtime-Function-Error-Type: ${type.replace(/[^\x20-\x7e]/g, '?')}`;
}

module.exports = { RuntimeApi };
