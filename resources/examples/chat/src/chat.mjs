import { post } from './connections.mjs';
import { list, put, remove } from './room.mjs';

const done = { statusCode: 200 };

/** `?name=Ann` of the address is who comes. */
export const come = async (event) => {
    const name = event.queryStringParameters?.name?.trim();
    if (!name) return { statusCode: 400, body: 'Say who you are: ?name=NAME' };
    await put(event.requestContext.connectionId, name);
    return done;
};

export const go = async (event) => {
    await remove(event.requestContext.connectionId);
    return done;
};

/** {"action": "say", "text": "…"} */
export const say = async (event) => {
    const { text } = JSON.parse(event.body);
    if (typeof text !== 'string') throw new Error('There is no text.');
    const people = await list();
    const from = people.get(event.requestContext.connectionId);
    console.log(`${from} to ${people.size}: ${text}`);
    await Promise.all([...people.keys()].map(async (connectionId) => {
        // Who has left without a word is forgotten.
        if (!await post(event.requestContext, connectionId, JSON.stringify({ from, text }))) await remove(connectionId);
    }));
    return done;
};

export const help = async () => ({ statusCode: 200, body: 'Send {"action": "say", "text": "hello"}' });
