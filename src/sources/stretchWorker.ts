import { Program } from '../program.ts';

// the thread's program, with what the command line has kept compiled of it
new Program(__dirname, 'commands.cjs').load('help.cjs');
