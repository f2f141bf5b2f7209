import { parentPort, workerData } from 'node:worker_threads';
import type { EngineFarewell, FromEngine, ToEngine } from '../protocol/engineMessages.ts';
import type { EngineWorkerData } from './client.ts';
import { Engine } from './engine.ts';

/** The engine's thread: messages in, messages out. */
const port = parentPort;
if (port) {
  const { storageDirectory } = workerData as EngineWorkerData;
  const engine = new Engine((message: FromEngine) => port.postMessage(message), storageDirectory);
  port.on('message', (message: ToEngine | EngineFarewell) => {
    if (message === 'close') void engine.close().finally(() => port.close());
    else void engine.receive(message);
  });
}
