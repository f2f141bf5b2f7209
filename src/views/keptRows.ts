import type { ChangedRows } from './sidebarTree.ts';

/** A row that is told together with all rows below it. */
interface WholeRow<N> {
  readonly id: string;
  readonly children?: readonly N[];
}

/** Rows at the root of a tree, told anew as a whole: each keeps its node, and so its place in the tree. */
export class KeptRows<N extends WholeRow<N>> {
  rows: readonly N[] = [];
  readonly #says: (node: N) => unknown;

  /** `says`: what is seen of a row. */
  constructor(says: (node: N) => unknown) {
    this.#says = says;
  }

  /** Takes the rows as they are now; answers those that say something else, themselves or below. */
  take(rows: readonly N[]): ChangedRows<N> {
    const known = new Map(this.rows.map((row) => [row.id, { row, text: this.#textOf(row) }]));
    const isSame = idsOf(rows) === idsOf(this.rows);
    this.rows = rows.map((row) => Object.assign(known.get(row.id)?.row ?? row, row));
    return isSame ? this.rows.filter((row) => this.#textOf(row) !== known.get(row.id)?.text) : 'all';
  }

  #textOf(row: N): string {
    const said = (node: N): unknown => [node.id, this.#says(node), node.children?.map(said)];
    return JSON.stringify(said(row));
  }
}

function idsOf(rows: readonly { readonly id: string }[]): string {
  return JSON.stringify(rows.map(({ id }) => id));
}
