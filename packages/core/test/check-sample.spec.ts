import { checkSample, isImgstoreError } from '@imgstore/core';
import type { Accepts, Sample, TensorImage } from '@imgstore/core';

const accepts: Accepts = {
  image: 'required', encoded: ['png'], tensor: { dtypes: ['uint8'], layouts: ['HWC'], colors: ['rgb'], shape: [2, null, 3] },
  key: { kind: 'text', maxBytes: 4, allows: /^[a-zü]+$/g }, label: { min: 0, max: 9, required: true }, classes: true,
  features: ['int64'], reserved: ['area'],
};
const tensor: TensorImage = { kind: 'tensor', dtype: 'uint8', layout: 'HWC', color: 'rgb', shape: [2, 1, 3], data: new Uint8Array(6) };
const good: Sample = { key: 'abc', image: tensor, label: 3, className: 'cat', features: new Map([['count', { kind: 'int64', values: BigInt64Array.of(1n) }]]) };

const without = (...names: readonly (keyof Sample)[]): Sample => Object.fromEntries(Object.entries(good).filter(([name]) => !names.some((one) => one === name))) as unknown as Sample;

describe('a sample within accepts', () => {
  it.each<[string, Sample, Partial<Accepts>]>([
    ['of every part', good, {}],
    ['with an encoded image', { ...good, image: { kind: 'encoded', format: 'png', bytes: new Uint8Array(1) } }, {}],
    ['of any encoding', { ...good, image: { kind: 'encoded', format: 'x-own', bytes: new Uint8Array(1) } }, { encoded: 'any' }],
    ['without an image or a label', without('image', 'label', 'className'), { image: 'optional', label: { min: 0, max: 9 } }],
    ['whose name has no label', without('label'), { label: { min: 0, max: 9 } }],
    ['whose key is not stored', { ...good, key: 'far too long' }, { key: { kind: 'ordinal' } }],
    ['whose key are other bytes', { ...good, key: '\\xff' }, { key: { kind: 'bytes', maxBytes: 1 } }],
    ['of any colour', { ...good, image: { ...tensor, color: 'bgr' } }, { tensor: { dtypes: ['uint8'], layouts: ['HWC'] } }],
  ])('%s passes', (_, sample, change) => {
    expect(() => { checkSample(sample, { ...accepts, ...change }); }).not.toThrow();
  });

  it('passes each time, though its pattern for keys is global', () => {
    expect(() => { for (let time = 0; time < 3; time++) checkSample(good, accepts); }).not.toThrow();
  });
});

describe('a sample outside accepts', () => {
  it.each<[string, Sample, Partial<Accepts>, string]>([
    ['without an image', without('image'), {}, 'a sample without an image'],
    ['of another format', { ...good, image: { kind: 'encoded', format: 'jpeg', bytes: new Uint8Array(1) } }, {}, 'an encoded image of the format jpeg'],
    ['with a tensor', good, { tensor: undefined as never }, 'an image that is not encoded'],
    ['of another dtype', { ...good, image: { ...tensor, dtype: 'int8' } }, {}, 'a tensor of int8'],
    ['of another layout', { ...good, image: { ...tensor, layout: 'CHW', shape: [3, 2, 1] } }, {}, 'a tensor of the layout CHW'],
    ['of other colours', { ...good, image: { ...tensor, color: 'bgr' } }, {}, 'a tensor of the colours bgr'],
    ['of another shape', { ...good, image: { ...tensor, shape: [1, 2, 3] } }, {}, 'a tensor of the shape [1, 2, 3]'],
    ['with a tensor of too many bytes', good, { tensor: { dtypes: ['uint8'], layouts: ['HWC'], maxBytes: 5 } }, 'a tensor of 6 bytes, at most 5'],
    ['whose key is too long', { ...good, key: 'abcüü' }, {}, 'a key of 7 bytes, at most 4'],
    ['whose key is not allowed', { ...good, key: 'a/b' }, {}, 'this key'],
    ['without a label', without('label'), {}, 'a sample without a label'],
    ['whose label is too large', { ...good, label: 10 }, {}, 'the label 10; labels are whole numbers from 0 to 9'],
    ['whose label is no whole number', { ...good, label: 0.5 }, {}, 'the label 0.5; labels are whole numbers from 0 to 9'],
    ['with a label', without('className'), { label: undefined as never }, 'a label'],
    ['with more than 10,000 features', { ...good, features: new Map(Array.from({ length: 10_001 }, (__, at) => [`${at}`, { kind: 'int64', values: new BigInt64Array(1) }])) }, {}, 'a sample of 10001 features, at most 10000'],
    ['with a class name', good, { classes: false }, 'the name of a class'],
    ['whose name has no label', without('label'), { label: { min: 0, max: 9 }, classNeedsLabel: true }, 'the name of a class without its label'],
    ['with another kind of feature', { ...good, features: new Map([['x', { kind: 'float32', values: Float32Array.of(1) }]]) }, {}, 'a feature of float32'],
    ['with any feature', good, { features: 'none' }, 'a feature of int64'],
    ['with a reserved feature', { ...good, features: new Map([['area', { kind: 'int64', values: BigInt64Array.of(1n) }]]) }, {}, 'a feature of this name, which is its own'],
  ])('%s is LOSSY, with its key', (_, sample, change, what) => {
    expect(errorOf(sample, { ...accepts, ...change })).toMatchObject({ code: 'LOSSY', key: sample.key, what: `the store cannot hold ${what}` });
  });

  it('with a key that has no UTF-8 form is LOSSY', () => {
    expect(errorOf({ ...good, key: '\ud800' }, { ...accepts, key: { kind: 'text' } })).toMatchObject({ code: 'LOSSY', key: '\ud800' });
  });

  it('with a tensor that contradicts itself is a MISMATCH', () => {
    expect(errorOf({ ...good, image: { ...tensor, data: new Uint8Array(5) } }, accepts)).toMatchObject({ code: 'MISMATCH', key: 'abc' });
  });
});

function errorOf(sample: Sample, given: Accepts): unknown {
  try {
    checkSample(sample, given);
  } catch (error) {
    expect(isImgstoreError(error)).toBe(true);
    return error;
  }
  throw new Error('it passes');
}
