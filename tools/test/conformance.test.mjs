import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optionsOf, reasonOf, tally } from '../conformance.mjs';

test('the options of a case are what stands before its group', () => {
  assert.equal(optionsOf('shards=3 preset=slim: reading: skip leaves out so many samples at the front'), 'shards=3 preset=slim');
  assert.equal(optionsOf('fixture raw.mdb: flips: 1000 files with one byte changed'), 'fixture raw.mdb');
  assert.equal(optionsOf('memory: 10000 small samples are written and read without being held'), 'no options');
});

test('the reason of a skipped case is in the last parentheses', () => {
  assert.equal(reasonOf('split: ranges cover the store (the store is not split: there is no split)'), 'the store is not split: there is no split');
  assert.equal(reasonOf('a (b) case (not (quite) so)'), 'not (quite) so');
});

test('cases are counted by their options, and reasons by themselves', () => {
  const { rows, reasons } = tally([
    { title: 'a=1: inputs: x', status: 'passed', duration: 1500 }, { title: 'a=1: inputs: y', status: 'failed', duration: 500 },
    { title: 'a=1: split: z (no split)', status: 'pending' }, { title: 'b=2: split: z (no split)', status: 'pending' },
  ]);
  assert.deepEqual(rows, [{ options: 'a=1', passed: 1, failed: 1, skipped: 1, time: 2 }, { options: 'b=2', passed: 0, failed: 0, skipped: 1, time: 0 }]);
  assert.deepEqual([...reasons], [['no split', 2]]);
});
