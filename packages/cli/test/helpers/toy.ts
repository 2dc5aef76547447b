import { readFileSync, writeFileSync } from 'node:fs';
import { defineAdapter, ImgstoreError } from '@imgstore/core';
import type { Accepts, Adapter, Sample, StoreDescription, WritableStore } from '@imgstore/core';
import type { Builtin } from '../../src/builtins.js';
import type { Manifest } from '../../src/manifest.js';

/** A sample as a line of a toy file has it. */
export interface ToyLine {
  readonly key: string;
  readonly label?: number;
  readonly className?: string;
  /** The bytes of an encoded image, in hexadecimal. */
  readonly image?: string;
  readonly features?: Readonly<Record<string, string>>;
  /** Reading it fails. */
  readonly isBad?: boolean;
}

interface ToyOptions {
  readonly color?: 'rgb' | 'bgr';
  readonly limit?: number;
  readonly shards?: number;
}

/** A format for tests: a first line with the format's name, then one JSON value a line. */
export function toyAdapter(format: string, accepts: Partial<Accepts> = {}): Adapter<ToyOptions> {
  return defineAdapter<ToyOptions>({
    contract: 1,
    format,
    options: {
      color: { type: ['rgb', 'bgr'], default: 'rgb', description: 'order of the channels', for: 'read' },
      limit: { type: 'bytes', default: 1_048_576, description: 'largest line', for: 'both' },
      shards: { type: 'number', description: 'number of files', for: 'write' },
    },
    detect: ({ head }) => Promise.resolve(Buffer.from(head).toString('latin1').startsWith(`${format}\n`)
      ? { certain: true, evidence: 'the first line' } : undefined),
    store: (location) => toyStore(format, location, accepts),
  });
}

function toyStore(format: string, location: string, accepts: Partial<Accepts>): WritableStore {
  const lines = (): ToyLine[] => {
    let text: string;
    try {
      text = readFileSync(location, 'utf8');
    } catch (cause) {
      throw new ImgstoreError('NOT_FOUND', 'no such file or folder', { location, cause });
    }
    return text.split('\n').slice(1).filter(Boolean).map((line) => JSON.parse(line) as ToyLine);
  };
  return {
    format,
    location,
    accepts: {
      image: 'optional', encoded: 'any', key: { kind: 'text' }, label: { min: -1000, max: 1000 }, classes: true, features: ['bytes'], ...accepts,
    },
    describe: (): Promise<StoreDescription> => Promise.resolve({ count: lines().length, keys: 'stored', notes: ['a toy'] }),
    async *read({ skip = 0, signal, progress } = {}) {
      for (const [record, line] of lines().entries()) {
        if (record < skip) continue;
        signal?.throwIfAborted();
        await new Promise((resolve) => { setImmediate(resolve); });
        if (line.isBad) throw new ImgstoreError('CORRUPT', 'a bad line', { file: location, record });
        if (progress) progress.samples += 1;
        yield sampleOf(line);
      }
    },
    async write(samples, { overwrite = false, signal } = {}) {
      const text = [format];
      for await (const sample of samples) {
        signal?.throwIfAborted();
        text.push(JSON.stringify(lineOf(sample)));
      }
      const bytes = `${text.join('\n')}\n`;
      try {
        writeFileSync(location, bytes, { flag: overwrite ? 'w' : 'wx' });
      } catch (cause) {
        const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
        throw new ImgstoreError(exists ? 'EXISTS' : 'IO', exists ? 'exists already' : 'cannot write', { file: location, cause });
      }
      return { samples: text.length - 1, bytes: bytes.length, files: [{ path: location, samples: text.length - 1, bytes: bytes.length }] };
    },
  };
}

function sampleOf({ key, label, className, image, features = {} }: ToyLine): Sample {
  return {
    key,
    ...label !== undefined && { label },
    ...className !== undefined && { className },
    ...image !== undefined && { image: { kind: 'encoded', format: 'png', bytes: Uint8Array.from(Buffer.from(image, 'hex')) } },
    features: new Map(Object.entries(features).map(([name, text]) => [name, { kind: 'bytes', values: [Uint8Array.from(Buffer.from(text))] }])),
  };
}

function lineOf({ key, label, className, image, features }: Sample): ToyLine {
  return {
    key,
    ...label !== undefined && { label },
    ...className !== undefined && { className },
    ...image?.kind === 'encoded' && { image: Buffer.from(image.bytes).toString('hex') },
    features: Object.fromEntries([...features].map(([name, { values }]) => [name, Buffer.from(values[0] as Uint8Array).toString()])),
  };
}

/** The toy as a built-in; `loads` counts how often it was loaded. */
export function toyBuiltin(adapter: Adapter, manifest: Partial<Manifest> = {}): Builtin & { readonly loads: () => number } {
  const { format } = adapter;
  let loads = 0;
  return {
    format,
    package: `@toys/${format}`,
    manifest: () => ({ package: `@toys/${format}`, version: '1.2.3', contract: 1, format, extensions: [`.${format}`], reads: true, writes: true, detects: 'a first line', ...manifest }),
    load: () => {
      loads += 1;
      return Promise.resolve(adapter);
    },
    loads: () => loads,
  };
}

/** The text of a toy file. */
export function toyText(format: string, lines: readonly ToyLine[]): string {
  return `${[format, ...lines.map((line) => JSON.stringify(line))].join('\n')}\n`;
}
