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
  const fields = new Map<string, unknown[]>();
  for (const [index, row] of rows.entries()) {
    for (const [field, value] of Object.entries(row)) {
      if (value === undefined) continue;
      let values = fields.get(field);
      if (!values) fields.set(field, (values = Array<unknown>(rows.length).fill(undefined)));
      values[index] = value;
    }
  }
  const numbers = new Map<string, number>([['', 0]]);
  const columns = [...fields].map(([field, values]) => columnOf(field, values, numbers));
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
  const isAll = (holds: (value: unknown) => boolean): boolean =>
    values.every((value) => value === undefined || holds(value));
  if (isAll((value) => typeof value === 'number' && !Number.isNaN(value))) {
    return {
      field,
      kind: 'number',
      values: Float64Array.from(values, (value) => (value as number | undefined) ?? NaN),
    };
  }
  // the empty text stands for what is missing
  if (!isAll((value) => typeof value === 'string' && value !== '')) return { field, kind: 'any', values };
  const numberOf = (value: unknown): number => {
    if (typeof value !== 'string') return 0;
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    return number;
  };
  return { field, kind: 'text', values: Uint32Array.from(values, numberOf) };
}
