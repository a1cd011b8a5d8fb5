import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take much longer than their size lets one guess, the longest first. Begun last, each would keep the whole tier waiting for it alone. */
const LONGER_THAN_THEY_LOOK = [
  "tests/browser/pages.itest.ts",
  "tests/browser/pages-zh.itest.ts",
  "tests/cluster/backup.itest.ts",
  "tests/browser/pyramid.itest.ts",
  "packages/server/src/platform/engines/engines.itest.ts",
  "packages/domain/src/statistics/simulated-effects-long.itest.ts",
];

/** Begins with what takes longest: as named here, then as the last run here took, or by size where none was. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the other order's method, which answers a promise
    const begun = await super.sort(files);
    const byProject = Map.groupBy(begun, ({ project }) => project.name);
    return [...byProject.values()].flatMap((own) => own.toSorted((a, b) => placeOf(a) - placeOf(b)));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const at = LONGER_THAN_THEY_LOOK.findIndex((path) => moduleId.endsWith(`/${path}`));
  return at === -1 ? LONGER_THAN_THEY_LOOK.length : at;
}
