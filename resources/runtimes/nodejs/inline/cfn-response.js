// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// Answers a custom resource's request: the service puts a module of this name beside code that stands in a template.

exports.SUCCESS = 'SUCCESS';
exports.FAILED = 'FAILED';

exports.send = (event, context, responseStatus, responseData, physicalResourceId, noEcho) => new Promise((resolve, reject) => {
    const body = JSON.stringify({
        Status: responseStatus,
        Reason: `See the details in CloudWatch Log Stream: ${context.logStreamName}`,
        PhysicalResourceId: physicalResourceId || context.logStreamName,
        StackId: event.StackId,
        RequestId: event.RequestId,
        LogicalResourceId: event.LogicalResourceId,
        NoEcho: noEcho || false,
        Data: responseData,
    });
    const url = new URL(event.ResponseURL);
    const { request } = require(url.protocol === 'http:' ? 'http' : 'https');
    const call = request(url, { method: 'PUT', headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) } }, (answer) => {
        console.log(`Status code: ${answer.statusCode}`);
        answer.resume();
        if (context.done)
            context.done();
        resolve();
    });
    call.on('error', reject);
    call.end(body);
});
