import { fitInside } from '@imgstore/core';

it.each([
  [[40, 30], [20, 20], [20, 15]], [[30, 40], [20, 20], [15, 20]], [[40, 30], [80, 80], [80, 60]], [[1000, 1], [10, 10], [10, 1]], [[1, 1000], [10, 10], [1, 10]],
  [[25, 130], [299, 299], [58, 299]], [[130, 25], [299, 299], [299, 58]], [[7, 7], [5, 9], [5, 5]],
] as const)('%j fits inside %j as %j', ([width, height], [boxWidth, boxHeight], [fitWidth, fitHeight]) => {
  expect(fitInside({ width, height }, { width: boxWidth, height: boxHeight })).toEqual({ width: fitWidth, height: fitHeight });
});
