export interface CompiledFrom {
  readonly directory: string;
  readonly target: string;
  readonly name: string;
  readonly pages: number;
}

/** What is compiled; paths from the root. */
export const modules: readonly CompiledFrom[];

/** A module as the source file that holds it. */
export function compiledModule(from: CompiledFrom): Promise<string>;
