import { workerData } from 'node:worker_threads';
import { haveLoaded, type LateFlags } from './tail/lateFlags.ts';

// Node has loaded what it needs of its own modules
haveLoaded(workerData as LateFlags);

await import('./stretchHelp.ts');
