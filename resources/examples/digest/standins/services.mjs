// Stand-ins for the news API and the chat, so that the digest runs offline. env.json loads them before the function; the
// function itself knows nothing of them. They answer over real HTTP on this machine.
import { createServer } from 'node:http';
import { once } from 'node:events';

const stories = [
    'A queue is a promise about the future', 'Cron, explained by people who were woken by it', 'Cold starts in warm weather',
    'We deleted half of our servers', 'The smallest useful function', 'Notes on naming things twice',
].map((title, n) => ({ id: 100 + n, title, score: 420 - 37 * n, url: `https://news.example.com/${100 + n}` }));

const send = (response, status, value) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
};

const server = createServer(async (request, response) => {
    if (request.url === '/news/topstories.json')
        return send(response, 200, stories.map((story) => story.id));
    const item = /^\/news\/item\/(\d+)\.json$/.exec(request.url);
    if (item)
        return send(response, 200, stories.find((story) => story.id === Number(item[1])) ?? null);
    if (request.url === '/chat' && request.method === 'POST') {
        let body = '';
        for await (const part of request)
            body += part;
        const { channel, text } = JSON.parse(body);
        console.info(`[chat ${channel}] ${text}`);
        return send(response, 200, { ok: true });
    }
    return send(response, 404, { error: 'There is no such thing here.' });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
// The stand-ins alone keep no process alive.
server.unref();
const base = `http://127.0.0.1:${server.address().port}`;
process.env.NEWS_API_URL = `${base}/news`;
process.env.WEBHOOK_URL = `${base}/chat`;
