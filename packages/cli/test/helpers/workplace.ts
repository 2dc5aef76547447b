import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.js';

/** One red pixel. */
export const RED_PNG: Buffer = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC', 'base64');

/** Commands in a folder of the test's own, and what they must leave alone. In their words `@/` is `home`, a path in it. */
export class Workplace {
  #folder = '';
  readonly #home: string;

  constructor(home = '') {
    this.#home = home;
    beforeEach(() => { this.#folder = mkdtempSync(join(tmpdir(), 'imgstore-work-')); });
    afterEach(() => { rmSync(this.#folder, { recursive: true, force: true }); });
  }

  /** A path in the folder; `join` would take `..` away. */
  readonly at = (path: string): string => `${this.#folder}/${path}`;

  /** That the command is carried out. */
  readonly done = async (...argv: readonly string[]): Promise<void> => {
    const { code, stderr } = await run(this.here(argv));
    expect({ argv, code, stderr }).toEqual({ argv, code: 0, stderr: '' });
  };

  /** That the command is refused, in plans too, and nothing is touched. */
  readonly refused = async (argv: readonly string[], code: number, ...reasons: readonly RegExp[]): Promise<void> => {
    const before = contents(this.#folder);
    for (const plan of argv[0] === 'convert' ? [[], ['--plan']] : [[]]) {
      const outcome = await run(this.here([...argv, ...plan]));
      for (const reason of reasons) expect({ code: outcome.code, stderr: outcome.stderr }).toEqual({ code, stderr: expect.stringMatching(reason) });
    }
    expect(contents(this.#folder)).toEqual(before);
  };

  /** The words of a command with `@/` as it is meant. */
  readonly here = (argv: readonly string[]): string[] => argv.map((word) => word.replaceAll('@/', this.at(this.#home)));
}

/** All files below the folder, with what is in them. */
export function contents(path: string, below = ''): Record<string, string> {
  return Object.assign({}, ...readdirSync(path).map((name) => (statSync(join(path, name)).isDirectory()
    ? contents(join(path, name), `${below}${name}/`) : { [below + name]: readFileSync(join(path, name), 'latin1') })));
}
