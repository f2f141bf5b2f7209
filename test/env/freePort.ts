import { createServer } from 'node:net';

// Below the range that systems hand out for outgoing connections (Linux from 32768, others from 49152), so that
// a server which stops and starts again finds its port still free.
const firstPort = 20_000;
const portCount = 8_000;

/**
 * A TCP port on 127.0.0.1 that nobody listens on now: the first one at or above `base`, or any.
 */
export async function freePort(base?: number): Promise<number> {
  let port = base ?? firstPort + Math.floor(Math.random() * portCount);
  for (let attempt = 0; attempt < 1_000; attempt++) {
    if (await isFree(port)) return port;
    port++;
  }
  throw new Error(`No free port on 127.0.0.1 from ${base ?? firstPort} on.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
