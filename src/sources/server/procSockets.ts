import { isIPv6 } from 'node:net';

/** The inode of an established TCP socket in `/proc/net/tcp` or `tcp6`, by its own and its peer's port. */
export interface TcpEnd {
  readonly address: string;
  readonly port: number;
  readonly peerPort: number;
}

const established = '01';

/** Reads /proc/net/tcp{,6} (proc(5)): the inode of the socket with this end; undefined = none is here. */
export function inodeOf(table: string, { address, port, peerPort }: TcpEnd): string | undefined {
  const wanted = new Set(hexForms(address).map((hex) => `${hex}:${hexPort(port)}`));
  for (const line of table.split('\n').slice(1)) {
    const [, local = '', remote = '', state, , , , , , inode] = line.trim().split(/\s+/);
    if (state === established && wanted.has(local) && remote.endsWith(`:${hexPort(peerPort)}`)) return inode;
  }
  return undefined;
}

const hexPort = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

/** As the kernel prints it on a little-endian machine; an IPv4 address also as it stands among IPv6 ones. */
function hexForms(address: string): string[] {
  if (isIPv6(address)) return [reversedWords(bytesOfIpv6(address))];
  const plain = reversedWords(address.split('.').map(Number));
  return [plain, `0000000000000000FFFF0000${plain}`];
}

function reversedWords(bytes: readonly number[]): string {
  const words: string[] = [];
  for (let at = 0; at < bytes.length; at += 4)
    words.push(
      bytes
        .slice(at, at + 4)
        .reverse()
        .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
        .join(''),
    );
  return words.join('');
}

/** An address without its zone; what PostgreSQL prints, so never with IPv4 dots in it but for mapped ones. */
function bytesOfIpv6(address: string): number[] {
  const [plain = ''] = address.split('%');
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(plain);
  const hex = (high: string, low: string) => ((Number(high) << 8) | Number(low)).toString(16);
  const [, head = '', a = '', b = '', c = '', d = ''] = dotted ?? [];
  const text = dotted === null ? plain : `${head}${hex(a, b)}:${hex(c, d)}`;
  const [left = '', right] = text.split('::');
  const before = left.split(':').filter(Boolean);
  const after = (right ?? '').split(':').filter(Boolean);
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return [...before, ...zeros, ...after].flatMap((group) => {
    const value = parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/**
 * Reads `ss -xpnH` (iproute2): the process at the other end of the Unix socket that this backend has open.
 * Undefined where the system hides either of them.
 */
export function peerInSs(table: string, backendPid: number): number | undefined {
  const rows = table.split('\n').map((line) => {
    // Netid State Recv-Q Send-Q Path Inode Peer PeerInode users:(("psql",pid=1,fd=3))
    const [, , , , path = '', inode, , peerInode, ...users] = line.trim().split(/\s+/);
    const pids = [...users.join(' ').matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid));
    return { path, inode, peerInode, pids };
  });
  const server = rows.find(({ path, pids }) => pids.includes(backendPid) && /\.s\.PGSQL\.\d+$/.test(path));
  if (server?.peerInode === undefined || server.peerInode === '0') return undefined;
  return rows.find(({ inode }) => inode === server.peerInode)?.pids[0];
}

/** One file of `lsof -F pcdn`: its process and what it is. */
interface LsofFile {
  readonly pid: number;
  readonly device: string;
  readonly name: string;
}

function lsofFiles(output: string): LsofFile[] {
  const files: LsofFile[] = [];
  let pid = 0;
  let device = '';
  for (const line of output.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) pid = Number(value);
    else if (line.startsWith('f')) device = '';
    else if (line.startsWith('d')) device = value;
    else if (line.startsWith('n')) files.push({ pid, device, name: value });
  }
  return files;
}

/** Reads `lsof -nP -iTCP -Fpfdn`: who has a connection from this address and port to the peer's port. */
export function tcpInLsof(output: string, { address, port, peerPort }: TcpEnd): number | undefined {
  const shown = isIPv6(address) ? `[${address}]` : address;
  const found = lsofFiles(output).find(
    ({ name }) => name.startsWith(`${shown}:${port}->`) && name.endsWith(`:${peerPort}`),
  );
  return found?.pid;
}

/** Reads `lsof -nP -U -Fpfdn`: a client's socket is named after the device of its server's end (`->0x…`). */
export function unixInLsof(output: string, backendPid: number): number | undefined {
  const files = lsofFiles(output);
  const server = files.find(({ pid, name }) => pid === backendPid && /\.s\.PGSQL\.\d+$/.test(name));
  if (server === undefined || server.device === '') return undefined;
  return files.find(({ name }) => name === `->${server.device}`)?.pid;
}
