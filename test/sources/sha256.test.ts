import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { sha256 } from '../../src/sources/tail/sha256.ts';

describe('sha256', () => {
  it('is what node:crypto makes of as many bytes as there can be in a head', () => {
    for (let length = 0; length <= 300; length += 1) {
      const bytes = randomBytes(length);
      assert.equal(sha256(bytes), createHash('sha256').update(bytes).digest('hex'));
    }
  });
});
