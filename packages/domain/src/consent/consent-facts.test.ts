import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { consentClaims } from "./consent-claims.ts";
import { decideConsent, decideTelling, factThatCounts, type ConsentFact } from "./consent-facts.ts";
import { DEFAULT_PURPOSES, purposesOf } from "./purposes.ts";

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 6, 16, 12);

const EVENT = {
  name: "Consent Given",
  properties: {},
  timeMs: NOON,
  receivedAtMs: NOON + HOUR,
  source: "segment" as const,
  messageId: "m-1",
  context: { library: "analytics.js", pageUrl: "https://shop.example/privacy" },
};

describe("the fact that counts", () => {
  const fact = fc.record<ConsentFact>({
    purpose: fc.constantFrom("marketing", "analytics", "*"),
    channel: fc.constantFrom("", "sms", "email"),
    state: fc.constantFrom("given", "withdrawn"),
    atMs: fc.integer({ min: 0, max: 6 }),
  });

  test("is the latest one about the purpose and channel, a withdrawal winning a tie, in whatever order facts were learned", () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 12 }), fc.integer({ min: 0, max: 7 }), fc.constantFrom("", "sms"), (facts, atMs, channel) => {
        // The reference: second by second, what was said then is taken over; withdrawals of a second come last.
        let state: ConsentFact["state"] | undefined;
        for (let now = 0; now <= atMs; now += 1)
          for (const wanted of ["given", "withdrawn"] as const)
            if (
              facts.some(
                (one) => one.atMs === now && one.state === wanted && one.purpose !== "analytics" && ["", channel].includes(one.channel),
              )
            )
              state = wanted;
        const question = { purpose: "marketing", channel, atMs };
        expect(factThatCounts(facts, question)?.state).toBe(state);
        expect(factThatCounts(facts.toReversed(), question)?.state).toBe(state);
      }),
      { numRuns: 100 },
    );
  });

  test("does not stop what needs no consent, and silence allows nothing that does", () => {
    const [service, marketing] = DEFAULT_PURPOSES;
    expect(decideConsent(service, { state: "withdrawn" })).toEqual({ allowed: true, reason: "basis" });
    expect(decideConsent(marketing, undefined)).toEqual({ allowed: false, reason: "silent" });
    expect(decideConsent(marketing, { state: "given" })).toEqual({ allowed: true, reason: "given" });
    expect(decideConsent(undefined, { state: "given" })).toEqual({ allowed: false, reason: "purpose_unknown" });
    const paused = purposesOf(DEFAULT_PURPOSES.slice(1, 2).map((one) => ({ ...one, active: false }))).find(
      ({ key }) => key === "marketing",
    );
    expect(decideConsent(paused, { state: "given" })).toEqual({ allowed: false, reason: "purpose_inactive" });
  });
});

describe("claims of an event", () => {
  test("are one for each purpose and channel it names, with where it was said", () => {
    const claims = consentClaims({
      ...EVENT,
      properties: { purpose: ["marketing", "Analytics"], channel: "sms", text: "privacy", text_version: 3, evidence: { box: "ticked" } },
    });
    expect(claims).toMatchObject([
      { purpose: "marketing", channel: "sms", state: "given", atMs: NOON, source: "web", textKey: "privacy", textVersion: 3 },
      { purpose: "analytics", channel: "sms" },
    ]);
    expect(claims[0]?.evidence).toEqual({
      message: "m-1",
      library: "analytics.js",
      page: "https://shop.example/privacy",
      evidence: { box: "ticked" },
    });
  });

  test("are never wider than what was said, except that a withdrawal nobody can read withdraws everything", () => {
    expect(consentClaims(EVENT)).toEqual([]);
    expect(consentClaims({ ...EVENT, properties: { purpose: "Alles!" } })).toEqual([]);
    expect(consentClaims({ ...EVENT, properties: { purpose: "marketing", channel: "S M S" } })).toEqual([]);
    expect(consentClaims({ ...EVENT, name: "Consent Withdrawn" })).toMatchObject([{ purpose: "*", channel: "", state: "withdrawn" }]);
    expect(consentClaims({ ...EVENT, name: "Consent Withdrawn", properties: { purpose: "marketing", channel: "S M S" } })).toMatchObject([
      { purpose: "marketing", channel: "", state: "withdrawn" },
    ]);
  });

  test("never lie in the future of their receipt", () => {
    expect(consentClaims({ ...EVENT, timeMs: NOON + 2 * HOUR, properties: { purpose: "marketing" } })).toMatchObject([
      { atMs: NOON + HOUR },
    ]);
  });

  test("carried along on other events count by the time of the choice, and not at all without one", () => {
    const carried = (consent: object) => consentClaims({ ...EVENT, name: "Product Viewed", properties: { $consent: consent as never } });
    const purposes = { marketing: true, "marketing:sms": false, analytics: { app: "denied" }, "no word": true };
    expect(carried({ purposes })).toEqual([]);
    expect(carried({ at: NOON + HOUR, purposes })).toEqual([]);
    expect(carried({ at: new Date(NOON - HOUR).toISOString(), purposes })).toMatchObject([
      { purpose: "marketing", channel: "", state: "given", atMs: NOON - HOUR },
      { purpose: "marketing", channel: "sms", state: "withdrawn" },
      { purpose: "analytics", channel: "app", state: "withdrawn" },
    ]);
  });
});

test("what somebody ended is not told them on any basis, unless they asked for it; consent that was taken back holds that too", () => {
  const by = (basis: "consent" | "contract", state: "given" | "withdrawn") => ({
    ...decideConsent({ basis, active: true }, { state }),
    withdrawn: state === "withdrawn",
  });
  const may = (basis: "consent" | "contract", state: "given" | "withdrawn") =>
    [false, true].map((transactional) => decideTelling(by(basis, state), transactional).allowed);
  expect(may("contract", "withdrawn")).toEqual([false, true]);
  expect(may("consent", "withdrawn")).toEqual([false, false]);
  expect(may("contract", "given")).toEqual([true, true]);
  expect(may("consent", "given")).toEqual([true, true]);
});
