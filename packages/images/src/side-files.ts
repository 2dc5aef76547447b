import type { BoxTable } from './boxes.js';
import { Kept } from './kept.js';
import type { LabelList } from './label-list.js';
import type { Surveyed } from './survey-table.js';

/** What a store remembers of the files beside its images, so that describing, reading and finding parse them once. */
export class SideFiles {
  readonly list: Kept<LabelList> = new Kept();
  readonly texts: Kept<ReadonlyMap<string, string>> = new Kept();
  readonly boxes: Kept<BoxTable> = new Kept();
  /** What a first look at the manifest told. */
  readonly survey: Kept<Surveyed> = new Kept();

  clear(): void {
    for (const kept of [this.list, this.texts, this.boxes, this.survey]) kept.clear();
  }
}
