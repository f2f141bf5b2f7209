import { fileURLToPath } from 'node:url';

/** The checkout's path: the extension under test and the root of what tests read and write. */
export const checkout = fileURLToPath(new URL('../..', import.meta.url));
