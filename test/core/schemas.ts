import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** Asserts that a document, as it is printed, is what schemas/NAME.schema.json publishes. */
export function assertFollowsSchema(
  name: 'summary' | 'watch' | 'list' | 'server' | 'pool' | 'poolWatch' | 'pooler' | 'poolerLog' | 'panels',
  text: string,
): void {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  // what others refer to
  for (const other of ['summary', 'pool']) if (other !== name) ajv.addSchema(schemaOf(other));
  const follows = ajv.validate(schemaOf(name), JSON.parse(text));
  assert.ok(follows, ajv.errorsText());
}

function schemaOf(name: string): object {
  const schema: unknown = JSON.parse(
    readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'),
  );
  assert.ok(typeof schema === 'object' && schema !== null);
  return schema;
}
