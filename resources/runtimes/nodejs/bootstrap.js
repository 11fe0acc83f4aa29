// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// Ephemera's client of the Lambda Runtime API for Node.js. It starts with as few modules as it can: each costs start time.

const { RuntimeApi } = require('./runtimeapi.js');
const { installConsole, setRequest } = require('./console.js');
const { errorBody, errorType, logError, named } = require('./errors.js');
const { callHandler, loopIsEmpty } = require('./callhandler.js');
const { createContext } = require('./context.js');
const { loadHandler } = require('./loadhandler.js');
const { installStreaming, isStreaming, runStreaming } = require('./streaming.js');

const nextTurn = setImmediate; // Before a function puts another in its place.
const ExitUnsettledAwait = 13; // As of the interpreter itself.
const ExitUnhandledRejection = 128;
const ExitUncaughtException = 129;

const api = new RuntimeApi(process.env.AWS_LAMBDA_RUNTIME_API);
let runningRequestId = null;
let waitsForEvent = false;

/** Reports what nobody caught, then ends the process: its state is unknown from here on. */
async function die(label, error, exitStatus) {
    logError(label, error);
    const requestId = runningRequestId;
    runningRequestId = null;
    // Between invocations there is nobody to tell but the platform, which sees the process end.
    if (waitsForEvent)
        process.exit(exitStatus);
    try {
        if (requestId)
            await api.postLastError(requestId, errorBody(error), errorType(error));
        else
            await api.postInitError(errorBody(error), errorType(error));
    } finally {
        process.exit(exitStatus);
    }
}

process.on('uncaughtException', (error) => die('Uncaught Exception', error, ExitUncaughtException));
process.on('unhandledRejection', (reason, promise) => {
    const text = reason instanceof Error ? reason.toString() : String(reason);
    const error = Object.assign(named('Runtime.UnhandledPromiseRejection', text), { reason, promise: {} });
    if (reason instanceof Error)
        error.stack = `Runtime.UnhandledPromiseRejection: ${reason.stack}`;
    void promise;
    die('Unhandled Promise Rejection', error, ExitUnhandledRejection);
});

/** What an answer is on the wire; a function or a symbol is nothing there. */
function answerBody(result) {
    try {
        return JSON.stringify(result === undefined ? null : result) || 'null';
    } catch {
        throw new Error('Unable to stringify response body');
    }
}

/** Calls the handler with an event, answers, and returns the promise of the next event. */
async function invoke(handler, next) {
    waitsForEvent = false;
    const requestId = next.headers['lambda-runtime-aws-request-id'];
    runningRequestId = requestId;
    setRequest(requestId, next.headers['lambda-runtime-aws-tenant-id']);
    // What the function left running, or what happened to its connections, has its turn first.
    if (api.blocks)
        await new Promise(nextTurn);
    process.env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'] || '';
    const context = createContext(next.headers);
    try {
        const event = JSON.parse(next.body.toString('utf8'));
        if (isStreaming(handler)) {
            await runStreaming(handler, event, context, api, requestId);
            if (context.callbackWaitsForEmptyEventLoop)
                await loopIsEmpty();
        } else {
            const result = await callHandler(handler, event, context);
            api.postResponse(requestId, answerBody(result));
        }
    } catch (error) {
        logError('Invoke Error', error);
        api.postError(requestId, errorBody(error), errorType(error));
    }
    runningRequestId = null;
    waitsForEvent = true;
    await goRound();
    return api.next();
}

/** What the handler left behind has its turn before the process waits, as the service's client goes round while it asks for the next event. */
async function goRound() {
    if (!api.blocks)
        return;
    // It may take long: then the answer does not wait for it.
    const active = process.getActiveResourcesInfo ? process.getActiveResourcesInfo() : ['Immediate'];
    if (active.includes('Immediate') || active.includes('Timeout'))
        api.flush();
    await new Promise(nextTurn);
}

async function main() {
    // Started ahead of need: everything is loaded but the function, until somebody wants it.
    if (process.argv[2] === '--wait') {
        process.argv.splice(2, 1);
        await api.waitForLeave();
    }
    installStreaming();
    installConsole();
    let handler;
    const unsettled = () => process.exit(ExitUnsettledAwait);
    process.once('beforeExit', unsettled);
    try {
        handler = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
    } catch (error) {
        logError('Uncaught Exception', error);
        await api.postInitError(errorBody(error), errorType(error));
        process.exit(1);
    }
    process.removeListener('beforeExit', unsettled);
    process.on('exit', () => api.flush());
    await goRound();
    waitsForEvent = true;
    let next = await api.next();
    for (;;)
        next = await invoke(handler, next);
}

main();
