import { closeSync, openSync, writeSync } from 'node:fs';
import { largestAllocation } from './helpers/allocations.js';
import { bytesOf, damagesOf, fieldsOf, victim } from './helpers/damage.js';
import { digestOf, temporaryFolder } from './helpers/fixtures.js';
import { ask } from './helpers/outcome.js';

/** Where a wrong number leaves a database that is whole by all that it says: the length of a value on overflow pages may be anything that they hold. */
const MAY_CHANGE_A_VALUE = ['leaf.overflow.low', 'leaf.overflow.high'];

it('sees what is asked for by length, of every kind', async () => {
  expect(await largestAllocation(async () => [new Uint8Array(7), new Float64Array(3), Buffer.alloc(20), new ArrayBuffer(23)])).toBe(24);
  expect(await largestAllocation(async () => Buffer.allocUnsafe(25))).toBe(25);
});

describe.each([1, 2, 3] as const)('every field of a database of data format %i', (dataFormat) => {
  const { file } = temporaryFolder();

  it('set to 0, 1, its maximum, a neighbour\'s and a random value gives a typed error or all entries as they were, and never takes more memory at once than the file has bytes', async () => {
    const bytes = await victim(dataFormat);
    const path = file('victim.mdb', bytes);
    const whole = await digestOf(path);
    const silent: string[] = [];
    const greedy: string[] = [];
    let refused = 0;
    for (const damage of damagesOf(bytes, fieldsOf(bytes, dataFormat), 1)) {
      const { at, length, name, page } = damage.field;
      const handle = openSync(path, 'r+');
      writeSync(handle, bytesOf(damage), 0, length, at);
      closeSync(handle);
      let outcome: Awaited<ReturnType<typeof ask>> | undefined;
      const largest = await largestAllocation(async () => { outcome = await ask(path, '00000021'); });
      if (outcome === undefined) throw new Error('nothing was asked');
      if (largest > bytes.length) greedy.push(`${name} of page ${page}: ${damage.kind} takes ${largest}`);
      if ('error' in outcome) refused++;
      else if (outcome.value.entries !== 40 || (outcome.value.sha256 !== whole.sha256 && !MAY_CHANGE_A_VALUE.includes(name))) silent.push(`${name} of page ${page}: ${damage.kind}`);
      const again = openSync(path, 'r+');
      writeSync(again, bytes, at, length, at);
      closeSync(again);
    }
    expect(silent).toEqual([]);
    expect(greedy).toEqual([]);
    expect(refused).toBeGreaterThan(1000);
    expect(await digestOf(path)).toEqual(whole);
  }, 300_000);
});
