// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

/** An error whose type on the wire is that name. */
function named(name, message) {
    return Object.defineProperty(new Error(message), 'name', { value: name, configurable: true, writable: true });
}

function isError(value) {
    return value !== null && typeof value === 'object' && (value instanceof Error || typeof value.stack === 'string') && typeof value.message === 'string';
}

/** The lines of a stack, without the frames of this runtime. */
function framesOf(error) {
    return (error.stack || '').split('\n').filter((line) => !line.includes(__dirname));
}

/** As text; an object without a prototype has none of its own. */
function textOf(value) {
    try {
        return String(value);
    } catch {
        return 'handled';
    }
}

/** Its name, whatever was made of it. */
function nameOf(error) {
    return typeof error.name === 'string' ? error.name : 'Error';
}

/** As a line in JSON names it: by its class, of which the errors of the runtime have one each. */
function classOf(error) {
    const name = nameOf(error);
    return name.startsWith('Runtime.') ? name.slice('Runtime.'.length) : (error.constructor && error.constructor.name) || 'UnknownError';
}

/** The payload that the caller sees. */
function errorBody(error) {
    if (!isError(error))
        return JSON.stringify({ errorType: typeof error, errorMessage: textOf(error), trace: [] });
    const body = { errorType: nameOf(error), errorMessage: error.message };
    body.trace = framesOf(error);
    return JSON.stringify(body);
}

function errorType(error) {
    return isError(error) ? nameOf(error) : typeof error;
}

/** The log line of a failure, with all that the error carries; of another value, as an error that says it. */
function logError(label, thrown) {
    const error = isError(thrown) ? thrown : new Error(textOf(thrown));
    if (process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON') {
        console.error({ errorType: classOf(error), errorMessage: error.message, stackTrace: framesOf(error), ...error });
        return;
    }
    const fields = { errorType: nameOf(error), errorMessage: error.message, code: error.code, ...error, stack: framesOf(error) };
    let text;
    try {
        text = JSON.stringify(fields, (key, value) => (isError(value) ? { errorType: nameOf(value), errorMessage: value.message, ...value, stack: framesOf(value) } : value));
    } catch {
        text = errorBody(error);
    }
    console.error(`${label} \t${text}`);
}

/** Declared so; one that returns a promise is another thing to the service. */
function isAsync(handler) {
    return Boolean(handler.constructor) && handler.constructor.name === 'AsyncFunction';
}

module.exports = { isAsync, named, errorBody, errorType, logError, isError };
