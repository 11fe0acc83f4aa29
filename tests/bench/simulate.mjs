// SPDX-License-Identifier: GPL-3.0-or-later
// The same simulation as one writes it without much thought: requests at random, environments that are taken newest first and
// thrown away after a while, a binary heap, latencies that are kept and sorted. node simulate.mjs REQUESTS ENVIRONMENTS
const [requests, limit] = process.argv.slice(2).map(Number);
const rate = limit / 0.12;
const idleLife = 300;
const init = 0.15;

let seed = 12345;
function random() {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) / 2 ** 32;
}

const heap = [];
function push(event) {
    let at = heap.push(event) - 1;
    while (at > 0) {
        const parent = (at - 1) >> 1;
        if (heap[parent].time <= heap[at].time) break;
        [heap[parent], heap[at]] = [heap[at], heap[parent]];
        at = parent;
    }
}
function pop() {
    const first = heap[0];
    const last = heap.pop();
    if (heap.length > 0) {
        heap[0] = last;
        for (let at = 0; ;) {
            let child = 2 * at + 1;
            if (child >= heap.length) break;
            if (child + 1 < heap.length && heap[child + 1].time < heap[child].time) ++child;
            if (heap[at].time <= heap[child].time) break;
            [heap[at], heap[child]] = [heap[child], heap[at]];
            at = child;
        }
    }
    return first;
}

const began = process.hrtime.bigint();
const latencies = new Float64Array(requests);
const idle = [];
const waiting = [];
let served = 0, environments = 0, cold = 0, done = 0, made = 1, now = 0, billed = 0;

function begin(arrived) {
    while (idle.length > 0 && now - idle[0] > idleLife) {
        idle.shift();
        --environments;
    }
    let start = 0;
    if (idle.length > 0) {
        idle.pop();
    } else if (environments < limit) {
        ++environments;
        ++cold;
        start = init;
    } else {
        waiting.push(arrived);
        return;
    }
    const duration = 0.05 + 0.1 * random() * random();
    billed += duration;
    push({ time: now + start + duration, arrived });
}

push({ time: 0 });
while (done < requests) {
    const event = pop();
    now = event.time;
    if (event.arrived === undefined) {
        if (made++ < requests) push({ time: now - Math.log(1 - random()) / rate });
        begin(now);
    } else {
        latencies[done++] = now - event.arrived;
        idle.push(now);
        if (served < waiting.length) begin(waiting[served++]);
    }
}
latencies.sort();
const at = (share) => latencies[Math.min(requests - 1, Math.floor(requests * share))] * 1000;
console.log(JSON.stringify({ ms: Number(process.hrtime.bigint() - began) / 1e6, cold, p50: at(0.5), p99: at(0.99) }));
