import { fit, isLossyError, Ledger } from '@imgstore/convert';
import { EVERYTHING } from './memory.js';
import { collect, failure, jpeg, sample, text } from './samples.js';

const samples = Array.from({ length: 5 }, (_, i) => sample(`k${i}`, { image: jpeg(i), ...(i === 2 ? { features: new Map([['x', text('1')]]) } : {}) }));

describe('fit alone', () => {
  it('passes samples that need nothing on as the same objects', async () => {
    let [opened, closed] = [0, 0];
    async function* stream() {
      opened++;
      try {
        yield* samples;
      } finally {
        closed++;
      }
    }
    const ledger = new Ledger();
    const fitted = await collect(fit(EVERYTHING, { ledger })(stream()));
    expect(fitted.every((one, i) => one === samples[i])).toBe(true);
    expect(ledger.report()).toMatchObject({ samples: 5, copied: 5, losses: [] });
    for await (const one of fit(EVERYTHING, { ledger })(stream())) {
      if (one.key === 'k1') break;
    }
    expect([opened, closed]).toEqual([2, 2]);
  });

  it('stops at the first sample that loses what is not allowed, with the report so far, and closes the stream', async () => {
    const given: string[] = [];
    let isClosed = false;
    async function* stream() {
      try {
        for (const one of samples) {
          given.push(one.key);
          yield one;
        }
      } finally {
        isClosed = true;
      }
    }
    const error = await failure(collect(fit({ ...EVERYTHING, features: 'none' }, { ledger: new Ledger() })(stream())));
    expect(isLossyError(error) && error.report).toMatchObject({ samples: 3, losses: [{ kind: 'feature', what: 'x (bytes)', count: 1, firstKey: 'k2' }] });
    expect(given).toEqual(['k0', 'k1', 'k2']);
    expect(isClosed).toBe(true);
  });

  it('counts several streams in one ledger', async () => {
    const ledger = new Ledger(['feature', 'key']);
    const toBare = fit({ ...EVERYTHING, features: 'none' }, { ledger, key: 'ordinal', first: 7 });
    const [one, other] = [await collect(toBare(values(samples))), await collect(toBare(values(samples)))];
    expect(one.map(({ key }) => key)).toEqual(['00000007', '00000008', '00000009', '00000010', '00000011']);
    expect(other).toEqual(one);
    expect(ledger.report()).toMatchObject({ samples: 10, losses: [{ kind: 'key', count: 10 }, { kind: 'feature', count: 2, allowed: true }] });
  });

  it('rejects with the reason of its signal', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const run = fit(EVERYTHING, { ledger: new Ledger(), signal: controller.signal })(values(samples));
    const iterator = run[Symbol.asyncIterator]();
    await iterator.next();
    controller.abort(reason);
    await expect(iterator.next()).rejects.toBe(reason);
  });
});

async function* values<T>(list: readonly T[]): AsyncGenerator<T> {
  yield* list;
}
