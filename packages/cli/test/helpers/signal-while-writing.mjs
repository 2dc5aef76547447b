// Preloaded with --import: at the first write of a file the process gets the signals that SIGNALS names, one after the
// other has arrived; until the first has, each write takes so long that the run must let the event loop go on.
import fs from 'node:fs';

const signals = process.env.SIGNALS.split(',');
let sent = false;
let arrived = false;

for (const [index, name] of signals.entries()) {
  process.once(name, () => {
    arrived = true;
    const next = signals[index + 1];
    if (next !== undefined) process.kill(process.pid, next);
  });
}

for (const name of ['writeSync', 'write']) {
  const write = fs[name];
  fs[name] = (...args) => {
    if (!sent) process.kill(process.pid, signals[0]);
    sent = true;
    if (!arrived) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25);
    return write(...args);
  };
}
