/** Names and their numbers: a column of names is one of numbers, and each name is kept once. Number 0 is "missing". */
export class NameNumbers {
  #texts: string[] = [''];
  #numbers = new Map<string, number>();
  #generation = 0;

  /** `texts`: as `save` answered them. */
  constructor(texts?: readonly string[]) {
    if (!texts) return;
    this.#texts = [...texts];
    this.#numbers = new Map(texts.map((text, number) => [text, number] as const).slice(1));
  }

  /** How many there are, the missing one too. */
  get count(): number {
    return this.#texts.length;
  }

  /** Grows when names get other numbers. */
  get generation(): number {
    return this.#generation;
  }

  /** The number of a name in this generation; 0 = missing. */
  numberOf(text: string | undefined): number {
    if (text === undefined) return 0;
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#texts.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }

  /** The name with this number in this generation; undefined = missing. */
  textOf(number: number): string | undefined {
    return number === 0 ? undefined : this.#texts[number];
  }

  /** Drops the names that stand in none of these columns; the others get other numbers, there too. */
  keepThoseIn(columns: readonly Uint32Array[]): void {
    const texts = this.#texts;
    this.#generation += 1;
    this.#texts = [''];
    this.#numbers = new Map();
    for (const column of columns)
      for (let row = 0; row < column.length; row += 1) {
        const number = column[row] ?? 0;
        if (number !== 0) column[row] = this.numberOf(texts[number]);
      }
  }

  /** By their numbers. */
  save(): readonly string[] {
    return [...this.#texts];
  }
}
