/** The parts of pgpass that take the environment as an argument (its main function reads the process's own). */
declare module 'pgpass/lib/helper.js' {
  import type { Stats } from 'node:fs';
  import type { Readable } from 'node:stream';

  interface PasswordOf {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
  }
  const helper: {
    getFileName(environment: NodeJS.ProcessEnv): string;
    /** False, with a warning on standard error, where others may read the file. */
    usePgPass(stats: Stats, file: string): boolean;
    getPassword(of: PasswordOf, stream: Readable, tell: (password: string | undefined) => void): void;
  };
  export default helper;
}
