import { brokenStores } from './zoo/broken.js';
import { verdictOn } from './zoo/verdict.js';

describe('a store with one fault', () => {
  it.each(brokenStores.filter((one) => one.long !== true))('$fault: is caught by "$caught"', async (broken) => {
    expect(await verdictOn(broken)).toContain(broken.says);
  }, 60_000);
});
