import type { WrappedLine, WrappedReader, Wrapping } from './wrappedLine.ts';

/** The most that is kept of one record while its end is not there yet. */
const longestRecord = 256 * 1024;

/**
 * `journalctl -o export`: fields, one a line, and an empty line behind each entry; a field with a newline in it has its
 * name alone on a line, then its length in eight bytes, the data and a newline (systemd.io/JOURNAL_EXPORT_FORMATS).
 */
class JournalExport implements WrappedReader {
  #fields = new Map<string, string>();
  /** A field in bytes whose end is not there yet. */
  #binary: { readonly name: string; data: string } | undefined;

  read(line: string): readonly WrappedLine[] | undefined {
    if (this.#binary) return this.#goOn(this.#binary, line);
    if (line === '') return this.end();
    const [, name, value] = /^([A-Z_][A-Z0-9_]*)(?:=([^]*))?$/.exec(line) ?? [];
    if (name === undefined) return undefined;
    if (value === undefined) this.#binary = { name, data: '' };
    else this.#fields.set(name, value);
    return [];
  }

  end(): readonly WrappedLine[] {
    const message = this.#fields.get('MESSAGE');
    const micros = Number(this.#fields.get('__REALTIME_TIMESTAMP'));
    const pid = Number(this.#fields.get('_PID') ?? this.#fields.get('SYSLOG_PID'));
    const source = this.#fields.get('SYSLOG_IDENTIFIER') ?? this.#fields.get('_COMM');
    this.#fields = new Map();
    if (message === undefined) return [];
    const about = {
      source,
      at: Number.isFinite(micros) ? Math.floor(micros / 1000) : undefined,
      pid: Number.isInteger(pid) ? pid : undefined,
    };
    return message.split('\n').map((text) => ({ text, ...about }));
  }

  #goOn(binary: { readonly name: string; data: string }, line: string): readonly WrappedLine[] {
    binary.data += binary.data === '' ? line : `\n${line}`;
    // a newline among the eight bytes of the length was taken for the end of a line
    if (binary.data.length < 8) return [];
    let length = 0;
    for (let index = 7; index >= 0; index -= 1) length = length * 256 + binary.data.charCodeAt(index);
    if (binary.data.length - 8 < length && binary.data.length < longestRecord) return [];
    this.#fields.set(binary.name, binary.data.slice(8, 8 + length));
    this.#binary = undefined;
    return [];
  }
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Events of Windows as XML (`wevtutil qe /f:xml`, Event Viewer): the server's text is their first `<Data>`. */
class EventXml implements WrappedReader {
  #text = '';

  read(line: string): readonly WrappedLine[] | undefined {
    if (this.#text === '' && !/<Events?[\s>]|<Data>|^\s*<[/?A-Z]/i.test(line)) return undefined;
    this.#text = this.#text === '' ? line : `${this.#text}\n${line}`;
    const lines: WrappedLine[] = [];
    for (;;) {
      const event = /<Data>([^<]*)<\/Data>[^]*?<\/Event>/.exec(this.#text);
      if (!event) break;
      const at = Date.parse(/SystemTime=['"]([^'"]+)['"]/.exec(this.#text.slice(0, event.index))?.[1] ?? '');
      lines.push(...eventLines(unescapedXml(event[1] ?? ''), Number.isNaN(at) ? undefined : at));
      this.#text = this.#text.slice(event.index + event[0].length);
    }
    if (!this.#text.includes('<Event') || this.#text.length > longestRecord) this.#text = '';
    return lines;
  }

  end(): readonly WrappedLine[] {
    return [];
  }
}

/** Events of Windows as text (`wevtutil qe /f:text`): `Event[3]:`, a header, then the server's text as Description. */
class EventText implements WrappedReader {
  #isDescription = false;

  read(line: string): readonly WrappedLine[] | undefined {
    if (/^Event\[\d+\]:?\s*$/.test(line)) {
      this.#isDescription = false;
      return [];
    }
    const [, first] = /^ {2}Description: ?([^]*)$/.exec(line) ?? [];
    if (first !== undefined) {
      this.#isDescription = true;
      return first.trim() === '' ? [] : [{ text: first }];
    }
    if (this.#isDescription) return line.trim() === '' ? [] : [{ text: line }];
    return /^ {2}[A-Z][A-Za-z ]*:/.test(line) || line.trim() === '' ? [] : undefined;
  }

  end(): readonly WrappedLine[] {
    return [];
  }
}

function eventLines(text: string, at: number | undefined): WrappedLine[] {
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => ({ text: line, at }));
}

function unescapedXml(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      if (name !== undefined) return entities[name] ?? whole;
      return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : '';
    },
  );
}

/** Exports of journals and event logs, of which several lines make one. */
export const recordWrappings: readonly Wrapping[] = [
  { name: 'journal export', isUtf8: false, isOfAll: false, reader: () => new JournalExport() },
  { name: 'Windows events (XML)', isUtf8: true, isOfAll: false, reader: () => new EventXml() },
  { name: 'Windows events (text)', isUtf8: true, isOfAll: false, reader: () => new EventText() },
];
