import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareKeys } from '@imgstore/core';
import type { Detection, Probe } from '@imgstore/core';
import type { Bench } from '../bench.js';
import { check } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { fewSamples } from '../catalogue/catalogue.js';
import { foreignFiles } from '../foreign.js';
import type { ForeignFile } from '../foreign.js';
import { filesBelow } from '../snapshot.js';
import type { Subject } from '../subject.js';
import { writeTo } from '../writing.js';

const HEAD_BYTES = 64 * 1024;
const MOST_NAMES = 1000;

/** `detect` on what the store itself wrote, or on a fixture. */
export function detectOwnCases({ bench, few }: Subject): readonly ConformanceCase[] {
  return [{
    name: 'detect: says yes to its own store, with evidence',
    run: () => few(async ({ place, files }) => {
      // A set of shards has no path of its own: then each of its files must be known.
      const paths = exists(place.source) ? [place.source] : files.map((file) => join(place.folder, file));
      for (const path of paths) {
        const detection = await bench.adapter.detect(probeOf(path));
        check(detection !== undefined, () => `detect does not know its own ${path.slice(place.folder.length + 1)}`);
        checkDetection(detection);
      }
    }),
  }];
}

/** `detect` on everything else. */
export function detectForeignCases(bench: Bench): readonly ConformanceCase[] {
  return [{
    name: 'detect: says no to files and folders of other formats',
    run: () => bench.inPlace(async (place) => {
      const own = bench.accepts === undefined ? [] : await ownFiles(bench);
      let tried = 0;
      for (const file of foreignFiles()) {
        if (own.some((bytes) => hasMagic(bytes, file))) continue;
        const path = join(place.folder, file.name);
        writeFileSync(path, file.bytes);
        const detection = await bench.adapter.detect(probeOf(path));
        check(detection === undefined, () => `detect takes ${file.name} for its own: ${detection?.evidence ?? ''}`);
        tried++;
      }
      check(tried >= 12, () => `only ${tried} foreign files differ from the adapter's own output by their first bytes`);
      for (const name of ['empty', 'texts']) {
        const folder = join(place.folder, name);
        mkdirSync(folder);
        if (name === 'texts') for (const text of ['README', 'notes.txt', 'CURRENT']) writeFileSync(join(folder, text), 'text\n');
        const detection = await bench.adapter.detect(probeOf(folder));
        check(detection === undefined, () => `detect takes a folder (${name}) for its own: ${detection?.evidence ?? ''}`);
      }
    }),
  }];
}

/** What `imgstore` shows an adapter of a path. */
function probeOf(path: string): Probe {
  const status = lstatSync(path);
  const isDirectory = status.isDirectory();
  return {
    path,
    isDirectory,
    size: isDirectory ? 0 : status.size,
    head: isDirectory ? new Uint8Array() : new Uint8Array(readFileSync(path).subarray(0, HEAD_BYTES)),
    names: async (folder = '') => namesIn(join(path, folder)),
  };
}

function namesIn(folder: string): readonly string[] {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder).sort(compareKeys).slice(0, MOST_NAMES) : [];
}

function checkDetection({ certain, evidence, options }: Detection): void {
  check(typeof certain === 'boolean', () => `certain is ${String(certain)}`);
  check(typeof evidence === 'string' && evidence !== '' && !/[\r\n]/.test(evidence), () => `the evidence is not one line: ${JSON.stringify(evidence)}`);
  check(options === undefined || typeof options === 'object', () => 'the options of the detection are no object');
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The files of a store that the adapter wrote. */
async function ownFiles(bench: Bench): Promise<readonly Uint8Array[]> {
  const { accepts } = bench;
  if (accepts === undefined) return [];
  return bench.inPlace(async (place) => {
    await writeTo(bench, place, fewSamples(accepts));
    return filesBelow(place.folder).map((file) => new Uint8Array(readFileSync(join(place.folder, file))));
  });
}

function hasMagic(own: Uint8Array, { bytes, magic }: ForeignFile): boolean {
  if (magic === undefined) return false;
  const { at, length } = magic;
  return Buffer.compare(own.subarray(at, at + length), bytes.subarray(at, at + length)) === 0;
}
