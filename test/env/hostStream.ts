import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import type { Tally } from './tally.ts';

/** The variable by which the extension host learns the stream's port. */
export const streamPortVariable = 'POSTGRES_CONNECTIONS_TEST_STREAM';

/** What the suite in the extension host sends, one JSON text per line. */
export type HostRecord = { readonly text: string } | { readonly tally: Tally };

/** Receives mocha's output from an extension host, prints it as it comes and keeps the final record. */
export interface HostStream {
  readonly port: number;
  /** The final record, once the host has hung up; undefined when it never sent one or never called. */
  result(): Promise<Tally | undefined>;
  close(): void;
}

/** Starts to listen on 127.0.0.1. */
export async function openHostStream(): Promise<HostStream> {
  const sockets: Socket[] = [];
  let tally: Tally | undefined;
  let read: Promise<void> = Promise.resolve();
  const server = createServer((socket) => {
    sockets.push(socket);
    read = readRecords(socket, (record) => {
      if ('tally' in record) tally = record.tally;
      else console.log(record.text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    result: () => read.then(() => tally),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function readRecords(socket: Socket, receive: (record: HostRecord) => void): Promise<void> {
  socket.on('error', () => socket.destroy());
  for await (const line of createInterface(socket)) receive(JSON.parse(line) as HostRecord);
}
