import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IdentityKind } from "./identity-kinds.ts";
import { compareStrength, kindBit, UNIQUE_MASK } from "./person-order.ts";
import { joinPeople, NEVER_JOINED, planInnerLink, planLink, type PersonSummary } from "./plan-link.ts";
import { planPeople, type PersonLink } from "./plan-people.ts";

const IDS_MAX = 6;
const KINDS: readonly IdentityKind[] = [
  "user_id",
  "user_id",
  "user_id",
  "member_no",
  "phone",
  "anonymous_id",
  "anonymous_id",
  "anonymous_id",
  "openid",
  "user_id",
  "unionid",
  "anonymous_id",
];
const kinds = new Map(KINDS.map((kind, index) => [String(index + 1), kind]));

const linkOf = ([a, b, atMs, waived]: readonly [number, number, number, boolean]): PersonLink => ({
  low: String(Math.min(a, b)),
  high: String(Math.max(a, b)),
  atMs,
  waived,
});
const origin = fc.integer({ min: 1, max: KINDS.length });
const links = (waivers: boolean) =>
  fc.uniqueArray(
    fc
      .tuple(origin, origin, fc.integer({ min: 0, max: 12 }), waivers ? fc.boolean().map((flag) => flag) : fc.constant(false))
      .filter(([a, b]) => a !== b)
      .map(linkOf),
    { maxLength: 24, selector: ({ low, high, waived }) => `${low}-${high}-${waived}` },
  );

/** People as comparable text, without what depends on bookkeeping. */
function picture(people: readonly { readonly personId: string; readonly origins: readonly string[] }[]): readonly string[] {
  return people.map(({ personId, origins }) => `${personId}:${[...origins].join(",")}`).toSorted();
}

/** Applies links one at a time as the server does: a decision on summaries, all anew only where `planLink` asks for it. */
function incrementally(arrived: readonly PersonLink[], countRecompute: () => void = () => undefined): readonly string[] {
  type Group = { summary: PersonSummary; origins: string[] };
  let groups = new Map<string, Group>();
  const reset = (plan: ReturnType<typeof planPeople>): void => {
    groups = new Map(
      plan.people.flatMap(({ origins, ...summary }) => {
        const group = { summary, origins: [...origins] };
        return origins.map((id) => [id, group] as const);
      }),
    );
  };
  reset(planPeople(kinds, [], IDS_MAX));
  arrived.forEach((link, index) => {
    const left = groups.get(link.low);
    const right = groups.get(link.high);
    if (left === undefined || right === undefined) throw new Error("unknown id");
    const verdict = link.waived
      ? "recompute"
      : left === right
        ? planInnerLink(left.summary, link.atMs)
        : planLink(left.summary, right.summary, link.atMs, IDS_MAX).kind;
    if (verdict === "recompute") {
      countRecompute();
      reset(planPeople(kinds, arrived.slice(0, index + 1), IDS_MAX));
    }
    if (verdict !== "join") return;
    const joined = { summary: joinPeople(left.summary, right.summary, link.atMs), origins: [...left.origins, ...right.origins] };
    for (const id of joined.origins) groups.set(id, joined);
  });
  return picture(
    [...new Set(groups.values())].map(({ summary, origins }) => ({
      personId: summary.personId,
      origins: origins.toSorted((a, b) => Number(a) - Number(b)),
    })),
  );
}

describe("planPeople", () => {
  test("joins an anonymous visitor to the first user who signs in on the device and keeps the second apart", () => {
    const plan = planPeople(kinds, [linkOf([2, 6, 20, false]), linkOf([1, 6, 10, false])]);
    expect(picture(plan.people)).toContain("1:1,6");
    expect(plan.refused).toEqual([{ link: linkOf([2, 6, 20, false]), reason: "two_identified" }]);
  });

  test("a confirmed merge joins two identified people, within the limit of ids", () => {
    expect(picture(planPeople(kinds, [linkOf([1, 2, 5, true])]).people)).toContain("1:1,2");
    expect(planPeople(kinds, [linkOf([1, 2, 5, true])], 1).refused).toEqual([{ link: linkOf([1, 2, 5, true]), reason: "too_many_ids" }]);
  });

  test("names a person by the strongest kind, then by the smallest origin", () => {
    const plan = planPeople(
      new Map([
        ["9", "user_id"],
        ["10", "user_id"],
        ["3", "anonymous_id"],
        ["4", "phone"],
      ]),
      [linkOf([9, 3, 1, false]), linkOf([4, 3, 2, false]), linkOf([9, 10, 3, true])],
    );
    expect(plan.people.map(({ personId }) => personId)).toEqual(["9"]);
  });

  test("any order of the same facts gives the same people", () => {
    fc.assert(
      fc.property(
        links(true).chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const one = planPeople(kinds, all, IDS_MAX);
          const other = planPeople(new Map([...kinds].toReversed()), shuffled, IDS_MAX);
          expect(picture(other.people)).toEqual(picture(one.people));
          expect(other.refused).toEqual(one.refused);
        },
      ),
    );
  });

  test("without confirmed merges nobody has two values of a unique kind or too many ids", () => {
    fc.assert(
      fc.property(links(false), (all) => {
        for (const person of planPeople(kinds, all, IDS_MAX).people) {
          const unique = person.origins.map((id) => kindBit(kinds.get(id) ?? "anonymous_id")).filter((bit) => (bit & UNIQUE_MASK) !== 0);
          expect(new Set(unique).size).toBe(unique.length);
          expect(person.origins.length).toBeLessThanOrEqual(IDS_MAX);
          expect(
            person.origins.every((id) => compareStrength(person, { personId: id, kinds: kindBit(kinds.get(id) ?? "anonymous_id") }) <= 0),
          ).toBe(true);
        }
      }),
    );
  });

  test("taking a merge back restores exactly the people without it", () => {
    fc.assert(
      fc.property(
        links(true),
        fc.tuple(origin, origin, fc.integer({ min: 0, max: 12 })).filter(([a, b]) => a !== b),
        (all, [a, b, atMs]) => {
          const merge = linkOf([a, b, atMs, true]);
          const others = all.filter((link) => link !== merge);
          const merged = planPeople(kinds, [...others, merge], IDS_MAX);
          expect(merged.people.length).toBeGreaterThan(0);
          expect(
            picture(
              planPeople(
                kinds,
                [...others, merge].filter((link) => link !== merge),
                IDS_MAX,
              ).people,
            ),
          ).toEqual(picture(planPeople(kinds, others, IDS_MAX).people));
        },
      ),
    );
  });
});

describe("planLink", () => {
  test("deciding link by link, in any order of arrival, equals planning all links at once", () => {
    fc.assert(
      fc.property(
        links(true).chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
        (arrived) => {
          expect(incrementally(arrived)).toEqual(picture(planPeople(kinds, arrived, IDS_MAX).people));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("links that arrive in time order never need planning anew", () => {
    fc.assert(
      fc.property(links(false), (all) => {
        let recomputes = 0;
        const spread = all.map((link, index) => ({ ...link, atMs: index }));
        incrementally(spread, () => {
          recomputes += 1;
        });
        expect(recomputes).toBe(0);
      }),
    );
  });

  test("a conflicting link later than what made both people is refused; an earlier one is decided anew", () => {
    const summary = (personId: string, joinedAtMs: number): PersonSummary => ({
      personId,
      kinds: kindBit("user_id"),
      idsCount: 2,
      joinedAtMs,
      waived: false,
    });
    expect(planLink(summary("1", 5), summary("2", NEVER_JOINED), 6)).toEqual({ kind: "refuse", reason: "two_identified" });
    expect(planLink(summary("1", 5), summary("2", NEVER_JOINED), 5)).toEqual({ kind: "recompute" });
  });
});
