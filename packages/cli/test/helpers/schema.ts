import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly oneOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const keywords = new Set(['$schema', '$id', 'title', 'description', '$ref', 'type', 'const', 'enum', 'required', 'properties',
  'additionalProperties', 'items', 'minimum', 'oneOf', '$defs']);

/** Fails unless the value is of the schema file `schema/NAME.json`. Knows the keywords that our schemas use, and fails at any other. */
export function expectSchema(name: string, value: unknown): void {
  expect(problems(load(name), value, name, load(name))).toEqual([]);
}

/** What is wrong with the value, as texts; for the test of this helper too. */
export function problems(schema: Schema, value: unknown, at: string, root: Schema): string[] {
  const unknown = Object.keys(schema).filter((keyword) => !keywords.has(keyword));
  if (unknown.length) return [`${at}: the schema uses ${unknown.join(', ')}`];
  if (schema.$ref !== undefined) {
    const [file = '', path = ''] = schema.$ref.split('#');
    const other = file === '' ? root : load(file.replace('.json', ''));
    const target = path === '' ? other : other.$defs?.[path.replace('/$defs/', '')];
    return target ? problems(target, value, at, other) : [`${at}: no ${schema.$ref}`];
  }
  const found: string[] = [];
  if (schema.oneOf) {
    const fits = schema.oneOf.filter((choice) => problems(choice, value, at, root).length === 0).length;
    if (fits !== 1) found.push(`${at}: fits ${fits} of ${schema.oneOf.length} choices`);
  }
  if (schema.type !== undefined && ![schema.type].flat().includes(typeOf(value)) && !([schema.type].flat().includes('number') && typeOf(value) === 'integer')) {
    return [...found, `${at}: is ${typeOf(value)}, not ${String(schema.type)}`];
  }
  if ('const' in schema && value !== schema.const) found.push(`${at}: is not ${String(schema.const)}`);
  if (schema.enum && !schema.enum.includes(value)) found.push(`${at}: ${String(value)} is not one of ${schema.enum.join(', ')}`);
  if (schema.minimum !== undefined && typeof value === 'number' && value < schema.minimum) found.push(`${at}: is below ${schema.minimum}`);
  if (Array.isArray(value) && schema.items) {
    const { items } = schema;
    value.forEach((item, index) => found.push(...problems(items, item, `${at}[${index}]`, root)));
  }
  if (typeOf(value) === 'object') {
    const members = value as Readonly<Record<string, unknown>>;
    for (const name of schema.required ?? []) if (!(name in members)) found.push(`${at}: has no ${name}`);
    for (const [name, member] of Object.entries(members)) {
      const known = schema.properties?.[name] ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
      if (known) found.push(...problems(known, member, `${at}.${name}`, root));
      else if (schema.additionalProperties === false) found.push(`${at}: has ${name}, which is not in the schema`);
    }
  }
  return found;
}

function load(name: string): Schema {
  return JSON.parse(readFileSync(join(__dirname, '../../schema', `${name}.json`), 'utf8')) as Schema;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
