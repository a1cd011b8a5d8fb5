import fc from "fast-check";
import { expect, test } from "vitest";
import { MESSAGE_CHANNELS } from "../messages/channel.ts";
import { decideMessages } from "./decide.ts";
import { CHECKS, explainMessage, type Check, type Explained } from "./explain.ts";
import type { CompetingMessage, SentMessage } from "./facts.ts";
import { DEFAULT_RULES, type GovernorRules } from "./rules.ts";

const HOUR_MS = 3_600_000;
const NOON = Date.parse("2026-03-10T04:00:00Z"); // 12:00 in Shanghai, a Tuesday
const ZONE = "Asia/Shanghai";
const isDayOff = (): boolean => false;

const message = (part: Partial<CompetingMessage> = {}): CompetingMessage => ({
  id: "1",
  channel: "sms",
  template: "welcome",
  purpose: "marketing",
  tags: [],
  transactional: false,
  priority: 5,
  notBeforeMs: 0,
  expiresAtMs: null,
  askedAtMs: 0,
  consent: { allowed: true, reason: "given" },
  hasAddress: true,
  awaitsAddress: false,
  suppressed: null,
  heldBy: null,
  grants: null,
  answerWindow: null,
  confirmed: null,
  ...part,
});
type Given = { readonly sent?: readonly SentMessage[]; readonly nowMs?: number; readonly rules?: GovernorRules };
const explained = (part: Partial<CompetingMessage>, { sent = [], nowMs = NOON, rules = DEFAULT_RULES }: Given = {}) =>
  explainMessage({ zone: ZONE, sent }, message(part), { rules, nowMs, isDayOff });
const of = (answers: readonly Explained[], check: Check, rule: string | null = null): Explained | undefined =>
  answers.find((one) => one.check === check && one.rule === rule);

test("each rule answers by itself, with the figures that explain it", () => {
  const sent = [1, 2, 3].map((hours) => ({ ...message({ template: "other" }), atMs: NOON - hours * HOUR_MS }));
  const answers = explained({ suppressed: "bounced", heldBy: "global", consent: { allowed: false, reason: "silent" } }, { sent });
  expect(of(answers, "address")).toMatchObject({ answer: "passes" });
  expect(of(answers, "suppression")).toMatchObject({ answer: "blocks", details: { because: "bounced" } });
  expect(of(answers, "consent")).toMatchObject({ answer: "blocks", details: { because: "silent" } });
  expect(of(answers, "holdout")).toMatchObject({ answer: "blocks", details: { holdout: "global" } });
  expect(of(answers, "repeat")).toMatchObject({ answer: "passes", details: { hours: 24 } });
  expect(of(answers, "cap", "sms_week")).toMatchObject({ answer: "defers", details: { count: 3, most: 3 } });
  expect(of(answers, "cap", "all_day")).toMatchObject({ answer: "passes", details: { count: 3, most: 4 } });
  expect(of(answers, "cap", "email_week")).toMatchObject({ answer: "not_about" });
  expect(of(answers, "quiet_hours", "night")).toMatchObject({ answer: "passes", details: { zone: ZONE } });
  expect(of(answers, "grant")).toMatchObject({ answer: "not_asked" });
  expect(of(answers, "platform_cap", "wecom_day")).toBeUndefined();
});

test("what the person asked for is not asked about quiet hours, caps, holdouts and repeats", () => {
  const night = NOON + 11 * HOUR_MS;
  const answers = explained({ transactional: true, heldBy: "global" }, { nowMs: night });
  for (const check of ["holdout", "repeat"] as const) expect(of(answers, check)).toMatchObject({ answer: "not_asked" });
  expect(of(answers, "quiet_hours", "night")).toMatchObject({ answer: "not_asked" });
  expect(of(explained({}, { nowMs: night }), "quiet_hours", "night")).toMatchObject({ answer: "defers" });
});

test("what the channel asks for is told where it asks: grants, the window, the confirmation, and its own caps", () => {
  const sent = [{ ...message({ channel: "wecom", template: "other" }), atMs: NOON - HOUR_MS }];
  const answers = explained({ channel: "wecom", confirmed: false, answerWindow: { endsMs: NOON }, grants: 2 }, { sent });
  expect(of(answers, "platform_cap", "wecom_day")).toMatchObject({ answer: "defers", details: { count: 1, most: 1 } });
  expect(of(answers, "platform_cap", "wecom_month")).toMatchObject({ answer: "passes", details: { count: 1, most: 4 } });
  expect(of(answers, "confirmation")).toMatchObject({ answer: "defers" });
  expect(of(answers, "answer_window")).toMatchObject({ answer: "blocks" });
  expect(of(answers, "grant")).toMatchObject({ answer: "passes", details: { grants: 2 } });
});

test("whatever is asked, all rules pass exactly when it is sent, and who says no is among those who say so", () => {
  const draw = fc.record({
    channel: fc.constantFrom(...MESSAGE_CHANNELS),
    transactional: fc.boolean(),
    hasAddress: fc.boolean(),
    suppressed: fc.constantFrom(null, null, "bounced" as const),
    heldBy: fc.constantFrom(null, null, "h"),
    grants: fc.constantFrom(null, 0, 1),
    answerWindow: fc.constantFrom(null, { endsMs: NOON - 1 }, { endsMs: NOON + 10 * HOUR_MS * 24 }, { endsMs: null }),
    confirmed: fc.constantFrom(null, true, false),
    consent: fc.constantFrom(null, { allowed: true, reason: "given" as const }, { allowed: false, reason: "withdrawn" as const }),
  });
  const sentDraw = fc.array(
    fc.record({ channel: fc.constantFrom(...MESSAGE_CHANNELS), template: fc.constantFrom("welcome", "other"), back: fc.nat(24 * 8) }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(draw, sentDraw, fc.nat(47), fc.constantFrom("defer" as const, "drop" as const), (part, past, hours, action) => {
      const nowMs = NOON + hours * HOUR_MS;
      const rules = { ...DEFAULT_RULES, caps: DEFAULT_RULES.caps.map((one) => ({ ...one, action })) };
      const sent = past.map(({ back, ...one }) => ({ ...message(one), atMs: nowMs - back * HOUR_MS }));
      // No holdout is asked about what goes to a machine.
      const asked = message(part.channel === "webhook" ? { ...part, heldBy: null } : part);
      const moment = { rules, nowMs, isDayOff };
      const answers = explainMessage({ zone: ZONE, sent }, asked, moment);
      const verdict = decideMessages({ zone: ZONE, sent }, [asked], moment).get("1");
      const against = answers.filter(({ answer }) => answer === "defers" || answer === "blocks");
      expect(verdict?.verdict === "send").toBe(against.length === 0);
      if (verdict !== undefined && verdict.rule !== null && verdict.rule !== "repeat")
        expect(against.map(({ rule }) => rule)).toContain(verdict.rule);
      expect(answers.map(({ check }) => CHECKS.indexOf(check))).toEqual(
        answers.map(({ check }) => CHECKS.indexOf(check)).toSorted((a, b) => a - b),
      );
    }),
  );
});
