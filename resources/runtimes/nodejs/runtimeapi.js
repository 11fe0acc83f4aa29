// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const fs = require('fs');

const Base = '/2018-06-01/runtime/';
const HeadEnd = Buffer.from('\r\n\r\n');
const Inherited = 3;
const ReadBytes = 256 * 1024;
const LongestShutdownMs = 2000;

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
 * A descriptor is read and written directly, and nothing else happens in the process while it waits for an event: the
 * environment is frozen then anyway, and what the function left running goes on with the next event. That spares the net
 * module, a fifth of the interpreter's own start, and most of what an event costs. A streamed response makes a socket of it, and
 * so does the platform's word that the environment is not frozen while an extension is at work.
 *
 * An answer and the call for the next event leave in one piece and cost one switch between processes. A socket keeps the
 * process alive only while an answer is awaited, so that a handler whose event loop runs empty is noticed.
 */
class RuntimeApi {
    constructor(address) {
        this.address = address;
        this.descriptor = isSocket(Inherited) ? Inherited : null;
        this.socket = null;
        this.unsent = []; // Requests that leave with the next one.
        this.buffer = null;
        this.chunks = [];
        this.size = 0;
        this.head = null;
        this.waiting = [];
        this.mayGoOn = false; // Somebody else in this process has work to do while the runtime waits.
    }

    /** Of a process started ahead of need; what most functions use is loaded meanwhile. */
    waitForLeave() {
        for (const name of ['net', 'http', 'https', 'crypto', 'util', 'stream', 'url'])
            require(name);
        return this.exchangeNow(`GET /ephemera/begin HTTP/1.1\r\nHost: ${this.address}\r\n\r\n`);
    }

    /** Nothing else happens in this process while it waits. */
    get blocks() {
        return this.descriptor !== null;
    }

    /** The next event, or a promise of it. */
    next() {
        return this.exchangeNow(this.nextRequest());
    }

    postResponse(requestId, body) {
        return this.post(`invocation/${requestId}/response`, 'Content-Type: application/json', body);
    }

    postError(requestId, body, type) {
        return this.post(`invocation/${requestId}/error`, errorHeaders(type), body);
    }

    /** For a process that ends when it has been told; so is the next. */
    postLastError(requestId, body, type) {
        return this.exchangeNow(this.postRequest(`invocation/${requestId}/error`, errorHeaders(type), body));
    }

    postInitError(body, type) {
        return this.exchangeNow(this.postRequest('init/error', errorHeaders(type), body));
    }

    nextRequest() {
        return `GET ${Base}invocation/next HTTP/1.1\r\nHost: ${this.address}\r\n${this.blocks ? 'Ephemera-Blocks: 1\r\n' : ''}\r\n`;
    }

    post(path, headers, body) {
        const request = this.postRequest(path, headers, body);
        if (!this.blocks)
            return this.exchange(request);
        this.unsent.push(request);
        return undefined;
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

    /** Sends what waits; what is said to it is read with the next answer. */
    flush() {
        if (this.unsent.length === 0 || !this.blocks)
            return;
        for (let i = 0; i < this.unsent.length; ++i)
            this.waiting.push(ignore);
        this.writeDirectly(this.unsent.join(''));
        this.unsent.length = 0;
    }

    /** Sends what waits and this request, and returns the answer to it; over a socket a promise of that. */
    exchangeNow(request) {
        if (!this.blocks)
            return this.exchange(request);
        let answer = null;
        let later = null;
        for (let i = 0; i < this.unsent.length; ++i)
            this.waiting.push(ignore);
        this.waiting.push((given) => {
            answer = given;
            if (later)
                later(given);
        });
        this.writeDirectly(this.unsent.join('') + request);
        this.unsent.length = 0;
        this.buffer = this.buffer || Buffer.allocUnsafeSlow(ReadBytes);
        while (answer === null) {
            const count = fs.readSync(this.descriptor, this.buffer);
            if (count === 0)
                return ended();
            this.take(Buffer.from(this.buffer.subarray(0, count)));
            if (this.mayGoOn && answer === null) {
                this.open();
                return new Promise((resolve) => { later = resolve; });
            }
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
                ended(error ? 1 : 0);
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
            if (this.head.status < 200) {
                this.mayGoOn = true;
                this.drop(all, end);
                continue;
            }
            const answer = { status: this.head.status, headers: this.head.headers, body: all.subarray(this.head.end, end) };
            this.drop(all, end);
            const resolve = this.waiting.shift();
            if (this.waiting.length === 0 && this.socket)
                this.socket.unref();
            resolve(answer);
        }
    }

    drop(all, end) {
        this.chunks = all.length > end ? [all.subarray(end)] : [];
        this.size -= end;
        this.head = null;
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

function ignore() {}

/** The platform has hung up: who listens for the signal that comes with it has time, until the platform takes it. */
function ended(status = 0) {
    if (process.listenerCount('SIGTERM') === 0)
        process.exit(status);
    setTimeout(() => process.exit(0), LongestShutdownMs);
    return new Promise(ignore);
}

function errorHeaders(type) {
    return `Content-Type: application/vnd.aws.lambda.error+json\r\nLambda-Runtime-Function-Error-Type: ${type.replace(/[^\x20-\x7e]/g, '?')}`;
}

module.exports = { RuntimeApi };
