// Runs a function.zip with @vercel/fun, for test_fun.py.
//
// usage: node fun.js NODE_MODULES FUNCTION.zip VARIABLES
//
// VARIABLES is a JSON object of environment variables. In: lines {"id", "event", "freeze_early"},
// the event in base64. Out: lines {"id", "error", "result", "connections"}, as they come: the kind
// of error or null, the result in base64, and how many connections the process that answered has
// opened so far, null if none has. The end of the input ends the function.
'use strict';
const { once } = require('events');
const fs = require('fs');
const path = require('path');
const readline = require('readline');

const [modules, zip, variables] = process.argv.slice(2);
const fun = path.join(modules, '@vercel', 'fun', 'dist', 'src');
const { createFunction } = require(fun);
const { RuntimeServer } = require(path.join(fun, 'runtime-server'));
const { serve, invoke } = RuntimeServer.prototype;

// fun freezes a process when it has the result. freezeEarly has it frozen before it hears that the
// result has arrived, so that it can't ask for the next event, and until Node.js has closed the
// connection, on which nothing comes.
RuntimeServer.prototype.serve = function (request, response) {
  this.socket = request.socket;
  this.sockets = (this.sockets ?? new Set()).add(this.socket);
  const { end } = response;
  response.end = (...data) => {
    if (this.freezesEarly && request.method === 'POST') this.freeze();
    return end.apply(response, data);
  };
  return serve.call(this, request, response);
};
RuntimeServer.prototype.invoke = async function (parameters) {
  this.freezesEarly = parameters.freezeEarly;
  const result = await invoke.call(this, parameters);
  if (this.freezesEarly && !this.socket.destroyed) await once(this.socket, 'close');
  return { ...result, connections: this.sockets.size };
};

async function main() {
  const fn = await createFunction({
    Code: { ZipFile: fs.readFileSync(zip) },
    Handler: 'bootstrap',
    Runtime: 'provided',
    Environment: { Variables: JSON.parse(variables) },
  });
  const servers = fn.provider.runtimeApis;
  servers.set = (child, server) => {
    server.freeze = () => fn.provider.freezeProcess(child);
    // Else whoever waits for a process that ended between two events would wait for ever.
    child.once('exit', () => {
      server.nextDeferred?.promise.catch(() => {});
      server.nextDeferred?.reject(new Error('the process ended between two events'));
    });
    return WeakMap.prototype.set.call(servers, child, server);
  };
  const answer = async ({ id, event, freeze_early: freezeEarly }) => {
    const result = await fn.invoke({ Payload: Buffer.from(event, 'base64'), freezeEarly });
    console.log(JSON.stringify({
      id,
      error: result.FunctionError ?? null,
      result: Buffer.from(result.Payload).toString('base64'),
      connections: result.connections ?? null,
    }));
  };
  const answers = [];
  for await (const line of readline.createInterface({ input: process.stdin }))
    answers.push(answer(JSON.parse(line)));
  await Promise.all(answers);
  await fn.destroy();
}

main();
