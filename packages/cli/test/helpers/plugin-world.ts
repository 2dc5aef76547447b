import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a command line wrote, how it ended, and which plugins it loaded. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The names that adapters of the tests were given. */
  readonly loaded: readonly string[];
}

/** A process that runs the built command, for all tests of a file: Jest cannot import what they write. */
let child: ChildProcess | undefined;

/** Ends the process, if there is one. For `afterAll`. */
export function endCommandProcess(): void {
  child?.disconnect();
  child = undefined;
}

/** Folders with packages in them, where the command runs. */
export class PluginWorld {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), 'imgstore-plugins-')));

  /** Below the world's folder. */
  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  put(path: string, content: string | object): string {
    const file = this.path(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  /** A link at `path` to a folder of this world. */
  link(path: string, target: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    symlinkSync(this.path(target), this.path(path), 'dir');
  }

  /** A package with an adapter for `format`, whose module is `text` or works. */
  plugin(path: string, name: string, format: string, { text = adapterText(format, { name }), manifest = {}, ...rest }: PluginOptions = {}): void {
    this.put(`${path}/package.json`, {
      name, version: '1.2.3', type: 'module', exports: { '.': { import: './index.js' } },
      imgstore: { contract: 1, format, extensions: [`.${format}`], reads: true, writes: true, ...manifest }, ...rest,
    });
    this.put(`${path}/index.js`, text);
  }

  /** Runs a command line with the folder as its working folder. */
  async run(path: string, argv: readonly string[], { script }: { readonly script?: string } = {}): Promise<Outcome> {
    child ??= fork(join(__dirname, 'command-process.mjs'));
    mkdirSync(this.path(path), { recursive: true });
    child.send({ folder: this.path(path), argv, ...script !== undefined && { script } });
    const [outcome] = await once(child, 'message') as [Outcome];
    return outcome;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** What a plugin of the tests is like where it is not as usual; members of package.json too. */
export interface PluginOptions {
  readonly text?: string;
  readonly manifest?: object;
  readonly imgstore?: unknown;
  readonly exports?: unknown;
  readonly main?: string;
}

/** The module of a small adapter: a text file whose first line is the format's name, then a key a line. `members` replaces members, as source text. */
export function adapterText(format: string, { name = format, members = {}, store = {}, head = '' }: {
  readonly name?: string; readonly members?: Readonly<Record<string, string>>; readonly store?: Readonly<Record<string, string>>; readonly head?: string;
} = {}): string {
  const listed = (entries: Readonly<Record<string, string>>): string => Object.entries(entries).map(([member, text]) => `${member}: ${text},\n`).join('');
  return `import { readFileSync, writeFileSync } from 'node:fs';
${head}
globalThis.imgstoreLoaded.push(${JSON.stringify(name)});
const format = ${JSON.stringify(format)};
const lines = (location) => readFileSync(location, 'utf8').split('\\n').slice(1).filter(Boolean);
const storeAt = (location) => ({
  format, location,
  accepts: { image: 'optional', encoded: 'any', key: { kind: 'text' }, label: { min: 0, max: 9 }, classes: false, features: 'none' },
  describe: async () => ({ keys: 'stored', count: lines(location).length }),
  async *read() { for (const key of lines(location)) yield { key, label: 1, features: new Map() }; },
  async write(samples) {
    const keys = [];
    for await (const { key } of samples) keys.push(key);
    writeFileSync(location, [format, ...keys, ''].join('\\n'), { flag: 'wx' });
    return { samples: keys.length, bytes: 1, files: [{ path: location, samples: keys.length, bytes: 1 }] };
  },
  ${listed(store)}
});
export default {
  contract: 1, format,
  options: { level: { type: 'number', default: 3, description: 'how much', for: 'both' }, mode: { type: ['fast', 'slow'], description: 'how', for: 'write' } },
  detect: async ({ head }) => (new TextDecoder().decode(head).startsWith(format + '\\n') ? { certain: true, evidence: 'the first line' } : undefined),
  store: (location, options) => storeAt(location, options),
  ${listed(members)}
};
`;
}
