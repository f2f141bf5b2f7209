import type { BranchNode } from './activeModel.ts';
import { sessionFacts } from './activeRow.ts';

/** How the ages of sessions read when their rows were drawn last. */
export class DrawnAges {
  readonly #timeOf: (branch: BranchNode) => number;
  readonly #texts = new Map<string, string>();

  /** `timeOf`: up to when the ages below a branch count, ms. */
  constructor(timeOf: (branch: BranchNode) => number) {
    this.#timeOf = timeOf;
  }

  /** The rows below a branch are drawn now. */
  note(branch: BranchNode): void {
    this.#texts.set(branch.id, this.#below(branch));
  }

  /** Of all branches that are shown, those below which an age reads differently now; they are drawn with that. */
  older(shown: readonly BranchNode[]): BranchNode[] {
    const ids = new Set(shown.map(({ id }) => id));
    for (const id of this.#texts.keys()) if (!ids.has(id)) this.#texts.delete(id);
    return shown.filter((branch) => {
      const before = this.#texts.get(branch.id);
      this.note(branch);
      return before !== this.#texts.get(branch.id);
    });
  }

  #below(branch: BranchNode): string {
    const now = this.#timeOf(branch);
    const ages = branch.children?.map((node) =>
      node.kind === 'session' ? sessionFacts(node.row, node.dimension, now) : '',
    );
    return ages?.join('\n') ?? '';
  }
}
