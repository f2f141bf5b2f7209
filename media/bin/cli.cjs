#!/usr/bin/env node
'use strict';
// The program of package.json's bin: CommonJS, so that every Node and the editor's own start it alike.
// What Node compiles of it is kept beside it, where that may be written: a tenth of a start.
require('node:module').enableCompileCache?.(require('node:path').join(__dirname, '.compiled'));
import('./cli.mjs');
