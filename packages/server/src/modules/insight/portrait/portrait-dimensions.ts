import type { portraitQuerySchema } from "@terrace/contract/api/insight-portrait";
import { quintileRanges, type Counted, type Sides } from "@terrace/domain/insight/portrait/portrait-answer";
import type { z } from "zod";
import type { Asking } from "../time/asking.ts";
import { USUAL_TOUCHES, type Touch } from "./portrait-facts.views.ts";
import type { PortraitSides } from "./portrait-sides.views.ts";
import {
  countSides,
  readCompared,
  readMeeting,
  readMembers,
  readRanges,
  readTouched,
  readTouchValues,
  TRAITS_MAX,
  type Compared,
  type TraitLike,
  type TraitValues,
} from "./portrait.views.ts";
import { loadTagged } from "./tags.views.ts";

type Body = z.output<typeof portraitQuerySchema>;
type By = NonNullable<Body["by"]>[number];
export type Dimension = {
  readonly by: By;
  readonly kind: "values" | "ranges";
  readonly mean?: { readonly group: number | null; readonly against: number | null };
  readonly more: boolean;
  readonly rows: readonly Counted[];
};
type Asked = { readonly by?: Body["by"]; readonly top: number };
type AmongPeople = Asked & { readonly people: Sides };
type Found = {
  readonly people: Compared;
  readonly dimensions: readonly Dimension[];
  readonly hidden: readonly string[];
  readonly traitsCut: boolean;
  readonly tagsLeftOut: boolean;
};

/** A value of fewer people would point at them, for a role that does not see personal values. */
const SMALL = 5;
/** A trait is told in ranges when nearly all of its values are numbers, and more than a few different ones. */
const NUMBERS_SHARE = 0.95;
const DISTINCT_MIN = 12;
/** People with tags that are compared; each thousand of them is a question of its own. */
export const TAGGED_MAX = 20_000;
const MEMBERS_AT_ONCE = 2_000;

/** How many people there are on either side, and everything that they are compared by. */
export async function readDimensions(asking: Asking, sides: PortraitSides, asked: Asked): Promise<Found> {
  const { by, top } = asked;
  const touches = by === undefined ? USUAL_TOUCHES : by.flatMap((each) => ("column" in each ? [each] : []));
  const traits = by?.flatMap((each) => ("trait" in each ? [each.trait] : []));
  const asksTags = by === undefined || by.some((each) => "tags" in each);
  const { people, traits: values } =
    traits?.length === 0
      ? { people: await countSides(asking, sides), traits: [] }
      : await readCompared(asking, sides, { traits, top, least: leastOf(asking) });
  const found = await traitDimensions(asking, sides, { ...asked, people, values });
  const tags = asksTags ? await tagDimension(asking, sides, asked) : { dimensions: [], isLeftOut: false };
  return {
    people,
    dimensions: [
      ...found.dimensions,
      ...(await touchDimensions(asking, sides, { ...asked, people, touches })),
      ...tags.dimensions,
      ...(await meetingDimensions(asking, sides, by ?? [])),
    ],
    hidden: found.hidden,
    traitsCut: found.isCut,
    tagsLeftOut: tags.isLeftOut,
  };
}

/** The fewest people that a value is told of. */
function leastOf({ fields }: Asking): number {
  return fields.showsClear ? 1 : SMALL;
}

function withoutOne({ group, against, rest }: Sides, having: Sides): Counted {
  return { value: null, group: group - having.group, against: against - having.against, rest: rest - having.rest };
}

async function traitDimensions(asking: Asking, sides: PortraitSides, asked: AmongPeople & { readonly values: readonly TraitValues[] }) {
  const least = leastOf(asking);
  const all = asked.values;
  const isHidden = ({ name }: TraitLike): boolean => asking.fields.trait(name, "") !== "clear";
  const shown = all.filter((trait) => !isHidden(trait));
  const numeric = shown.filter(({ values, numbers, distinct }) => numbers >= NUMBERS_SHARE * values && distinct > DISTINCT_MIN);
  const ranges = await readRanges(
    asking,
    sides,
    numeric.map(({ name, quintiles }) => ({ name, starts: quintileRanges(quintiles).flatMap(({ from }) => from ?? []) })),
  );
  const dimensions = shown.map((trait): Dimension => {
    const none = withoutOne(asked.people, trait);
    const own = ranges.get(trait.name);
    if (own !== undefined) {
      const told = own.filter(({ group, rest }) => group + rest >= least);
      const mean = { group: trait.groupMean, against: trait.againstMean };
      return { by: { trait: trait.name }, kind: "ranges", mean, more: told.length < own.length, rows: [...told, ...some(none)] };
    }
    const rows = trait.top;
    return {
      by: { trait: trait.name },
      kind: "values",
      more: rows.length > asked.top || trait.distinct > rows.length || trait.tokens > 0,
      rows: [...rows.slice(0, asked.top), ...some(none)],
    };
  });
  return { dimensions, hidden: all.filter(isHidden).map(({ name }) => name), isCut: all.length >= TRAITS_MAX };
}

async function touchDimensions(
  asking: Asking,
  sides: PortraitSides,
  asked: AmongPeople & { readonly touches: readonly Touch[] },
): Promise<readonly Dimension[]> {
  const { touches, top, people } = asked;
  if (touches.length === 0) return [];
  const values = await readTouchValues(asking, sides, { touches, top, least: leastOf(asking) });
  const touched = await readTouched(asking, sides, touches);
  return touches.flatMap((by, place): Dimension[] => {
    const having = touched.find(({ name }) => name === place);
    // What nobody has tells nothing.
    if (having === undefined) return [];
    const rows = values.filter(({ name }) => name === place);
    const told = rows.slice(0, top).map(counted);
    const all = told.reduce((sum, row) => sum + row.group + row.rest, 0);
    return [{ by, kind: "values", more: all < having.group + having.rest, rows: [...told, ...some(withoutOne(people, having))] }];
  });
}

async function meetingDimensions(asking: Asking, sides: PortraitSides, by: readonly By[]): Promise<readonly Dimension[]> {
  const asked = by.flatMap((each) => ("meets" in each ? [each] : []));
  const counts = await readMeeting(
    asking,
    sides,
    asked.map(({ meets }) => meets),
  );
  return asked.flatMap((each, index): Dimension[] => {
    const count = counts[index];
    return count === undefined ? [] : [{ by: each, kind: "values", more: false, rows: [{ value: "true", ...count }] }];
  });
}

async function tagDimension(
  asking: Asking,
  sides: PortraitSides,
  { top }: Asked,
): Promise<{ dimensions: readonly Dimension[]; isLeftOut: boolean }> {
  const tagged = await loadTagged(asking.db, asking.workspaceId, { now: new Date(asking.nowMs), limit: TAGGED_MAX + 1, tag: undefined });
  if (tagged.length > TAGGED_MAX) return { dimensions: [], isLeftOut: true };
  const people = [...new Set(tagged.map(({ person }) => person))];
  const members = new Map<string, { a: number; b: number }>();
  for (let from = 0; from < people.length; from += MEMBERS_AT_ONCE)
    for (const { id, ...on } of await readMembers(asking, sides, people.slice(from, from + MEMBERS_AT_ONCE))) members.set(id, on);
  const counts = new Map<string, { group: number; against: number; rest: number }>();
  for (const { person, tag } of tagged) {
    const on = members.get(person);
    if (on === undefined) continue;
    const count = counts.get(tag) ?? { group: 0, against: 0, rest: 0 };
    counts.set(tag, { group: count.group + on.a, against: count.against + on.b, rest: count.rest + (on.a === 0 ? on.b : 0) });
  }
  if (counts.size === 0) return { dimensions: [], isLeftOut: false };
  const least = leastOf(asking);
  const rows = [...counts]
    .map(([value, count]): Counted => ({ value, ...count }))
    .filter(({ group, rest }) => group + rest >= least)
    .toSorted((x, y) => y.group + y.rest - (x.group + x.rest));
  return {
    dimensions: [{ by: { tags: true }, kind: "values", more: rows.length > top || rows.length < counts.size, rows: rows.slice(0, top) }],
    isLeftOut: false,
  };
}

function counted({ value, group, against, rest }: Sides & { readonly value: string }): Counted {
  return { value, group, against, rest };
}

/** A row of nobody is none. */
function some(row: Counted): readonly Counted[] {
  return row.group + row.against + row.rest === 0 ? [] : [row];
}
