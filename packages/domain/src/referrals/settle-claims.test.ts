import fc from "fast-check";
import { expect, test } from "vitest";
import { compareClaims, settleClaims, type Claim, type ClaimRules, type Settled } from "./settle-claims.ts";

const RUNS = Number(process.env["TERRACE_RUNS"] ?? 300);
const RULES: ClaimRules = { newPeopleOnly: true, bindWithinMs: 100 };

let made = 0;
function claim(inviter: string, invitee: string, atMs: number, more: Partial<Claim> = {}): Claim {
  made += 1;
  return {
    claimId: String(made),
    inviteeOrigin: invitee,
    inviterOrigin: inviter,
    inviteeId: invitee,
    inviterId: inviter,
    code: null,
    atMs,
    invitedMs: null,
    firstSeenMs: atMs,
    trusted: false,
    ...more,
  };
}

const settled = (claims: readonly Claim[], rules = RULES): readonly (string | number | null)[][] =>
  claims.map(({ claimId }) => {
    const { state, generation } = settleClaims(claims, rules).get(claimId) ?? { state: "", generation: null };
    return [state, generation];
  });

test("the first claim binds, whatever came to be known first", () => {
  expect(settled([claim("1", "3", 20), claim("2", "3", 10)])).toEqual([
    ["later", null],
    ["bound", 1],
  ]);
});

test("nobody is bound by themselves, also when two turn out to be one", () => {
  expect(settled([claim("1", "2", 5, { inviterId: "2" })])).toEqual([["self", null]]);
});

test("what would close a circle is left out: the latest of its claims", () => {
  expect(settled([claim("1", "2", 1), claim("2", "3", 2), claim("3", "1", 3)])).toEqual([
    ["bound", 1],
    ["bound", 2],
    ["circle", null],
  ]);
});

test("only new people are bound, within the window after they were first seen", () => {
  const rules = [RULES, { ...RULES, newPeopleOnly: false }];
  const claims = [
    claim("1", "2", 50, { firstSeenMs: 10, invitedMs: 11 }),
    claim("1", "3", 50, { firstSeenMs: 10, invitedMs: 10 }),
    claim("1", "4", 110, { firstSeenMs: 10 }),
    claim("1", "5", 109, { firstSeenMs: 10 }),
    claim("1", "6", 999, { firstSeenMs: 10, trusted: true }),
    claim("1", "7", 999, { firstSeenMs: null }),
  ];
  expect(rules.map((each) => settled(claims, each).map(([state]) => state))).toEqual([
    ["known", "bound", "late", "bound", "bound", "bound"],
    ["bound", "bound", "bound", "bound", "bound", "bound"],
  ]);
});

test("a chain of 10,000 has 10,000 generations", () => {
  const chain = Array.from({ length: 10_000 }, (_, index) => claim(String(index + 1), String(index + 2), 10_000 - index));
  const found = settleClaims(chain, RULES);
  expect(found.get(chain.at(-1)?.claimId ?? "")).toEqual({ state: "bound", generation: 10_000 });
});

/** The rules as they are said: one claim after the other, looking up the whole line of ancestors each time. */
function slowly(claims: readonly Claim[], rules: ClaimRules): ReadonlyMap<string, Settled> {
  const inviterOf = new Map<string, string>();
  const states = new Map<string, Settled["state"]>();
  const line = (person: string): readonly string[] => {
    const inviter = inviterOf.get(person);
    return inviter === undefined ? [person] : [person, ...line(inviter)];
  };
  for (const one of claims.toSorted(compareClaims)) {
    const isOld = one.invitedMs !== null && one.firstSeenMs !== null && one.firstSeenMs < one.invitedMs;
    const isLate = one.firstSeenMs !== null && one.atMs - one.firstSeenMs >= rules.bindWithinMs;
    const asks = rules.newPeopleOnly && !one.trusted;
    if (one.inviteeId === one.inviterId) states.set(one.claimId, "self");
    else if (asks && isOld) states.set(one.claimId, "known");
    else if (asks && isLate) states.set(one.claimId, "late");
    else if (inviterOf.has(one.inviteeId)) states.set(one.claimId, "later");
    else if (line(one.inviterId).includes(one.inviteeId)) states.set(one.claimId, "circle");
    else {
      states.set(one.claimId, "bound");
      inviterOf.set(one.inviteeId, one.inviterId);
    }
  }
  return new Map(
    claims.map(({ claimId, inviteeId }) => {
      const state = states.get(claimId) ?? "later";
      return [claimId, { state, generation: state === "bound" ? line(inviteeId).length - 1 : null }];
    }),
  );
}

const person = fc.integer({ min: 1, max: 7 }).map(String);
const drawn = fc.record({
  inviter: person,
  invitee: person,
  at: fc.integer({ min: 0, max: 12 }),
  firstSeen: fc.option(fc.integer({ min: -120, max: 12 })),
  invited: fc.option(fc.integer({ min: -5, max: 12 })),
  trusted: fc.boolean(),
});
/** Some people turn out to be others. */
const merges = fc.array(fc.tuple(person, person), { maxLength: 3 });

test("decides as the rules are said, with people who turn out to be one, in whatever order claims are heard", () => {
  fc.assert(
    fc.property(fc.array(drawn, { maxLength: 25 }), merges, fc.boolean(), (draws, same, newPeopleOnly) => {
      const ownerOf = (id: string): string => same.reduce((owner, [from, to]) => (owner === from ? to : owner), id);
      // One pair is said once: later words about it change nothing.
      const claims = [
        ...new Map(
          draws.map(({ inviter, invitee, at, firstSeen, invited, trusted }) => [
            `${inviter}-${invitee}`,
            claim(inviter, invitee, at, {
              inviterId: ownerOf(inviter),
              inviteeId: ownerOf(invitee),
              firstSeenMs: firstSeen,
              invitedMs: invited,
              trusted,
            }),
          ]),
        ).values(),
      ];
      const rules = { ...RULES, newPeopleOnly };
      const found = settleClaims(claims, rules);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(slowly(claims, rules)));
      expect(Object.fromEntries(settleClaims(claims.toReversed(), rules))).toEqual(Object.fromEntries(found));
    }),
    { numRuns: RUNS },
  );
});
