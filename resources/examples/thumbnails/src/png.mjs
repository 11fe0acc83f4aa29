// Enough of PNG for thumbnails: 8 bits a sample, not interlaced; grey, RGB or palette, with or without alpha.
import { deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const samplesOf = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** {width, height, rgba}; throws for what is no such picture. */
export function decode(bytes) {
    if (!bytes.subarray(0, 8).equals(signature)) throw new Error('This is no PNG.');
    const data = [];
    let head, palette, alphas;
    for (let at = 8; at + 8 <= bytes.length;) {
        const length = bytes.readUInt32BE(at);
        const type = bytes.toString('latin1', at + 4, at + 8);
        const chunk = bytes.subarray(at + 8, at + 8 + length);
        if (type === 'IHDR') head = chunk;
        else if (type === 'PLTE') palette = chunk;
        else if (type === 'tRNS') alphas = chunk;
        else if (type === 'IDAT') data.push(chunk);
        else if (type === 'IEND') break;
        at += 12 + length;
    }
    if (!head) throw new Error('This PNG has no header.');
    const width = head.readUInt32BE(0), height = head.readUInt32BE(4), [depth, colour, , , interlaced] = head.subarray(8);
    if (depth !== 8 || interlaced || !(colour in samplesOf)) throw new Error(`PNGs with ${depth} bits a sample${interlaced ? ', interlaced' : ''} are not read here.`);
    const samples = unfilter(inflateSync(Buffer.concat(data)), width, height, samplesOf[colour]);
    const rgba = Buffer.alloc(width * height * 4, 255);
    for (let i = 0, from = 0; i < rgba.length; i += 4, from += samplesOf[colour]) {
        const s = samples[from];
        if (colour === 2 || colour === 6) samples.copy(rgba, i, from, from + samplesOf[colour]);
        else if (colour === 3) palette.copy(rgba, i, 3 * s, 3 * s + 3), rgba[i + 3] = alphas?.[s] ?? 255;
        else rgba.fill(s, i, i + 3), rgba[i + 3] = colour === 4 ? samples[from + 1] : 255;
    }
    return { width, height, rgba };
}

function unfilter(rows, width, height, size) {
    const length = width * size;
    const out = Buffer.alloc(length * height);
    for (let y = 0; y < height; ++y) {
        const filter = rows[y * (length + 1)];
        for (let x = 0; x < length; ++x) {
            const at = y * length + x;
            const left = x >= size ? out[at - size] : 0;
            const up = y > 0 ? out[at - length] : 0;
            const corner = x >= size && y > 0 ? out[at - length - size] : 0;
            const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
            out[at] = rows[y * (length + 1) + 1 + x] + guess;
        }
    }
    return out;
}

function paeth(left, up, corner) {
    const p = left + up - corner;
    const [a, b, c] = [left, up, corner].map((value) => Math.abs(p - value));
    return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** As large as fits into a square; each pixel is the mean of those that it stands for. Nothing grows. */
export function shrink({ width, height, rgba }, longest) {
    const factor = Math.max(1, Math.max(width, height) / longest);
    const small = { width: Math.max(1, Math.round(width / factor)), height: Math.max(1, Math.round(height / factor)) };
    small.rgba = Buffer.alloc(small.width * small.height * 4);
    for (let y = 0; y < small.height; ++y) {
        const top = Math.floor((y * height) / small.height), bottom = Math.max(top + 1, Math.floor(((y + 1) * height) / small.height));
        for (let x = 0; x < small.width; ++x) {
            const from = Math.floor((x * width) / small.width), to = Math.max(from + 1, Math.floor(((x + 1) * width) / small.width));
            const sum = [0, 0, 0, 0];
            for (let sy = top; sy < bottom; ++sy)
                for (let sx = from; sx < to; ++sx)
                    for (let c = 0; c < 4; ++c) sum[c] += rgba[(sy * width + sx) * 4 + c];
            const count = (bottom - top) * (to - from);
            for (let c = 0; c < 4; ++c) small.rgba[(y * small.width + x) * 4 + c] = Math.round(sum[c] / count);
        }
    }
    return small;
}

export function encode({ width, height, rgba }) {
    const head = Buffer.alloc(13);
    head.writeUInt32BE(width, 0);
    head.writeUInt32BE(height, 4);
    head.set([8, 6, 0, 0, 0], 8);
    const rows = Buffer.alloc(height * (width * 4 + 1));
    for (let y = 0; y < height; ++y) rgba.copy(rows, y * (width * 4 + 1) + 1, y * width * 4, (y + 1) * width * 4);
    return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type, data) {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4), check = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
}

const crcs = Uint32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; ++bit) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
});
function crc32(bytes) {
    let crc = ~0;
    for (const byte of bytes) crc = crcs[(crc ^ byte) & 0xff] ^ (crc >>> 8);
    return ~crc >>> 0;
}
