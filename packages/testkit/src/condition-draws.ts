import {
  COUNT_OPS,
  DAY_MEASURES,
  PROPERTY_MEASURES,
  type DayTest,
  type DidLeaf,
  type EventCondition,
  type PersonCondition,
  type Scalar,
  type SequenceLeaf,
  type Test,
  type Within,
  type Band,
  type PopulationLeaf,
  type RankedBy,
  type Share,
} from "@terrace/domain/conditions/condition";
import { countsFromZero } from "@terrace/domain/conditions/read-population";
import { sanitiseProperties } from "@terrace/domain/event/sanitise-properties";
import type { Json, JsonObject } from "@terrace/domain/json";
import fc from "fast-check";

/** Random events and conditions that meet often, for tests that hold the two evaluators to each other. */
export type DrawnEvent = { readonly properties: JsonObject; readonly context: { readonly channel: string; readonly pagePath: string } };

/** A token as long as those of the vault. */
export function testToken(personalClass: string, value: string): string {
  return `~${personalClass}.${Buffer.from(value).toString("base64url").padEnd(22, "_").slice(0, 22)}`;
}

const TOKEN = testToken("phone", "+8613800138000");
const PLAIN_TEXTS = [
  "",
  "x",
  "X",
  "5",
  "5.0",
  "05",
  "-5",
  "1e5",
  "true",
  "False",
  "null",
  "0.1",
  "1e-7",
  "9007199254740993",
  "0".repeat(40),
];
const ODD_TEXTS = ["中文", "ÀÉ", "k\u212a", "😀a", "a\\'\"\t\n{p0:String}`b", TOKEN, `~${TOKEN}`];
const TEXTS: readonly string[] = PLAIN_TEXTS.concat(ODD_TEXTS);
const WHOLE = [0, -0, 5, -5, 1, 100, 1e15, 1e21, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
const NUMBERS: readonly number[] = WHOLE.concat([0.1, 0.300_000_000_000_000_04, 1e-7, -1.5e-9, 123_456_789.123_456_79]);
const KEYS: readonly string[] = ["a", "b", "a b", "$c", "中`\\'{p0:String}", "^d"];

const key = fc.constantFrom(...KEYS);
const number = fc.oneof(fc.constantFrom(...NUMBERS), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
const scalar = fc.oneof(fc.constantFrom(...TEXTS), number, fc.boolean(), fc.string({ unit: "grapheme", maxLength: 5 }));
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.constant(null),
    fc.array(scalar, { maxLength: 3 }),
    fc.array(fc.integer(), { maxLength: 3 }),
    fc.array(fc.constantFrom(...TEXTS), { maxLength: 3 }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.dictionary(key, tie("value"), { maxKeys: 3 }), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 3 }),
  ),
}));

const properties: fc.Arbitrary<JsonObject> = fc.dictionary(key, value, { maxKeys: 5 }).map((drawn) => {
  // As it comes over the wire, and as the edge leaves it.
  const sanitised = sanitiseProperties(JSON.parse(JSON.stringify(drawn)) as JsonObject);
  if (!sanitised.ok) throw new Error(sanitised.fault.code);
  return sanitised.value.properties;
});

export const drawnEvent: fc.Arbitrary<DrawnEvent> = fc.record({
  properties,
  context: fc.record({ channel: fc.constantFrom("", "5", "Search", "中文"), pagePath: fc.constantFrom("", "/a", "true", "0.1") }),
});

/** Numbers as conditions hold them: read, minus nought is nought, and what is not exact is a text. */
const asked = number.map((each) => (each === 0 || (Number.isInteger(each) && !Number.isSafeInteger(each)) ? 0 : each));
const values = fc.array(fc.oneof(fc.constantFrom(...TEXTS), asked, fc.boolean()), { minLength: 1, maxLength: 3 });
const part = fc.oneof(
  fc.constantFrom(...TEXTS.filter((text) => text !== "")),
  fc.constantFrom("0", "-", ".", "e", "E-", "u", "T", "alse", "É", "À", "~", "phone", "K"),
);
const drawnTest: fc.Arbitrary<Test> = fc.oneof(
  fc.record({ is: values }),
  fc.record({ isNot: values }),
  fc.record({ contains: part }),
  fc.record({ containsNot: part }),
  fc.record({ startsWith: part }),
  fc.record({ endsWith: part }),
  fc.record({ gt: asked }),
  fc.record({ gte: asked }),
  fc.record({ lt: asked }),
  fc.record({ lte: asked }),
  fc.record({ between: fc.tuple(asked, asked) }),
  fc.record({ isSet: fc.boolean() }),
);
const path = fc.array(key, { minLength: 1, maxLength: 3 }).map((keys) => keys.join("."));
const eventLeaf: fc.Arbitrary<EventCondition> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(path, drawnTest).map(([property, test]) => ({ property, ...test })) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom("channel" as const, "pagePath" as const), drawnTest).map(([column, test]) => ({ column, ...test })),
  },
);

export const eventCondition: fc.Arbitrary<EventCondition> = fc.letrec<{ condition: EventCondition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 3, arbitrary: eventLeaf },
    fc.record({ all: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie("condition") }),
  ),
})).condition;

const within: fc.Arbitrary<Within> = fc.oneof(
  fc.record({ days: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ hours: fc.integer({ min: 1, max: 80 }) }),
  fc
    .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }))
    .map(([near, more]) => ({ daysAgo: [near, near + more] as const })),
  fc.constant({ from: "2026-07-14", to: "2026-07-16" }),
);
/** A property that many events of a test have, with something to measure. */
export const MEASURED = "a";
const measuredPath = fc.oneof({ weight: 3, arbitrary: fc.constant(MEASURED) }, path);
const countOp = fc.constantFrom(...COUNT_OPS);
const few = fc.record({ op: countOp, value: fc.integer({ min: 0, max: 3 }) });
const measured = fc.oneof(
  fc.record({ measure: fc.record({ kind: fc.constantFrom(...DAY_MEASURES) }), is: few }),
  fc.record({ measure: fc.record({ kind: fc.constant("distinct" as const), property: measuredPath }), is: few }),
  fc.record({
    measure: fc.record({ kind: fc.constantFrom(...PROPERTY_MEASURES.filter((kind) => kind !== "distinct")), property: measuredPath }),
    is: fc.record({ op: countOp, value: fc.oneof(fc.integer({ min: -6, max: 12 }), fc.constantFrom(0.1, 2.5, 99.999_999_5, 1e12)) }),
  }),
);
const ofDid = fc.record({ event: fc.constantFrom("Tested", "Bought", null), where: fc.option(eventLeaf, { nil: undefined }) });
const inTime = fc.record({ within: fc.option(within, { nil: undefined }) });
const didLeaf: fc.Arbitrary<DidLeaf> = fc.oneof(
  fc.record(
    { did: ofDid, count: fc.option(few, { nil: undefined }), within: fc.option(within, { nil: undefined }) },
    { requiredKeys: ["did"] },
  ),
  fc.tuple(ofDid, measured, inTime).map(([did, asked, time]) => ({ did, ...asked, ...time })),
  fc.record({ did: ofDid, first: within }),
  fc.record({ did: ofDid, last: within }),
);
const step = fc.record({ event: fc.constantFrom("Tested", "Bought", null), where: fc.option(eventLeaf, { nil: undefined, freq: 1 }) });
const sequence: fc.Arbitrary<SequenceLeaf> = fc.record({
  sequence: fc
    .record({
      steps: fc.array(step, { minLength: 2, maxLength: 4 }),
      limit: fc.oneof(
        fc.constant({}),
        fc.record({ withinDays: fc.integer({ min: 1, max: 3 }) }),
        fc.record({ withinHours: fc.constantFrom(1, 10, 24) }),
      ),
      without: fc.option(step, { nil: undefined }),
      within: fc.option(within, { nil: undefined }),
    })
    .map(({ limit, ...rest }) => ({ ...rest, ...limit })),
});
/** What someone did: one question, or several that one reading of the events answers. */
const did: fc.Arbitrary<PersonCondition> = fc.oneof(
  { weight: 3, arbitrary: didLeaf },
  { weight: 2, arbitrary: sequence },
  fc.record({ all: fc.array(fc.oneof({ weight: 3, arbitrary: didLeaf }, sequence), { minLength: 2, maxLength: 3 }) }),
  fc.record({ any: fc.array(fc.oneof(didLeaf, sequence, fc.record({ not: didLeaf })), { minLength: 2, maxLength: 3 }) }),
);
const day = fc.constantFrom("2026-07-15", "2026-07-16", "2026-11-01", "2000-02-29", "1990-12-31");
const away = fc.integer({ min: -3, max: 2 });
const dayTest: fc.Arbitrary<DayTest> = fc.oneof(
  fc.record({ before: day }),
  fc.record({ after: day }),
  fc.tuple(away, fc.nat(4)).map(([fromDays, more]) => ({ dateWithin: { fromDays, toDays: fromDays + more } })),
  fc.record({ anniversary: fc.record({ withinDays: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constantFrom(180, 366)) }) }),
);
/** A trait that many people of a test have, with a date. */
export const DATED = "b";
const trait = fc.oneof(
  fc.tuple(path, drawnTest).map(([name, test]): PersonCondition => ({ trait: name, ...test })),
  fc.tuple(fc.constantFrom(DATED, DATED, "a"), dayTest).map(([name, test]): PersonCondition => ({ trait: name, ...test })),
);
const percent = fc.tuple(fc.constantFrom(0, 25, 33.33), fc.constantFrom(50, 66.67, 100));
const chance = fc.record({ chance: fc.record({ percent, seed: fc.constantFrom("a", "春'{p0:String}", "b") }) });

const aroundNow = fc.integer({ min: -3 * 24, max: 3 * 24 });
/** Dates and instants as people write them, some of them none, at and around a moment. */
export function datesAround(nowMs: number): fc.Arbitrary<Json> {
  const iso = aroundNow.map((hours) => new Date(nowMs + hours * 3_600_000).toISOString());
  return fc.oneof(
    iso,
    iso.map((text) => text.slice(0, 10)),
    iso.map((text) => `19${text.slice(2, 10)}`),
    iso.map((text) => `${text.slice(0, 16)}+05:45`.replace("T", " ")),
    iso.map((text) => `${text.slice(0, 19)}.123456-1000`),
    iso.map((text) => text.slice(0, 19)),
    aroundNow.map((hours) => nowMs + hours * 3_600_000),
    aroundNow.map((hours) => String(Math.floor(nowMs / 1000) + hours * 3_600)),
    fc.constantFrom(
      "2026-02-30",
      "1900-01-01",
      "2000-02-29",
      "1990-02-28T10:00:00Z",
      "2026-07-16T24:00",
      1e8,
      1e10,
      1e11,
      "20260716",
      true,
    ),
    fc.tuple(iso, iso).map(([one, other]) => ["x", one, other]),
  );
}

/** Tags that may be there in a test. */
export const DRAWN_TAGS = ["VIP", "试用'{p0:String}"] as const;
const tag = fc.record({ tag: fc.constantFrom(...DRAWN_TAGS), has: fc.boolean() });

/** Segments that may be there in a test. */
export const DRAWN_SEGMENTS = ["1", "2"] as const;
const segment = fc.record({ segment: fc.constantFrom(...DRAWN_SEGMENTS), in: fc.boolean() });

export const personCondition: fc.Arbitrary<PersonCondition> = fc.letrec<{ condition: PersonCondition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    did,
    trait,
    segment,
    tag,
    chance,
    fc.record({ all: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie("condition") }),
  ),
})).condition;

const rankedBy: fc.Arbitrary<RankedBy> = fc.oneof(
  fc.record({ trait: measuredPath }),
  fc.record({ did: ofDid, daysSince: fc.constant("last" as const) }),
  fc.record({
    did: ofDid,
    measure: fc.oneof(
      fc.record({ kind: fc.constantFrom("count" as const, ...DAY_MEASURES) }),
      fc.record({ kind: fc.constantFrom(...PROPERTY_MEASURES), property: measuredPath }),
    ),
    within: fc.option(within, { nil: undefined }),
  }),
);
const share: fc.Arbitrary<Share> = fc.oneof(
  fc.record({ percent: fc.constantFrom(0.01, 16.67, 20, 33.33, 50, 100) }),
  fc.record({ people: fc.integer({ min: 1, max: 4 }) }),
);
const band: fc.Arbitrary<Band> = fc.oneof(
  fc.record({ top: share }),
  fc.record({ bottom: share }),
  fc.record({ quantiles: fc.tuple(fc.constantFrom(0, 20, 33.33), fc.constantFrom(40, 66.67, 100)) }),
);
/** Where somebody stands among everyone, or among a segment. */
export const populationLeaf: fc.Arbitrary<PopulationLeaf> = fc
  .tuple(rankedBy, band, fc.option(fc.constantFrom(...DRAWN_SEGMENTS), { nil: undefined }), fc.boolean())
  .map(([population, stands, segment, zero]) => ({
    population,
    stands,
    ...(segment === undefined ? {} : { among: { segment, ...(zero && countsFromZero(population) ? { zero: true as const } : {}) } }),
  }));
/** Conditions with such a leaf, alone and beside others. */
export const populationCondition: fc.Arbitrary<PersonCondition> = fc.oneof(
  populationLeaf,
  fc.record({ not: populationLeaf }),
  fc.tuple(populationLeaf, personCondition).map(([leaf, other]) => ({ all: [other, leaf] })),
  fc.tuple(populationLeaf, personCondition).map(([leaf, other]) => ({ any: [{ not: leaf }, other] })),
);

/** A path and a value that lies there. */
export type Place = { readonly path: string; readonly at: Scalar };

/** Every value of an object with the path that leads to it, in lists too. */
export function placesOf(object: Json, before: readonly string[] = []): readonly Place[] {
  if (typeof object !== "object") return before.length === 0 ? [] : [{ path: before.join("."), at: object }];
  if (object === null) return [];
  return Array.isArray(object)
    ? (object as readonly Json[]).flatMap((each) => placesOf(each, before))
    : Object.entries(object).flatMap(([name, inner]) => placesOf(inner, [...before, name]));
}

/** Tests of what lies there, which random ones seldom are. */
export function testsOf(at: Scalar): readonly Test[] {
  const text = String(at);
  const [start, end] = [text.slice(0, 3).toWellFormed(), text.slice(-3).toWellFormed()];
  return [
    { is: [at] },
    { isNot: [text] },
    { isSet: true },
    ...(text === "" ? [] : [{ startsWith: start.toUpperCase() }, { contains: start }, { endsWith: end }]),
    ...(typeof at === "number" ? [{ between: [at, at] as const }, { gte: at }] : []),
  ];
}
