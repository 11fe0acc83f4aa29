// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

/** An error whose type on the wire is that name. */
function named(name, message) {
    const error = new Error(message);
    error.name = name;
    return error;
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
    const fields = { errorType: nameOf(error), errorMessage: error.message, ...error, stack: framesOf(error) };
    delete fields.name;
    if (process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON') {
        const { stack, ...others } = fields;
        console.error({ ...others, stackTrace: stack });
        return;
    }
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
