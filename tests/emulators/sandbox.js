// Runs an Architect project with @architect/sandbox, for test_sandbox.py.
//
// usage: node sandbox.js NODE_MODULES PROJECT API PORT
//
// API is what stands in front of the function: http, httpv1 or rest. Prints a line "ready" when
// PORT answers. The end of the input ends it.
'use strict';
const path = require('path');

const [modules, cwd, apigateway, port] = process.argv.slice(2);
const sandbox = require(path.join(modules, '@architect', 'sandbox'));

async function main() {
  await sandbox.start({ cwd, apigateway, port: Number(port), host: '127.0.0.1', quiet: true });
  console.log('ready');
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.on('end', resolve));
  await sandbox.end();
  process.exit(0);
}

main();
