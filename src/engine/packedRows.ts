/** Values of one field in all rows: numbers (NaN = missing), numbers of texts (0 = missing), or the values themselves. */
type Column =
  | { readonly field: string; readonly kind: 'number'; readonly values: Float64Array }
  | { readonly field: string; readonly kind: 'text'; readonly values: Uint32Array }
  | { readonly field: string; readonly kind: 'any'; readonly values: readonly unknown[] };

/** Many objects with the same few fields as columns: what is written and read of them is little, and quick. */
export interface PackedRows {
  readonly length: number;
  readonly texts: readonly string[];
  readonly columns: readonly Column[];
}

/** Packs objects; what is undefined in them is left out. */
export function packRows(rows: readonly object[]): PackedRows {
  const fields = new Set<string>();
  for (const row of rows) for (const field in row) fields.add(field);
  const numbers = new Map<string, number>([['', 0]]);
  const columns = [...fields].map((field) =>
    columnOf(
      field,
      rows.map((row) => (row as Record<string, unknown>)[field]),
      numbers,
    ),
  );
  return { length: rows.length, texts: [...numbers.keys()], columns };
}

/** The objects that were packed, in their order; the caller knows what they are. */
export function unpackRows<T extends object>({ length, texts, columns }: PackedRows): T[] {
  const rows = Array.from({ length }, (): Record<string, unknown> => ({}));
  for (const { field, kind, values } of columns) {
    for (let index = 0; index < length; index += 1) {
      const value = values[index];
      const row = rows[index];
      if (!row || value === undefined || Number.isNaN(value)) continue;
      if (kind !== 'text') row[field] = value;
      else if (value !== 0) row[field] = texts[value as number];
    }
  }
  return rows as T[];
}

function columnOf(field: string, values: readonly unknown[], numbers: Map<string, number>): Column {
  return numbersIn(field, values) ?? textsIn(field, values, numbers) ?? { field, kind: 'any', values };
}

function numbersIn(field: string, values: readonly unknown[]): Column | undefined {
  const column = new Float64Array(values.length);
  for (const [index, value] of values.entries()) {
    if (value === undefined) column[index] = Number.NaN;
    else if (typeof value === 'number' && !Number.isNaN(value)) column[index] = value;
    else return undefined;
  }
  return { field, kind: 'number', values: column };
}

function textsIn(
  field: string,
  values: readonly unknown[],
  numbers: Map<string, number>,
): Column | undefined {
  const column = new Uint32Array(values.length);
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue;
    // the empty text stands for what is missing
    if (typeof value !== 'string' || value === '') return undefined;
    let number = numbers.get(value);
    if (number === undefined) numbers.set(value, (number = numbers.size));
    column[index] = number;
  }
  return { field, kind: 'text', values: column };
}
