import { Program } from '../program.ts';

// the thread's program, with what the command line has kept compiled of it
new Program(__dirname).load('help.cjs');
