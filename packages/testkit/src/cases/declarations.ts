import { interceptOperations } from '@imgstore/core/files';
import { checkOptions, isDType, isWritableStore } from '@imgstore/core';
import type { Accepts, OptionSpec } from '@imgstore/core';
import type { Bench } from '../bench.js';
import { check } from '../case.js';
import type { ConformanceCase } from '../case.js';
import { snapshotOf } from '../snapshot.js';

const LAYOUTS: readonly string[] = ['HW', 'HWC', 'CHW'];
const COLORS: readonly string[] = ['gray', 'gray-alpha', 'rgb', 'bgr', 'rgba', 'bgra'];
const KINDS: readonly string[] = ['bytes', 'int64', 'float32', 'float64'];

/** What adapter and store say of themselves. */
export function declarationCases(bench: Bench): readonly ConformanceCase[] {
  const { adapter, accepts } = bench;
  return [
    {
      name: 'declarations: the adapter has the contract, a format name and well-formed options',
      run: async () => {
        check(adapter.contract === 1, () => `contract is ${String(adapter.contract)}, expected 1`);
        check(/^[a-z][a-z0-9-]*$/.test(adapter.format), () => `the format ${JSON.stringify(adapter.format)} is not a lower-case name`);
        check(typeof adapter.detect === 'function' && typeof adapter.store === 'function', () => 'detect or store is not a function');
        for (const [name, spec] of Object.entries(adapter.options)) checkSpec(name, spec as OptionSpec<unknown>); // every member of OptionSpecs is one
        checkOptions(adapter.options, {}, { format: adapter.format }); // the defaults are of their own types
      },
    },
    {
      name: 'declarations: a store is made without I/O, with the format and location it was asked for',
      run: () => bench.inPlace(async ({ folder, target }) => {
        const operations: string[] = [];
        const restore = interceptOperations((operation, path) => operations.push(`${operation} ${path}`));
        let store;
        try {
          store = bench.storeAt(target);
        } finally {
          restore();
        }
        check(operations.length === 0, () => `making a store did ${operations.join(', ')}`);
        check(snapshotOf(folder).size === 0, () => 'making a store made files');
        check(store.format === adapter.format, () => `the store's format is ${store.format}, the adapter's ${adapter.format}`);
        check(store.location === target, () => `the store's location is ${store.location}, expected ${target}`);
        check(typeof store.read === 'function' && typeof store.describe === 'function', () => 'read or describe is not a function');
      }),
    },
    {
      name: 'declarations: accepts is data that agrees with itself, and is the same for every store',
      ...(accepts === undefined ? { skip: 'the store cannot be written' } : {}),
      run: () => bench.inPlace(async ({ target }) => {
        const store = bench.storeAt(target);
        check(isWritableStore(store), () => 'the store is not writable');
        check(typeof store.write === 'function', () => 'write is not a function');
        checkAccepts(store.accepts);
        const [one, other] = [store, bench.writableAt(target)].map((each) => JSON.stringify(each.accepts));
        check(one === other, () => 'two stores with the same options accept different things');
      }),
    },
  ];
}

function checkSpec(name: string, { type, description, default: preset, for: use }: OptionSpec<unknown>): void {
  check(typeof description === 'string' && description !== '' && !/[.\n]$/.test(description), () => `option ${name}: the description is no sentence without a full stop`);
  check(['read', 'write', 'both'].includes(use), () => `option ${name}: for is ${use}`);
  const isChoice = Array.isArray(type);
  check(isChoice ? new Set(type).size === type.length && type.length > 0 : ['string', 'number', 'boolean', 'bytes'].includes(String(type)), () => `option ${name}: its type is ${String(type)}`);
  if (preset !== undefined && isChoice) check(type.includes(preset), () => `option ${name}: the default ${JSON.stringify(preset)} is none of its choices`);
}

function checkAccepts(accepts: Accepts): void {
  const { image, encoded, tensor, key, label, features, classes, reserved = [] } = accepts;
  check(image === 'required' || image === 'optional', () => `accepts.image is ${image}`);
  check(encoded === 'any' || isListOfNames(encoded), () => 'accepts.encoded is neither any nor a list of lower-case names');
  check(image === 'optional' || encoded === 'any' || encoded.length > 0 || tensor !== undefined, () => 'an image is required and none is accepted');
  if (tensor !== undefined) checkTensorAccepts(tensor);
  check(['ordinal', 'text', 'bytes'].includes(key.kind), () => `accepts.key.kind is ${key.kind}`);
  check(key.maxBytes === undefined || (Number.isSafeInteger(key.maxBytes) && key.maxBytes > 0), () => `accepts.key.maxBytes is ${key.maxBytes}`);
  check(key.kind !== 'ordinal' || key.sorted !== true, () => 'keys that are not stored cannot be sorted');
  if (label !== undefined) {
    check(Number.isSafeInteger(label.min) && Number.isSafeInteger(label.max) && label.min <= label.max, () => `accepts.label is from ${label.min} to ${label.max}`);
  }
  check(typeof classes === 'boolean', () => 'accepts.classes is not a boolean');
  check(accepts.classNeedsLabel !== true || label !== undefined || !classes, () => 'class names need labels, and labels have no place');
  check(features === 'none' || features.every((kind) => KINDS.includes(kind)), () => 'accepts.features holds an unknown kind');
  check(new Set(reserved).size === reserved.length, () => 'accepts.reserved names a feature twice');
}

function checkTensorAccepts({ dtypes, layouts, colors, shape }: NonNullable<Accepts['tensor']>): void {
  check(dtypes.length > 0 && dtypes.every((dtype) => isDType(dtype)), () => 'accepts.tensor.dtypes is empty or holds an unknown type');
  check(layouts.length > 0 && layouts.every((layout) => LAYOUTS.includes(layout)), () => 'accepts.tensor.layouts is empty or holds an unknown layout');
  check(colors === undefined || (colors.length > 0 && colors.every((color) => COLORS.includes(color))), () => 'accepts.tensor.colors is empty or holds an unknown order');
  check(shape === undefined || shape.every((size) => size === null || (Number.isSafeInteger(size) && size > 0)), () => 'accepts.tensor.shape holds a size that is none');
  check(shape === undefined || layouts.some((layout) => layout.length === shape.length), () => 'accepts.tensor.shape has the rank of no layout');
}

function isListOfNames(list: readonly string[]): boolean {
  return list.every((name) => /^[a-z0-9][a-z0-9.+-]*$/.test(name)) && new Set(list).size === list.length;
}
