import { setFlagsFromString } from 'node:v8';
import { workerData } from 'node:worker_threads';
import type { StretchStart } from './tail/stretchWorkers.ts';

// Node has loaded what it needs of its own modules: what it keeps compiled of them is good only for the flags that they
// were compiled with
for (const flag of (workerData as StretchStart).flags) setFlagsFromString(flag);

await import('./stretchHelp.ts');
