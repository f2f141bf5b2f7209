/** What of WebAssembly is used: the types of the language do not have it, and those of the DOM are not for the core. */
interface Runtime {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
  readonly atob: (base64: string) => string;
}

/** Modules that were compiled, by their text. */
const compiled = new Map<string, object>();

/** What an instance of a module exports, given in base64; `undefined` where the runtime cannot run it. */
export function startModule(base64: string): unknown {
  try {
    const { WebAssembly, atob } = globalThis as unknown as Runtime;
    let module = compiled.get(base64);
    if (!module) {
      module = new WebAssembly.Module(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
      compiled.set(base64, module);
    }
    return new WebAssembly.Instance(module).exports;
  } catch {
    return undefined;
  }
}
