import fc from "fast-check";
import { expect, test } from "vitest";
import type { MessageChannel } from "../messages/channel.ts";
import { compareUrgency, decideMessages } from "./decide.ts";
import type { CompetingMessage, SentMessage } from "./facts.ts";
import { DEFAULT_RULES, isAbout, type Cap, type GovernorRules, type QuietHours } from "./rules.ts";
import type { Verdict } from "./verdict.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const NOON = Date.parse("2026-03-10T04:00:00Z"); // 12:00 in Shanghai, a Tuesday
const EVERYTHING = { channel: null, tag: null, purpose: null } as const;
const NO_RULES: GovernorRules = { quietHours: [], caps: [], repeatHours: null, holidays: "weekends" };

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
const sentAt = (atMs: number, part: Partial<SentMessage> = {}): SentMessage => ({ ...message(), template: "other", atMs, ...part });
type Case = {
  readonly rules?: Partial<GovernorRules>;
  readonly sent?: readonly SentMessage[];
  readonly nowMs?: number;
  readonly zone?: string;
};
const all = (messages: readonly CompetingMessage[], { rules, sent = [], nowMs = NOON, zone = "Asia/Shanghai" }: Case = {}) =>
  decideMessages({ zone, sent }, messages, { rules: { ...NO_RULES, ...rules }, nowMs, isDayOff: () => false });
const one = (part: Partial<CompetingMessage>, given: Case = {}): Verdict | undefined => all([message(part)], given).get("1");
const cap = (most: number, period: Cap["period"], part: Partial<Cap> = {}): Cap => ({
  id: "c",
  scope: EVERYTHING,
  most,
  period,
  action: "defer",
  ...part,
});

test("what speaks against a message for good is told by the first reason that does", () => {
  expect(one({ expiresAtMs: NOON })).toMatchObject({ verdict: "block", reason: "expired" });
  expect(one({ notBeforeMs: NOON + 1 })).toMatchObject({ verdict: "defer", reason: "not_before", untilMs: NOON + 1 });
  expect(one({ hasAddress: false })).toMatchObject({ verdict: "block", reason: "no_address" });
  expect(one({ suppressed: "bounced" })).toMatchObject({ reason: "suppressed", details: { because: "bounced" } });
  expect(one({ consent: { allowed: false, reason: "silent" } })).toMatchObject({ reason: "no_consent", details: { because: "silent" } });
  expect(one({ channel: "webhook", consent: null })).toMatchObject({ verdict: "send", reason: "allowed" });
  expect(one({ heldBy: "global" })).toMatchObject({ reason: "held_out", details: { holdout: "global" } });
  expect(one({ answerWindow: { endsMs: NOON } })).toMatchObject({ reason: "window_closed" });
  expect(one({ answerWindow: { endsMs: null } })).toMatchObject({ reason: "window_closed", details: {} });
  expect(one({ answerWindow: { endsMs: NOON + 1 } })).toMatchObject({ verdict: "send" });
  expect(one({ grants: 0 })).toMatchObject({ reason: "no_grant" });
  expect(one({ confirmed: false })).toMatchObject({ verdict: "defer", reason: "confirmation" });
});

test("what a person asked for passes holdouts, quiet hours, caps and repeats, but no suppression and no withdrawal, and takes no room", () => {
  const night = Date.parse("2026-03-10T15:00:00Z"); // 23:00 in Shanghai
  const given = {
    rules: { ...DEFAULT_RULES, caps: [cap(1, { kind: "rolling", count: 1, unit: "day" })] },
    sent: [sentAt(night - HOUR_MS, { template: "welcome" })],
    nowMs: night,
  };
  expect(one({ heldBy: "global" }, given)).toMatchObject({ verdict: "block" });
  expect(one({ heldBy: "global", transactional: true }, given)).toMatchObject({ verdict: "send", reason: "transactional" });
  expect(one({ suppressed: "complained", transactional: true }, given)).toMatchObject({ reason: "suppressed" });
  expect(one({ consent: { allowed: false, reason: "withdrawn" }, transactional: true }, given)).toMatchObject({ reason: "no_consent" });
  const free = { rules: given.rules, sent: [sentAt(NOON - 1, { transactional: true })] };
  expect(one({}, free)).toMatchObject({ verdict: "send" });
});

test("a cap explains itself: how many of how many, and from when on there is room", () => {
  const sent = [sentAt(NOON - 2 * DAY_MS), sentAt(NOON - DAY_MS), sentAt(NOON - HOUR_MS), sentAt(NOON - 8 * DAY_MS)];
  expect(one({}, { rules: { caps: [cap(3, { kind: "rolling", count: 7, unit: "day" })] }, sent })).toEqual({
    verdict: "defer",
    untilMs: NOON + 5 * DAY_MS,
    reason: "cap",
    rule: "c",
    details: { count: 3, most: 3, per: "rolling", length: 7, unit: "day", freeAt: "2026-03-15T04:00:00.000Z" },
  });
  const dropped = cap(3, { kind: "calendar", unit: "week" }, { action: "drop" });
  expect(one({}, { rules: { caps: [dropped] }, sent })).toMatchObject({ verdict: "send" });
  expect(one({}, { rules: { caps: [{ ...dropped, most: 2 }] }, sent })).toMatchObject({ verdict: "block", reason: "cap", rule: "c" });
});

test("a rolling period does not reach the instant so long ago, and a calendar day begins in the person's zone", () => {
  const rolling = { rules: { caps: [cap(1, { kind: "rolling", count: 30, unit: "minute" as const })] } };
  expect(one({}, { ...rolling, sent: [sentAt(NOON - 30 * 60_000)] })).toMatchObject({ verdict: "send" });
  expect(one({}, { ...rolling, sent: [sentAt(NOON - 30 * 60_000 + 1)] })).toMatchObject({ verdict: "defer", untilMs: NOON + 1 });
  const daily = { rules: { caps: [cap(1, { kind: "calendar", unit: "day" as const })] }, nowMs: Date.parse("2026-03-29T10:00:00Z") };
  const beganIn = (zone: string, sentText: string): Verdict | undefined =>
    one({}, { ...daily, zone, sent: [sentAt(Date.parse(sentText))] });
  // The clock in Berlin was set forward that night: the day has 23 hours.
  expect(beganIn("Europe/Berlin", "2026-03-28T22:59:59Z")).toMatchObject({ verdict: "send" });
  expect(beganIn("Europe/Berlin", "2026-03-28T23:00:00Z")).toMatchObject({ untilMs: Date.parse("2026-03-29T22:00:00Z") });
});

test("rules are about the channel, tag and purpose they name", () => {
  const scoped = (scope: Partial<Cap["scope"]>): readonly Cap[] => [
    cap(1, { kind: "rolling", count: 1, unit: "day" }, { scope: { ...EVERYTHING, ...scope } }),
  ];
  const sent = [sentAt(NOON - 1, { channel: "sms", tags: ["sale"], purpose: "marketing" })];
  const held = (scope: Partial<Cap["scope"]>, part: Partial<CompetingMessage>): boolean =>
    one(part, { rules: { caps: scoped(scope) }, sent })?.verdict === "defer";
  expect(held({ channel: "sms" }, {})).toBe(true);
  expect(held({ channel: "sms" }, { channel: "email" })).toBe(false);
  expect(held({ channel: "email" }, { channel: "email" })).toBe(false);
  expect(held({ tag: "sale" }, { tags: ["sale"] })).toBe(true);
  expect(held({ tag: "sale" }, {})).toBe(false);
  expect(held({ purpose: "marketing" }, {})).toBe(true);
  expect(held({ purpose: "service" }, { purpose: "service" })).toBe(false);
  expect(held({}, { channel: "email" })).toBe(true);
  expect(held({}, { channel: "webhook", consent: null })).toBe(false);
});

test("the more urgent takes the room that is left, and the same template goes once", () => {
  const two = [message({ id: "1", priority: 3 }), message({ id: "2", priority: 8, template: "b" }), message({ id: "3", template: "b" })];
  const decided = all(two, { rules: { caps: [cap(1, { kind: "rolling", count: 1, unit: "hour" })], repeatHours: 24 } });
  expect(decided.get("2")).toMatchObject({ verdict: "send" });
  expect(decided.get("1")).toMatchObject({ verdict: "defer", untilMs: NOON + HOUR_MS });
  expect(decided.get("3")).toMatchObject({ verdict: "block", reason: "repeat" });
  const grants = all([message({ id: "1", grants: 1 }), message({ id: "2", grants: 1 })]);
  expect([grants.get("1")?.verdict, grants.get("2")?.reason]).toEqual(["send", "no_grant"]);
});

test("WeCom takes one message a day and four a month of everybody, also of those a person asked for", () => {
  const wecom = (part: Partial<CompetingMessage> = {}) => ({ channel: "wecom" as const, ...part });
  const sent = [sentAt(NOON - HOUR_MS, { channel: "wecom", transactional: true })];
  expect(one(wecom({ transactional: true }), { sent })).toMatchObject({
    verdict: "defer",
    reason: "platform_cap",
    rule: "wecom_day",
    untilMs: Date.parse("2026-03-10T16:00:00Z"),
  });
  const four = [1, 2, 3, 4].map((days) => sentAt(NOON - days * DAY_MS, { channel: "wecom" }));
  expect(one(wecom(), { sent: four })).toMatchObject({ rule: "wecom_month", untilMs: Date.parse("2026-03-31T16:00:00Z") });
});

test("a message that could only go when it has expired, or never, is not kept waiting", () => {
  const nights: QuietHours = { id: "n", scope: EVERYTHING, fromMinute: 660, toMinute: 780, days: "every_day", action: "defer" };
  expect(one({ expiresAtMs: NOON + HOUR_MS }, { rules: { quietHours: [nights] } })).toMatchObject({ reason: "too_late", rule: "n" });
  expect(one({ expiresAtMs: NOON + HOUR_MS + 1 }, { rules: { quietHours: [nights] } })).toMatchObject({ untilMs: NOON + HOUR_MS });
  expect(one({}, { rules: { quietHours: [{ ...nights, action: "drop" }] } })).toMatchObject({ verdict: "block", reason: "quiet_hours" });
  expect(one({}, { rules: { quietHours: [{ ...nights, toMinute: 660 }] } })).toMatchObject({ reason: "never", rule: "n" });
});

// Random worlds on a grid of quarters of an hour: whatever changes does so on it.
const GRID_MS = 900_000;
const START_MS = Date.parse("2026-03-27T00:00:00Z"); // two days before clocks change in Europe
const DAYS = 6;
const STEPS = DAYS * 96;
const CHANNELS = ["sms", "email", "wecom", "webhook"] as const satisfies readonly MessageChannel[];

const scopeDraw = fc.record({
  channel: fc.option(fc.constantFrom(...CHANNELS)),
  tag: fc.option(fc.constantFrom("a", "b"), { freq: 3 }),
  purpose: fc.option(fc.constantFrom("marketing", "service"), { freq: 2 }),
});
const actionDraw = fc.constantFrom("defer" as const, "defer" as const, "drop" as const);
const periodDraw: fc.Arbitrary<Cap["period"]> = fc.oneof(
  fc.record({ kind: fc.constant("rolling" as const), count: fc.integer({ min: 1, max: 30 }), unit: fc.constant("hour" as const) }),
  fc.record({ kind: fc.constant("rolling" as const), count: fc.integer({ min: 1, max: 3 }), unit: fc.constant("day" as const) }),
  fc.record({ kind: fc.constant("rolling" as const), count: fc.constant(45), unit: fc.constant("minute" as const) }),
  fc.record({ kind: fc.constant("calendar" as const), unit: fc.constantFrom("day" as const, "week" as const, "month" as const) }),
);
const named = <T extends object>(draw: fc.Arbitrary<T>, name: string) =>
  fc.array(draw, { maxLength: 3 }).map((list) => list.map((rule, n) => ({ ...rule, id: `${name}${n}` })));
const quarterDraw = fc.integer({ min: 0, max: 95 }).map((n) => n * 15);
const rulesDraw: fc.Arbitrary<GovernorRules> = fc.record({
  quietHours: named(
    fc.record({
      scope: scopeDraw,
      fromMinute: quarterDraw,
      toMinute: quarterDraw,
      days: fc.oneof(fc.constantFrom("every_day" as const, "workdays" as const, "days_off" as const), fc.constant([1, 3, 6])),
      action: actionDraw,
    }),
    "q",
  ),
  caps: named(fc.record({ scope: scopeDraw, most: fc.integer({ min: 1, max: 3 }), period: periodDraw, action: actionDraw }), "c"),
  repeatHours: fc.option(fc.integer({ min: 1, max: 48 })),
  holidays: fc.constant("weekends" as const),
});
const messageDraw = fc.record({
  channel: fc.constantFrom(...CHANNELS),
  template: fc.constantFrom("t1", "t2", "t3"),
  tags: fc.subarray(["a", "b"]),
  purpose: fc.constantFrom("marketing", "service"),
  transactional: fc.boolean().map((is) => is),
  priority: fc.integer({ min: 1, max: 3 }),
  notBefore: fc.integer({ min: 0, max: STEPS - 1 }),
  lives: fc.option(fc.integer({ min: 1, max: 200 })),
  heldBy: fc.option(fc.constant("h"), { freq: 8 }).map((value) => (value === null ? null : value)),
});
const worldDraw = fc.record({
  rules: rulesDraw,
  zone: fc.constantFrom("Asia/Shanghai", "Europe/Berlin", "America/New_York"),
  drawn: fc.array(messageDraw, { minLength: 1, maxLength: 14 }),
});
const isDayOff = (day: number): boolean => (day + 3) % 7 >= 5;

/** What the clock reads, by the runtime's own formatting. */
function wall(atMs: number, zone: string): { readonly date: string; readonly day: number; readonly minute: number } {
  const known = walls.get(`${zone} ${atMs}`);
  if (known !== undefined) return known;
  const text = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(atMs);
  const date = text.slice(0, 10);
  const read = {
    date,
    day: Date.parse(`${date}T00:00:00Z`) / DAY_MS,
    minute: Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16)),
  };
  walls.set(`${zone} ${atMs}`, read);
  return read;
}
const walls = new Map<string, ReturnType<typeof wall>>();

function inQuiet(rule: QuietHours, atMs: number, zone: string): boolean {
  const { day, minute } = wall(atMs, zone);
  const on = (which: number): boolean => {
    if (rule.days === "every_day") return true;
    if (rule.days === "workdays") return !isDayOff(which);
    return rule.days === "days_off" ? isDayOff(which) : rule.days.includes(((which + 3) % 7) + 1);
  };
  if (rule.fromMinute < rule.toMinute) return minute >= rule.fromMinute && minute < rule.toMinute && on(day);
  return minute >= rule.fromMinute ? on(day) : minute < rule.toMinute && on(day - 1);
}

/** Whether an instant counts for a cap at another: the definition, for any two instants. */
function isWithin(period: Cap["period"], sentMs: number, atMs: number, zone: string): boolean {
  if (period.kind === "rolling") {
    const length = period.count * { minute: 60_000, hour: HOUR_MS, day: DAY_MS }[period.unit];
    return sentMs > atMs - length && sentMs <= atMs;
  }
  const unitOf = (ms: number): string | number => {
    const { date, day } = wall(ms, zone);
    if (period.unit === "month") return date.slice(0, 7);
    return period.unit === "day" ? day : Math.floor((day + 3) / 7);
  };
  return sentMs <= atMs && unitOf(sentMs) === unitOf(atMs);
}

type World = { readonly rules: GovernorRules; readonly zone: string; readonly sent: readonly SentMessage[] };

/** The rules that forbid a message at an instant, by their definitions, in the order in which they are told. */
function forbidding(asked: CompetingMessage, { rules, zone, sent }: World, atMs: number): readonly { readonly action: "defer" | "drop" }[] {
  const full = (one: Cap, counted: readonly SentMessage[], of: string): boolean =>
    counted.filter((other) => isAbout(one.scope, other) && isWithin(one.period, other.atMs, atMs, of)).length >= one.most;
  const wecom: readonly Cap[] =
    asked.channel === "wecom"
      ? [
          cap(1, { kind: "calendar", unit: "day" }, { scope: { ...EVERYTHING, channel: "wecom" } }),
          cap(4, { kind: "calendar", unit: "month" }, { scope: { ...EVERYTHING, channel: "wecom" } }),
        ]
      : [];
  const platform = wecom.filter((one) => full(one, sent, "Asia/Shanghai"));
  if (asked.transactional) return platform;
  return [
    ...rules.quietHours.filter((rule) => isAbout(rule.scope, asked) && inQuiet(rule, atMs, zone)),
    ...rules.caps.filter(
      (one) =>
        isAbout(one.scope, asked) &&
        full(
          one,
          sent.filter(({ transactional }) => !transactional),
          zone,
        ),
    ),
    ...platform,
  ];
}

/** The verdict word for word from the definitions; instants are looked for one quarter of an hour after the other. */
function reference(asked: CompetingMessage, world: World, nowMs: number): string {
  if (asked.expiresAtMs !== null && asked.expiresAtMs <= nowMs) return "block expired";
  if (asked.notBeforeMs > nowMs) return `defer ${asked.notBeforeMs}`;
  if (asked.heldBy !== null && !asked.transactional) return "block held_out";
  const { repeatHours } = world.rules;
  const again = world.sent.some(
    ({ template, channel, atMs }) =>
      repeatHours !== null && template === asked.template && channel === asked.channel && atMs > nowMs - repeatHours * HOUR_MS,
  );
  if (again && !asked.transactional && asked.channel !== "webhook") return "block repeat";
  const now = forbidding(asked, world, nowMs);
  if (now.length === 0) return "send";
  if (now.some(({ action }) => action === "drop")) return "block dropped";
  for (let atMs = nowMs; atMs < nowMs + 40 * DAY_MS; atMs += GRID_MS)
    if (forbidding(asked, world, atMs).length === 0)
      return asked.expiresAtMs !== null && atMs >= asked.expiresAtMs ? "block too_late" : `defer ${atMs}`;
  return "block never";
}

function said(verdict: Verdict | undefined): string {
  if (verdict === undefined) return "nothing";
  if (verdict.verdict === "send") return "send";
  if (verdict.verdict === "defer") return `defer ${verdict.untilMs}`;
  return `block ${verdict.reason === "cap" || verdict.reason === "quiet_hours" ? "dropped" : verdict.reason}`;
}

test("in random worlds each verdict is the one that the definitions give, and no cap and no quiet hour is ever passed", () => {
  fc.assert(
    fc.property(worldDraw, ({ rules, zone, drawn }) => {
      const asked = drawn.map(({ notBefore, lives, ...part }, n) => ({
        ...message({ ...part, id: String(n) }),
        askedAtMs: START_MS + (n % 3) * GRID_MS,
        notBeforeMs: START_MS + notBefore * GRID_MS,
        expiresAtMs: lives === null ? null : START_MS + (notBefore + lives) * GRID_MS,
      }));
      const due = new Map(asked.map(({ id, notBeforeMs }) => [id, notBeforeMs]));
      const sent: SentMessage[] = [];
      // The virtual clock goes to whatever is due next.
      for (let steps = 0; due.size > 0; steps++) {
        expect(steps).toBeLessThan(1_000);
        const nowMs = Math.min(...due.values());
        const competing = asked.filter(({ id }) => due.get(id) === nowMs);
        const verdicts = decideMessages({ zone, sent: [...sent] }, competing, { rules, nowMs, isDayOff });
        for (const one of competing.toSorted(compareUrgency)) {
          const verdict = verdicts.get(one.id);
          expect(said(verdict)).toBe(reference(one, { rules, zone, sent }, nowMs));
          due.delete(one.id);
          if (verdict?.verdict === "defer") due.set(one.id, verdict.untilMs);
          if (verdict?.verdict === "send") sent.push({ ...one, atMs: nowMs });
        }
      }
      const held = sent.filter(({ transactional }) => !transactional);
      for (const rule of rules.quietHours)
        for (const one of held) if (isAbout(rule.scope, one)) expect(inQuiet(rule, one.atMs, zone)).toBe(false);
      for (const rule of rules.caps) {
        const counted = held.filter((one) => isAbout(rule.scope, one));
        for (const { atMs } of counted)
          expect(counted.filter((other) => isWithin(rule.period, other.atMs, atMs, zone)).length).toBeLessThanOrEqual(rule.most);
      }
    }),
  );
}, 60_000);

test("an address that is not known yet is waited for while the message is new, and not beyond its end", () => {
  const at = (ageMs: number, part: Partial<CompetingMessage> = {}): Verdict | undefined =>
    one({ hasAddress: false, awaitsAddress: true, askedAtMs: NOON, ...part }, { nowMs: NOON + ageMs });
  expect(at(0)).toMatchObject({ verdict: "defer", reason: "address_awaited", untilMs: NOON + 5_000 });
  expect(at(5_000)).toMatchObject({ untilMs: NOON + 60_000 });
  expect(at(900_000)).toMatchObject({ verdict: "block", reason: "no_address" });
  expect(at(0, { expiresAtMs: NOON + 4_000 })).toMatchObject({ verdict: "block", reason: "no_address" });
  expect(at(0, { awaitsAddress: false })).toMatchObject({ verdict: "block", reason: "no_address" });
});
