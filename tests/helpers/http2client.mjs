// SPDX-License-Identifier: GPL-3.0-or-later
// What an independent client of HTTP/2 sees of a server: node http2client.mjs CASE PORT prints it as JSON.
import http2 from 'node:http2';

const [name, port] = process.argv.slice(2);
const session = http2.connect(`http://127.0.0.1:${port}`);
session.on('error', () => {});
const say = (what) => console.log(JSON.stringify(what));

function ask(headers, body) {
  return new Promise((resolve) => {
    const seen = { status: 0, headers: {}, body: '', size: 0, trailers: null, informed: [] };
    const request = session.request(headers, { endStream: body === undefined });
    request.on('headers', (head) => seen.informed.push(head[':status']));
    request.on('response', (head) => {
      seen.status = head[':status'];
      seen.headers = { ...head };
    });
    request.on('data', (piece) => {
      seen.size += piece.length;
      if (seen.size < 1000) seen.body += piece;
    });
    request.on('trailers', (trailers) => (seen.trailers = { ...trailers }));
    request.on('error', (error) => (seen.error = error.code));
    request.on('close', () => resolve(seen));
    if (body !== undefined) request.end(body);
  });
}

const cases = {
  async one() {
    return ask({ ':method': 'POST', ':path': '/a%20b/c?d=e&f', 'X-Mine': 'yes', cookie: ['a=1', 'b=2'] }, 'hello');
  },
  async many() {
    return (await Promise.all(Array.from({ length: 300 }, (_, i) => ask({ ':method': 'POST', ':path': `/${i}` }, `body ${i}`)))).map((seen) => seen.body);
  },
  async large() {
    return ask({ ':method': 'POST', ':path': '/large' }, Buffer.alloc(5_000_000, 'x'));
  },
  async head() {
    return ask({ ':method': 'HEAD', ':path': '/head' });
  },
  async get() {
    return ask({ ':path': '/get' });
  },
  async continued() {
    return ask({ ':method': 'POST', ':path': '/', expect: '100-continue' }, 'go on');
  },
  async page() {
    return ask({ ':path': '/', origin: 'https://example.com' });
  },
  async foreign() {
    return ask({ ':path': '/', ':authority': 'evil.example.com' });
  },
  async wide() {
    return ask({ ':path': '/', 'x-wide': 'a'.repeat(3000) });
  },
  async slowReader() {
    return new Promise((resolve) => {
      const request = session.request({ ':path': '/slow' });
      let size = 0;
      request.pause();
      setTimeout(() => request.resume(), 300);
      request.on('data', (piece) => (size += piece.length));
      request.on('end', () => resolve({ size }));
    });
  },
  async stuck() {
    const request = session.request({ ':method': 'POST', ':path': '/stuck' });
    request.on('error', () => {});
    request.write('only this');
    return new Promise((resolve) => session.on('goaway', (code) => resolve({ goaway: code })));
  },
};

say(await cases[name]());
session.close();
