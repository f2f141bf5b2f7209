/** What of WebAssembly is used: the types of the language do not have it, and those of the DOM are not for the core. */
interface Runtime {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
  readonly atob: (base64: string) => string;
  /** Of Node: it does the same at once. */
  readonly Buffer?: { readonly from: (text: string, encoding: 'base64') => Uint8Array };
}

/** Modules that were compiled, by their text. */
const compiled = new Map<string, object>();

/** What an instance of a module exports, given in base64; `undefined` where the runtime cannot run it. */
export function startModule(base64: string): unknown {
  try {
    const { WebAssembly, atob, Buffer } = globalThis as unknown as Runtime;
    let module = compiled.get(base64);
    if (!module) {
      const bytes =
        Buffer?.from(base64, 'base64') ?? Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      module = new WebAssembly.Module(bytes);
      compiled.set(base64, module);
    }
    return new WebAssembly.Instance(module).exports;
  } catch {
    return undefined;
  }
}
