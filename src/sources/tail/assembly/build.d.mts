/** The module as the source file that holds it. */
export function compiledModule(): Promise<string>;
