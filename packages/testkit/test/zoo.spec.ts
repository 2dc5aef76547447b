import { brokenStores } from './zoo/broken.js';
import { each } from './zoo/fault.js';
import { healthyStore } from './zoo/healthy.js';
import type { HealthyStore } from './zoo/healthy.js';
import { verdictOn } from './zoo/verdict.js';

describe('a store with one fault', () => {
  it.each(brokenStores.filter((one) => one.long !== true))('$fault: is caught by "$caught"', async (broken) => {
    expect(await verdictOn(broken)).toContain(broken.says);
  }, 60_000);
});

describe('a store that lends one Buffer of Node again and again', () => {
  const area = Buffer.alloc(1 << 20);
  const lent = (bytes: Uint8Array): Uint8Array => {
    area.set(bytes);
    return area.subarray(0, bytes.length);
  };
  const store = (location: string): HealthyStore => {
    const healthy = healthyStore(location);
    return {
      ...healthy,
      read: (options = {}) => options.borrow !== true ? healthy.read(options) : each(healthy.read(options), (sample) => {
        const { image } = sample;
        if (image === undefined) return sample;
        return { ...sample, image: image.kind === 'encoded' ? { ...image, bytes: lent(image.bytes) } : { ...image, data: lent(image.data) } };
      }),
    };
  };

  it('keeps the contract', async () => {
    expect(await verdictOn({ store, caught: 'reading: borrowed samples' })).toBeUndefined();
  });
});
