import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

import type { Server } from '../servers.ts';

/** One message of the server, https://www.postgresql.org/docs/current/protocol-message-formats.html */
export interface WireMessage {
  readonly type: string;
  readonly body: Buffer;
}

/** What an ErrorResponse says. */
export interface WireError {
  readonly severity: string;
  readonly sqlState: string;
  readonly message: string;
}

const protocol3 = 0x0003_0000;
/** Longer ones are none of this protocol. */
const longestMessage = 1_000_000;
const sslRequest = 80_877_103;
const gssRequest = 80_877_104;

/** A client that says what a driver never would: bytes, and whatever the server answers. */
export class WireClient {
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<void>;
  /** As whom and where to it asked to be let in. */
  user = '';
  database = '';
  readonly #tcp: Socket;
  #stream: Socket;
  #received: Buffer = Buffer.alloc(0);
  #isClosed = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#tcp = socket;
    this.#stream = socket;
    this.closed = new Promise((resolve) =>
      socket.once('close', () => {
        this.#isClosed = true;
        this.#wake();
        resolve();
      }),
    );
    socket.on('error', () => undefined);
    this.#listen(socket);
  }

  /** Connects over TCP, or through the Unix socket. */
  static async open(server: Server, overSocket = false): Promise<WireClient> {
    const path = join(server.socketDirectory ?? '', `.s.PGSQL.${server.port}`);
    const socket = overSocket ? connect(path) : connect(server.port, '127.0.0.1');
    const client = new WireClient(socket);
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  write(bytes: Uint8Array): void {
    this.#stream.write(bytes);
  }

  /** The first packet of a login: its parameters, and the zero byte that ends them. */
  startup(parameters: Readonly<Record<string, string>>, version = protocol3, end = '\0'): void {
    this.user = parameters.user ?? '';
    this.database = parameters.database ?? '';
    const text = Object.entries(parameters)
      .flat()
      .map((part) => `${part}\0`);
    this.write(packet([int32(version), Buffer.from(text.join('') + end)]));
  }

  /** Any message of the protocol. */
  send(type: string, body: Uint8Array | string = ''): void {
    this.write(Buffer.concat([Buffer.from(type), packet([Buffer.from(body)])]));
  }

  /** Asks for encryption, with bytes behind the request that should not be there; answers the server's letter. */
  async request(what: 'ssl' | 'gss', junk = ''): Promise<string> {
    const code = what === 'ssl' ? sslRequest : gssRequest;
    this.write(Buffer.concat([packet([int32(code)]), Buffer.from(junk)]));
    const answer = await this.#bytes(1);
    return answer?.toString('latin1') ?? '';
  }

  /** Goes on in TLS after the server's `S`. */
  async encrypt(options: ConnectionOptions = {}): Promise<void> {
    this.#tcp.removeAllListeners('data');
    const stream = connectTls({ socket: this.#tcp, rejectUnauthorized: false, ...options });
    stream.on('error', () => undefined);
    this.#listen(stream);
    this.#stream = stream;
    await new Promise((resolve, reject) => {
      stream.once('secureConnect', resolve);
      stream.once('error', reject);
    });
  }

  /** The next message; undefined when the server has closed the connection. */
  async message(): Promise<WireMessage | undefined> {
    const head = await this.#bytes(5);
    if (!head) return undefined;
    const type = head.toString('latin1', 0, 1);
    const length = head.readInt32BE(1) - 4;
    if (length > longestMessage) return this.#messageOfProtocol2(type, head.subarray(1));
    const body = await this.#bytes(length);
    return body && { type, body };
  }

  /** Reads up to a message of that type. */
  async awaitMessage(type: string): Promise<Buffer> {
    for (;;) {
      const message = await this.message();
      if (!message) throw new Error(`The server closed the connection before it sent ${type}.`);
      if (message.type === 'E' && type !== 'E') throw new Error(errorOf(message.body).message);
      if (message.type === type) return message.body;
    }
  }

  /** The FATAL with which the server ends the connection, once it is closed; undefined = it said none. */
  async fatal(): Promise<WireError | undefined> {
    let fatal: WireError | undefined;
    for (let message = await this.message(); message; message = await this.message()) {
      if (message.type !== 'E') continue;
      const error = errorOf(message.body);
      if (error.severity === 'FATAL' || error.severity === 'PANIC') fatal = error;
    }
    await this.closed;
    return fatal;
  }

  /** Ends the connection without a goodbye. */
  hangUp(): void {
    this.#tcp.end();
  }

  /** Ends it with a reset. */
  reset(): void {
    this.#tcp.resetAndDestroy();
  }

  /** An error in the old protocol is a text up to a zero byte, without length and fields; these two come so. */
  async #messageOfProtocol2(type: string, start: Buffer): Promise<WireMessage> {
    await this.closed;
    const text = Buffer.concat([start, this.#received])
      .toString()
      .replace(/\n?\0.*$/s, '');
    this.#received = Buffer.alloc(0);
    const [, severity = '', message = ''] = /^(\w+): +(.*)$/s.exec(text) ?? [];
    const sqlState = message.startsWith('unsupported') ? '0A000' : '08P01';
    return { type, body: Buffer.from(`V${severity}\0C${sqlState}\0M${message}\0`) };
  }

  #listen(stream: Socket): void {
    stream.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
  }

  async #bytes(count: number): Promise<Buffer | undefined> {
    while (this.#received.length < count) {
      if (this.#isClosed) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const bytes = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(count);
    return bytes;
  }
}

/** A 32-bit number as the protocol writes it. */
export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** Some parts behind their length. */
function packet(parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 4);
  return Buffer.concat([int32(length), ...parts]);
}

function errorOf(body: Buffer): WireError {
  const fields = new Map(
    body
      .toString()
      .split('\0')
      .filter((field) => field !== '')
      .map((field) => [field.slice(0, 1), field.slice(1)]),
  );
  return {
    severity: fields.get('V') ?? fields.get('S') ?? '',
    sqlState: fields.get('C') ?? '',
    message: fields.get('M') ?? '',
  };
}
