// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const { isAsync, named } = require('./errors.js');

// In the service's words.
const NeverSettled = 'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes';

let whenLoopIsEmpty = null;

process.on('beforeExit', () => whenLoopIsEmpty && whenLoopIsEmpty());

/**
 * Calls a handler that returns a promise, uses its callback, or answers through the context's old methods, and settles as
 * the service would answer:
 * - a promise: when it settles; if the event loop runs empty before, never (Runtime.NodeJsExit), or null where the handler is
 *   no async function;
 * - a callback's result: once the event loop is empty, or at once when callbackWaitsForEmptyEventLoop is false;
 * - neither: null, once the event loop is empty.
 * Whatever answers first counts, also where an async handler calls its callback and then returns nothing.
 */
function callHandler(handler, event, context) {
    return new Promise((resolve, reject) => {
        let settled = false;
        const settle = (action) => {
            // A late one belongs to an invocation that is over.
            if (settled)
                return;
            settled = true;
            whenLoopIsEmpty = null;
            action();
        };
        let answered = false;
        const first = (action) => {
            if (answered || settled)
                return;
            answered = true;
            action();
        };
        whenLoopIsEmpty = () => settle(() => resolve(null));
        const callback = (error, result) => first(() => {
            if (error !== undefined && error !== null) {
                settle(() => reject(error));
            } else if (context.callbackWaitsForEmptyEventLoop) {
                whenLoopIsEmpty = () => settle(() => resolve(result));
            } else {
                settle(() => resolve(result));
            }
        });
        context.succeed = (result) => first(() => settle(() => resolve(result)));
        context.fail = (error) => first(() => settle(() => reject(error === undefined || error === null ? 'handled' : error)));
        context.done = (error, result) => (error === undefined || error === null ? context.succeed(result) : context.fail(error));
        try {
            const returned = handler(event, context, callback);
            if (returned && typeof returned.then === 'function') {
                if (!answered)
                    whenLoopIsEmpty = () => settle(() => (isAsync(handler) ? reject(named('Runtime.NodeJsExit', NeverSettled)) : resolve(null)));
                returned.then(context.succeed, context.fail);
            }
        } catch (error) {
            context.fail(error);
        }
    });
}

/** Settles once the function has nothing left to do. */
function loopIsEmpty() {
    return new Promise((resolve) => {
        whenLoopIsEmpty = () => {
            whenLoopIsEmpty = null;
            resolve();
        };
    });
}

module.exports = { callHandler, loopIsEmpty };
