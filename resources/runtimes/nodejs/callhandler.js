// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const { named } = require('./errors.js');

let whenLoopIsEmpty = null;
process.on('beforeExit', () => whenLoopIsEmpty && whenLoopIsEmpty());

/**
 * Calls a handler that returns a promise, uses its callback, or answers through the context's old methods, and settles as
 * the service would answer:
 * - a promise: when it settles; if the event loop runs empty before, never (Runtime.NodeJsExit);
 * - a callback's result: once the event loop is empty, or at once when callbackWaitsForEmptyEventLoop is false;
 * - neither: null, once the event loop is empty.
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
        whenLoopIsEmpty = () => settle(() => resolve(null));
        const callback = (error, result) => {
            if (settled)
                return;
            if (error !== undefined && error !== null) {
                settle(() => reject(error));
            } else if (context.callbackWaitsForEmptyEventLoop) {
                whenLoopIsEmpty = () => settle(() => resolve(result));
            } else {
                settle(() => resolve(result));
            }
        };
        context.succeed = (result) => settle(() => resolve(result));
        context.fail = (error) => settle(() => reject(error === undefined || error === null ? 'handled' : error));
        context.done = (error, result) => (error === undefined || error === null ? context.succeed(result) : context.fail(error));
        try {
            const returned = handler(event, context, callback);
            if (returned && typeof returned.then === 'function') {
                whenLoopIsEmpty = () => settle(() => reject(named('Runtime.NodeJsExit', 'The handler\'s promise was still pending when nothing was left to do.')));
                returned.then((result) => settle(() => resolve(result)), (error) => settle(() => reject(error)));
            }
        } catch (error) {
            settle(() => reject(error));
        }
    });
}

module.exports = { callHandler };
