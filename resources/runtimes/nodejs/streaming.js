// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const { errorBody, errorType, logError, named } = require('./errors.js');

const Streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
const NotAsync = 'Streaming does not support non-async handlers.'; // Thrown as it is: its type is "string" on the service, too.
const PreludeType = 'application/vnd.awslambda.http-integration-response';

/** Puts the streaming entry points where handlers expect them. The stream module is loaded at the first use. */
function installStreaming() {
    globalThis.awslambda = {
        streamifyResponse: (handler, options) => {
            handler[Streaming] = 'response';
            if (options && options.highWaterMark !== undefined)
                handler.highWaterMark = Number(options.highWaterMark);
            return handler;
        },
        HttpResponseStream: {
            from: (stream, prelude) => {
                stream.setContentType(PreludeType);
                stream.prelude = prelude;
                return stream;
            },
        },
    };
}

function isStreaming(handler) {
    return handler[Streaming] === 'response';
}

function createResponseStream(api, requestId, highWaterMark) {
    const { Writable } = require('stream');
    let sent = null;
    let contentType = 'application/octet-stream';
    const begin = () => {
        sent = sent || api.stream(requestId, contentType);
    };
    const stream = new Writable({
        highWaterMark,
        write(chunk, encoding, done) {
            begin();
            if (chunk.length === 0)
                return done();
            return sent.write(chunk, done);
        },
        final(done) {
            begin();
            done();
        },
    });
    stream.setContentType = (type) => {
        if (sent)
            throw named('Runtime.InvalidStreamingOperation', 'Cannot set content-type, too late.');
        contentType = type;
    };
    const plainWrite = stream.write.bind(stream);
    stream.write = (chunk, encoding, done) => {
        if (typeof chunk !== 'string' && !Buffer.isBuffer(chunk) && !(chunk instanceof Uint8Array))
            chunk = JSON.stringify(chunk);
        // Only here: what is ended without a write loses its status and its headers on the service, too.
        if (stream.prelude) {
            plainWrite(Buffer.concat([Buffer.from(JSON.stringify(stream.prelude)), Buffer.alloc(8)]));
            stream.prelude = undefined;
        }
        return plainWrite(chunk, encoding, done);
    };
    return { stream, started: () => sent !== null, begin: () => begin(), sent: () => sent };
}

async function runStreaming(handler, event, context, api, requestId) {
    const response = createResponseStream(api, requestId, handler.highWaterMark);
    const finished = new Promise((resolve, reject) => {
        response.stream.once('finish', resolve);
        response.stream.once('error', reject);
    });
    finished.catch(() => {});
    try {
        const returned = handler(event, response.stream, context);
        if (!returned || typeof returned.then !== 'function')
            throw NotAsync;
        if (await returned !== undefined)
            console.warn('Streaming handlers ignore return values.');
        // Who never ends the stream runs into the timeout, there as here; with nothing else to do the process would end.
        const stays = setInterval(() => {}, 1 << 30);
        await finished.finally(() => clearInterval(stays));
    } catch (error) {
        if (!response.started())
            throw error;
        // Bytes are out already: the failure goes into the trailers.
        logError('Invoke Error', error);
        response.sent().end([`Lambda-Runtime-Function-Error-Type: ${errorType(error)}`,
            `Lambda-Runtime-Function-Error-Body: ${Buffer.from(errorBody(error)).toString('base64')}`]);
        await response.sent().answer;
        return;
    }
    response.sent().end([]);
    await response.sent().answer;
}

module.exports = { installStreaming, isStreaming, runStreaming };
