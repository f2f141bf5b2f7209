// Stands in front of the extension in its host: times its start, and tells over HTTP how long the host's event loop
// was blocked and what the engine and the host told each other. Asked for by test/bench/editor/probe.ts.
'use strict';
const { createServer } = require('node:http');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');
const { serialize } = require('node:v8');
const threads = require('node:worker_threads');
const inspector = require('node:inspector/promises');

const heard = { toHost: 0, toHostBytes: 0, toHostMost: 0, changed: 0, toEngine: 0 };
/** Measuring a message takes as long as sending it: only when asked for. */
let weighs = false;

class HeardWorker extends threads.Worker {
  constructor(...args) {
    super(...args);
    this.on('message', (message) => {
      heard.toHost += 1;
      if (message.type === 'changed') heard.changed += 1;
      if (!weighs) return;
      const bytes = serialize(message).byteLength;
      heard.toHostBytes += bytes;
      heard.toHostMost = Math.max(heard.toHostMost, bytes);
    });
  }
  postMessage(...args) {
    heard.toEngine += 1;
    super.postMessage(...args);
  }
}
threads.Worker = HeardWorker;

/** Ms that the host's thread has computed so far: what it waited for a processor that others had is not in it. */
function computedMs() {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Runs the work; how long it took, and how much of that the thread was computing. */
function timed(work) {
  const [startedAt, computed] = [performance.now(), computedMs()];
  const result = work();
  return { result, wallMs: performance.now() - startedAt, ownMs: computedMs() - computed };
}

const { result: extension, ...load } = timed(() => require('./extension.cjs'));

/** The longest turn of the loop, and the most that the thread computed in one. */
const most = { wallMs: 0, ownMs: 0, over15: 0, turns: 0 };
let lastAt = performance.now();
let lastComputed = computedMs();
let sinceAt = lastAt;
function turn() {
  const [now, computed] = [performance.now(), computedMs()];
  const wallMs = now - lastAt;
  const ownMs = Math.min(wallMs, computed - lastComputed);
  most.turns += 1;
  most.wallMs = Math.max(most.wallMs, wallMs);
  most.ownMs = Math.max(most.ownMs, ownMs);
  if (ownMs > 15) most.over15 += 1;
  lastAt = now;
  lastComputed = computed;
}

function reset() {
  Object.assign(most, { wallMs: 0, ownMs: 0, over15: 0, turns: 0 });
  for (const name of Object.keys(heard)) heard[name] = 0;
  sinceAt = lastAt = performance.now();
  lastComputed = computedMs();
}

let session;
async function profile(on) {
  if (on) {
    session = new inspector.Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
    return {};
  }
  const { profile: taken } = await session.post('Profiler.stop');
  session.disconnect();
  return taken;
}

const answers = {
  '/reset': () => (reset(), {}),
  '/weigh': () => ((weighs = true), reset(), {}),
  '/read': () => ({ ...most, ...heard, seconds: (performance.now() - sinceAt) / 1000 }),
  '/profile': () => profile(true),
  '/profiled': () => profile(false),
};

exports.activate = (context) => {
  const { result: api, ...activate } = timed(() => extension.activate(context));
  setInterval(turn, 1);
  const server = createServer(async (request, response) => {
    const answer = await answers[request.url]?.();
    response.end(JSON.stringify(answer ?? {}));
  });
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    const file = join(process.env.PROBE_DIRECTORY, `${process.pid}.json`);
    writeFileSync(file, JSON.stringify({ port, load, activate }));
  });
  return api;
};
exports.deactivate = () => extension.deactivate();
