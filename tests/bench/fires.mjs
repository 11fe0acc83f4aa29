// SPDX-License-Identifier: GPL-3.0-or-later
// The same questions as fires.cpp, put to croner or cron-parser: node fires.mjs MODULES LIBRARY CASES
import { createRequire } from 'node:module';
const [modules, library, cases] = process.argv.slice(2);
const loaded = createRequire(modules + '/x.js')(library);
const begin = new Date('2026-01-01T00:00:00Z');

function firesOf(text, zone) {
  if (library === 'croner') {
    const cron = new loaded.Cron(text, { timezone: zone });
    let last = begin;
    return () => (last = cron.nextRun(last));
  }
  const cron = loaded.CronExpressionParser.parse(text, { currentDate: begin, tz: zone });
  return () => cron.next();
}

for (const [label, text, zone, count] of JSON.parse(cases)) {
  const next = firesOf(text, zone);
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i++) next();
  console.log(JSON.stringify({ label, us: Number(process.hrtime.bigint() - start) / 1e3 / count }));
}
