// A stand-in for VS Code's native log writer, so that no compiler is needed: appends to the file it is given.
import { appendFile } from 'node:fs/promises';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];

class FileLogger {
  #file;
  #level = 2;
  #written = Promise.resolve();

  constructor(file) {
    this.#file = file;
    levels.forEach((name, level) => {
      this[name] = (text) => this.#append(name, level, text);
    });
  }

  getLevel() {
    return this.#level;
  }
  setLevel(level) {
    this.#level = level;
  }
  clearFormatters() {}
  setPattern() {}
  flush() {}
  drop() {}

  #append(name, level, text) {
    if (level < this.#level) return;
    const line = `${new Date().toISOString()} [${name}] ${text}\n`;
    // The folder may be gone at the end of a run; a lost log line is nobody's error.
    this.#written = this.#written.then(() => appendFile(this.#file, line)).catch(() => {});
  }
}

export function setFlushOn() {}

export async function createRotatingLogger(_name, file) {
  return new FileLogger(file);
}

export const createAsyncRotatingLogger = createRotatingLogger;
