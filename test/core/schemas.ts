import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** Asserts that a document, as it is printed, is what schemas/NAME.schema.json publishes. */
export function assertFollowsSchema(
  name: 'summary' | 'watch' | 'list' | 'server' | 'pool' | 'pooler' | 'panels',
  text: string,
): void {
  const schema: unknown = JSON.parse(
    readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'),
  );
  assert.ok(typeof schema === 'object' && schema !== null);
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  const follows = ajv.validate(schema, JSON.parse(text));
  assert.ok(follows, ajv.errorsText());
}
