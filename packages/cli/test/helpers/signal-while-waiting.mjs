// Preloaded with --import: the process gets SIGINT once it waits for standard input.
const timer = setInterval(() => {
  if (process.listenerCount('SIGINT') === 0 || process.stdin.listenerCount('readable') === 0) return;
  clearInterval(timer);
  process.kill(process.pid, 'SIGINT');
}, 20);
