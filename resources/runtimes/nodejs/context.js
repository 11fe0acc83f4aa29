// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

function parsed(text) {
    return text ? JSON.parse(text) : undefined;
}

const env = {
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
};

/** The handler's second argument, from the headers of `next`. */
function createContext(headers) {
    const deadline = Number(headers['lambda-runtime-deadline-ms']);
    return {
        callbackWaitsForEmptyEventLoop: true,
        ...env,
        clientContext: parsed(headers['lambda-runtime-client-context']),
        identity: parsed(headers['lambda-runtime-cognito-identity']),
        invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
        awsRequestId: headers['lambda-runtime-aws-request-id'],
        tenantId: headers['lambda-runtime-aws-tenant-id'],
        getRemainingTimeInMillis: () => deadline - Date.now(),
    };
}

module.exports = { createContext };
