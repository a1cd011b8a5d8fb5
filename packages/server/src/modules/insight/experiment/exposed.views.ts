import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { anyEventSql, eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { jsonTextSql } from "../../../platform/storage/conditions/json-value-sql.ts";
import { inPeriod, perPerson, type Asking } from "../time/asking.ts";
import type { ExperimentPlan, ExposurePlan } from "./experiment-plan.ts";

/** The number of whoever saw only variants that there are not; those that there are count from 0. */
export const UNKNOWN_VARIANT = 63;
/** The number of whoever was exposed with a group or a session only. */
export const OTHER_UNIT = 62;

/**
 * One row per exposed person: `person`, the number of the `variant` of their first exposure, when that was as `at` (Unix ms), and whether they saw others of the
 * experiment's variants too (`conflict`), and by which shares the variant was drawn (`drawn`; `UNTOLD_PERIOD` where nothing says so). Of exposures at one instant the variant that stands first counts. An exposure to a variant that there is not, or of another
 * unit than a person, is none for whoever has others. Of exposures to one variant at one instant the lowest number of shares counts.
 */
export function exposedSql({ workspaceId, tools }: Asking, plan: ExposurePlan): ChStatement {
  const isExposure = anyEventSql(
    plan.exposures.map(({ of }) => of),
    tools,
  );
  // One number for the time, the variant and the shares, so that the least is the first one, and of those the foremost.
  const at = ch`if(variant >= ${otherUnit()}, ${NEVER}, toUInt64(toUnixTimestamp64Milli(time)))`;
  const first = ch`(${at} * 64 + variant) * 1024 + drawn`;
  const seen = ch`if(variant >= ${otherUnit()}, toUInt64(0), bitShiftLeft(toUInt64(1), variant))`;
  const perOrigin = ch`
    select origin_id, min(${first}) as first, groupBitOr(${seen}) as seen from (
      select origin_id, time, ${variantSql(plan, tools)} as variant, ${drawnSql(plan, tools)} as drawn from events
      where workspace_id = ${ch.value("UInt32", workspaceId)} and origin_id != 0 and ${tools.scope} and ${tools.startScope} and ${inPeriod(plan)} and ${isExposure})
    group by origin_id`;
  const people = perPerson(workspaceId, perOrigin, ch`min(per_origin.first) as first, groupBitOr(per_origin.seen) as seen`);
  const exposed = ch`
    select person, toUInt8(intDiv(first, 1024) % 64) as variant, toInt64(intDiv(first, 65536)) as at, toUInt16(first % 1024) as drawn, bitCount(seen) > 1 as conflict
    from (${people})`;
  return plan.leavesConflictsOut ? ch`select person, variant, at, drawn, conflict from (${exposed}) where not conflict` : exposed;
}

/**
 * Whom a question is about: the exposed of one experiment, or whoever was exposed to both of two. Of those `variant` is the number of both together, `at` the later of
 * their exposures, from which on both work, and `began` the earlier one, before which neither did.
 */
export function askedPeopleSql(asking: Asking, plan: ExperimentPlan): ChStatement {
  if (plan.both === null) return exposedSql(asking, plan);
  const [own, other] = plan.both.map(
    (each) => ch`select person, variant, at, conflict from (${exposedSql(asking, each)}) where variant < ${otherUnit()}`,
  );
  if (own === undefined || other === undefined) throw new RangeError("two experiments");
  const many = ch.value("UInt16", plan.both[1].variants.length);
  return ch`select own.person as person, toUInt16(own.variant * ${many} + other.variant) as variant, greatest(own.at, other.at) as at, least(own.at, other.at) as began, own.conflict or other.conflict as conflict
    from (${own}) as own inner join (${other}) as other on own.person = other.person`;
}

/** Later than all times there are (Unix ms), and small enough to stand before the numbers of variants and shares. */
const NEVER = ch`toUInt64(281474976710655)`;

/** The number of the shares by which a variant was drawn that nothing tells of. */
export const UNTOLD_PERIOD = 1_023;

function unknown(): ReturnType<typeof ch.value> {
  return ch.value("UInt8", UNKNOWN_VARIANT);
}

function otherUnit(): ReturnType<typeof ch.value> {
  return ch.value("UInt8", OTHER_UNIT);
}

/** The number of the shares that an exposure names: a whole number, as text or as a number. */
function drawnSql({ exposures, readsPeriods }: ExposurePlan, tools: Asking["tools"]): ChStatement {
  const untold = ch`${ch.value("UInt16", UNTOLD_PERIOD)}`;
  if (!readsPeriods) return untold;
  return exposures.reduce((otherwise: ChStatement, { of, period }) => {
    if (period === undefined) return otherwise;
    const named = ch`toUInt16(least(ifNull(toUInt64OrNull(${jsonTextSql("properties", period)}), ${untold}), ${untold}))`;
    return ch`if(${eventSelectorSql(of, tools)}, ${named}, ${otherwise})`;
  }, untold);
}

/** The number of the variant that an exposure names, or why it counts for none. */
function variantSql({ exposures, variants }: ExposurePlan, tools: Asking["tools"]): ChStatement {
  const text = (property: string | null): ChStatement =>
    property === null ? ch`${ch.value("String", variants[0] ?? "")}` : ch`ifNull(${jsonTextSql("properties", property)}, '')`;
  const [last, ...others] = exposures.toReversed();
  const named = others.reduce(
    (otherwise, { of, variant }) => ch`if(${eventSelectorSql(of, tools)}, ${text(variant)}, ${otherwise})`,
    text(last?.variant ?? null),
  );
  const numbers = variants.map((_, index) => index);
  const variant = ch`transform(${named}, ${ch.value("Array(String)", variants)}, ${ch.value("Array(UInt8)", numbers)}, ${unknown()})`;
  const ofOthers = exposures.flatMap(({ otherUnit: of }) => of ?? []);
  return ofOthers.length === 0 ? variant : ch`if(${anyEventSql(ofOthers, tools)}, ${otherUnit()}, ${variant})`;
}
