// Forked: runs command lines of the built command one after the other, each in a folder, with real `import()`. A plugin of the
// tests notes in globalThis.imgstoreLoaded that it was loaded; the answer has what was noted during that line.
import { main } from '../../dist/main.js';

globalThis.imgstoreLoaded = [];

process.on('message', async ({ folder, argv, script }) => {
  process.chdir(folder);
  const written = { stdout: '', stderr: '' };
  const sink = (name) => ({ isTTY: false, columns: 120, write: async (content) => { written[name] += content; } });
  const code = await main(argv, { stdout: sink('stdout'), stderr: sink('stderr'), env: {}, script });
  process.send({ code, ...written, loaded: globalThis.imgstoreLoaded.splice(0) });
});
