// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const { writeSync } = require('fs');

let requestId;
let tenantId;
const Levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const Methods = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', fatal: 'FATAL' };

/** Everything at once, in order: what is printed right before a crash is not lost. */
function writeAll(text) {
    let bytes = Buffer.from(text, 'utf8');
    while (bytes.length > 0) {
        try {
            bytes = bytes.subarray(writeSync(1, bytes));
        } catch (error) {
            if (error.code !== 'EAGAIN')
                throw error;
        }
    }
}

function textLine(level, message) {
    return `${new Date().toISOString()}\t${requestId}\t${level}\t${message.replace(/\n/g, '\r')}\n`;
}

function errorFields(error) {
    const stack = typeof error.stack === 'string' ? error.stack.split('\n') : [];
    return { errorType: (error.constructor && error.constructor.name) || 'UnknownError', errorMessage: error.message, stackTrace: stack };
}

/** One value is the message as it is, errors in it with their fields; several are put together as text. */
function jsonLine(level, message, values) {
    // Left out where there is none.
    const line = { timestamp: new Date().toISOString(), level, requestId, tenantId };
    if (values.length === 1) {
        try {
            const text = JSON.stringify({ ...line, message: values[0] }, (key, value) => (value instanceof Error ? { ...errorFields(value), ...value } : value));
            return `${text}\n`;
        } catch {
            return `${JSON.stringify({ ...line, message: message() })}\n`;
        }
    }
    const error = values.find((value) => value instanceof Error);
    return `${JSON.stringify({ ...line, message: message(), ...(error ? errorFields(error) : {}) })}\n`;
}

/** Replaces the console's methods by ones that write the service's log lines. */
function installConsole() {
    let format;
    const json = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
    const lowest = Math.max(0, Levels.indexOf((process.env.AWS_LAMBDA_LOG_LEVEL || (json ? 'INFO' : 'TRACE')).toUpperCase()));
    for (const [method, level] of Object.entries(Methods)) {
        if (Levels.indexOf(level) < lowest) {
            console[method] = () => {};
            continue;
        }
        console[method] = (first, ...others) => {
            const values = [first, ...others];
            const message = () => {
                format = format || require('util').format;
                return values.length === 1 && typeof values[0] === 'string' ? values[0] : format(...values);
            };
            writeAll(json ? jsonLine(level, message, values) : textLine(level, message()));
        };
    }
}

function setRequest(id, tenant) {
    requestId = id;
    tenantId = tenant;
}

module.exports = { installConsole, setRequest };
