import type { SecretStorage } from 'vscode';
import { SentenceError } from '../core/sentence.ts';

/** What of the editor's secret storage keeps passwords. */
export type PasswordStorage = Pick<SecretStorage, 'get' | 'store' | 'delete'>;

/** Keeps passwords there; `failed` is told of one that could not be kept, for which nobody waits. */
export function keptPasswords(secrets: PasswordStorage, failed: (error: unknown) => void): PasswordStorage {
  return {
    get: (key) => secrets.get(key),
    delete: (key) => secrets.delete(key),
    store: async (key, password) => {
      try {
        await secrets.store(key, password);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        failed(
          new SentenceError(
            'The password could not be kept in the editor’s secret storage ({0}): it will be asked for again.',
            why,
          ),
        );
      }
    },
  };
}
