#!/usr/bin/env node
// The program of package.json's bin: CommonJS, so that every Node and the editor's own start it alike.
import { Program } from './program.ts';
import type { run } from './cli/commands.ts';

const program = new Program(__dirname, 'commands.cjs');
const commands = program.load('commands.cjs') as { readonly run: typeof run };
commands.run(process.argv.slice(2), program);
