// node judge_bulk.mjs CASES.json
//
// The same as judge_bulk.py, with npm lmdb, which has data format 2. It is native and may take its process with it, hence
// a process of its own.
import { readFileSync } from 'node:fs';
import { open } from 'lmdb';

function readPairs(path) {
  const data = readFileSync(path);
  const pairs = [];
  for (let at = 0; at < data.length;) {
    const keyEnd = at + 8 + data.readUInt32LE(at);
    const valueEnd = keyEnd + data.readUInt32LE(at + 4);
    pairs.push([data.subarray(at + 8, keyEnd), data.subarray(keyEnd, valueEnd)]);
    at = valueEnd;
  }
  return pairs;
}

function openDatabase({ path, singleFile, pageSize }) {
  return open({ path, noSubdir: singleFile, keyEncoding: 'binary', encoding: 'binary', pageSize, mapSize: 2 ** 30 });
}

function compare(database, pairs, when, problems) {
  const found = [...database.getRange({})].map(({ key, value }) => [Buffer.from(key), Buffer.from(value)]);
  const different = found.findIndex(([key, value], index) => !(pairs[index]?.[0].equals(key) && pairs[index][1].equals(value)));
  if (found.length !== pairs.length || different !== -1) problems.push(`${when}: ${found.length} entries of ${pairs.length}, the first wrong one is ${different}`);
  const { entryCount } = database.getStats();
  if (entryCount !== pairs.length) problems.push(`${when}: stat counts ${entryCount} entries of ${pairs.length}`);
}

async function judge(testCase) {
  const problems = [];
  const pairs = readPairs(testCase.pairs);
  let database = openDatabase(testCase);
  compare(database, pairs, 'as written', problems);
  const model = new Map(pairs.map(([key, value]) => [key.toString('latin1'), value]));
  let state = pairs.length + 1;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let turn = 0; turn < 4; turn++) {
    const keys = [...model.keys()];
    await database.transaction(() => {
      for (const key of keys) {
        if (random(5) !== 0) continue;
        database.remove(Buffer.from(key, 'latin1'));
        model.delete(key);
      }
      for (let count = 0; count < 40; count++) {
        const key = random(5) < 2 && keys.length > 0 ? keys[random(keys.length)] : `new ${String(random(2 ** 30)).padStart(1 + random(500), '.')}`;
        const value = Buffer.alloc([0, 7, 900, 2030, 5000, 20000][random(6)], String(count));
        database.put(Buffer.from(key, 'latin1'), value);
        model.set(key, value);
      }
    });
    await database.close();
    database = openDatabase(testCase);
    const wanted = [...model].map(([key, value]) => [Buffer.from(key, 'latin1'), value]).sort((left, right) => Buffer.compare(left[0], right[0]));
    compare(database, wanted, `after write ${turn}`, problems);
  }
  await database.transaction(() => {
    for (const key of model.keys()) database.remove(Buffer.from(key, 'latin1'));
  });
  compare(database, [], 'after deleting all', problems);
  await database.close();
  return problems;
}

const results = [];
for (const testCase of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  results.push(await judge(testCase).catch((error) => [String(error)]));
}
process.stdout.write(JSON.stringify(results));
