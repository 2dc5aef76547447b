import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as api from '../src/index.js';
import { EXIT_CODES } from '../src/program.js';
import { problems } from './helpers/schema.js';

describe('the check of JSON documents', () => {
  const check = (schema: Parameters<typeof problems>[0], value: unknown): string[] => problems(schema, value, 'x', schema);

  it.each([
    [{ type: 'object', required: ['a'] }, {}, 'x: has no a'],
    [{ type: 'object', additionalProperties: false }, { b: 1 }, 'x: has b, which is not in the schema'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, { b: 1 }, 'x.b: is integer, not string'],
    [{ type: 'array', items: { type: 'integer', minimum: 0 } }, [1, -1], 'x[1]: is below 0'],
    [{ enum: ['a'] }, 'b', 'x: b is not one of a'],
    [{ const: 1 }, 2, 'x: is not 1'],
    [{ type: 'integer' }, 1.5, 'x: is number, not integer'],
    [{ oneOf: [{ type: 'string' }, { const: 'a' }] }, 'a', 'x: fits 2 of 2 choices'],
    [{ $ref: '#/$defs/none' }, 1, 'x: no #/$defs/none'],
    [{ $ref: 'report.json#/$defs/loss' }, { kind: 'key', what: 'key', count: 1, firstKey: 'a' }, 'x: has no allowed'],
    [{ pattern: 'a' }, 'a', 'x: the schema uses pattern'],
  ])('finds what is wrong: %j %j', (schema, value, problem) => {
    expect(check(schema as Parameters<typeof problems>[0], value)).toEqual([problem]);
  });

  it('takes what is right', () => {
    expect(check({ type: 'object', required: ['a'], properties: { a: { type: ['number', 'null'] } }, additionalProperties: false }, { a: null })).toEqual([]);
    expect(check({ type: 'number' }, 1)).toEqual([]);
  });
});

describe('the schemas', () => {
  const folder = join(__dirname, '../schema');

  it('are valid JSON, each with a title and the version of its shape', () => {
    const names = readdirSync(folder).sort();
    expect(names).toEqual(['doctor.json', 'error.json', 'extract.json', 'format.json', 'formats.json', 'inspect.json', 'plugins.json', 'report.json', 'sample.json']);
    for (const name of names) {
      const schema = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { title?: string; properties?: Record<string, unknown>; required?: string[] };
      expect({ name, hasTitle: typeof schema.title, required: schema.required?.[0] }).toEqual({ name, hasTitle: 'string', required: 'imgstore' });
    }
  });

  it('are named in the README, as is every exit code', () => {
    const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
    for (const name of readdirSync(folder)) expect(readme).toContain(`(schema/${name})`);
    for (const { code } of EXIT_CODES) expect(readme).toContain(`| ${code} |`);
  });
});

describe('the package', () => {
  it('exports main alone', () => {
    expect(Object.keys(api)).toEqual(['main']);
  });
});
