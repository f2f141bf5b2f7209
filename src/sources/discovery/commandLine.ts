/** What a postmaster's command line says. */
export interface CommandLine {
  /** `-D`, as written. */
  readonly dataDirectory?: string | undefined;
  /** Settings by lower-case name; of two the last. */
  readonly settings: ReadonlyMap<string, string>;
}

/** The arguments in `postmaster.opts`: one line, the program and then each argument in double quotes, unescaped. */
export function parsePostmasterOpts(text: string): string[] {
  const start = text.indexOf(' "');
  const end = text.lastIndexOf('"');
  return start === -1 || end <= start + 1 ? [] : text.slice(start + 2, end).split('" "');
}

/** The arguments of a process's command line without its program, where only blanks stand between them (`ps`). */
export function parseFlatCommand(command: string): string[] {
  const [, ...options] = command.trim().split(/ (?=-\S)/);
  // a path with blanks stays whole: `-D /Users/me/Library/Application Support/Postgres/var-17`
  return options.flatMap((option) => {
    const [, flag, value] = /^(-{1,2}[^\s=]+)\s+(.*)$/s.exec(option) ?? [];
    return flag === undefined || value === undefined ? [option] : [flag, value];
  });
}

const takesValue = 'BbCcDdfhkNprStvW';
const shortSettings: Readonly<Record<string, string>> = {
  h: 'listen_addresses',
  k: 'unix_socket_directories',
  p: 'port',
  N: 'max_connections',
  B: 'shared_buffers',
};

/** Reads a postmaster's arguments (manual, "postgres": `-c name=value`, `--name=value`, `-p 5433`, `-D dir`). */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const settings = new Map<string, string>();
  let dataDirectory: string | undefined;
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (argument.startsWith('--')) assign(settings, argument.slice(2));
    else if (/^-[A-Za-z]/.test(argument)) {
      const letter = argument.charAt(1);
      if (!takesValue.includes(letter)) continue;
      const value = argument.length > 2 ? argument.slice(2) : (argv[++index] ?? '');
      const name = shortSettings[letter];
      if (letter === 'D') dataDirectory = value;
      else if (letter === 'c') assign(settings, value);
      else if (letter === 'd') settings.set('log_min_messages', value === '0' ? 'warning' : `debug${value}`);
      else if (name !== undefined) settings.set(name, value);
    }
  }
  return { dataDirectory, settings };
}

function assign(settings: Map<string, string>, text: string): void {
  const equals = text.indexOf('=');
  const name = equals === -1 ? text : text.slice(0, equals);
  // the server reads a dash in a name as an underscore, and a name alone as true only for its own long options
  settings.set(
    name.trim().toLowerCase().replaceAll('-', '_'),
    equals === -1 ? 'true' : text.slice(equals + 1),
  );
}
