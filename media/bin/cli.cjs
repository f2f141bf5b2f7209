#!/usr/bin/env node
'use strict';
// The program of package.json's bin: CommonJS, so that every Node and the editor's own start it alike.
import('./cli.mjs');
