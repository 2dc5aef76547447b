import * as convert from '@imgstore/convert';

it('exports what the README names, and nothing else', () => {
  expect(Object.keys(convert).sort()).toEqual(['ALLOWED_BY_DEFAULT', 'ENCODINGS', 'KEY_RULES', 'LOSS_KINDS', 'Ledger', 'checkPlaces', 'convert', 'fit', 'isLossyError', 'isRefused', 'plan', 'shuffled', 'splitSources', 'writtenPaths']);
});
