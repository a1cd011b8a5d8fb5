import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import type { EventCondition, EventSelector, Measure, Band, PopulationLeaf, RankedAmong, RankedBy, Share } from "./condition.ts";
import { hundredthsOf, PERCENT_UNIT } from "./population.ts";
import { readMeasure } from "./read-did.ts";
import { isPath, PATH_MEND } from "./read-path.ts";
import { readWithin } from "./read-within.ts";
import { hasOnly, isSegmentId, refuse, wholeNumber, type Reading } from "./reading.ts";
import { mendOf } from "./mends.ts";

/** Ways to put everyone in order that one condition may ask for. */
export const POPULATIONS_MAX = 5;
/** People of a top or bottom. */
export const RANK_MAX = 1_000_000;

type ReadSelector = (json: unknown, path: string) => EventSelector<EventCondition> | undefined;

/** Reads how somebody must stand among others. */
export function readPopulation(json: JsonObject, path: string, readSelector: ReadSelector, reading: Reading): PopulationLeaf | undefined {
  reading.populations += 1;
  if (reading.populations > POPULATIONS_MAX)
    return refuse(reading, path, mendOf("populations", { max: POPULATIONS_MAX }), "condition.too_large");
  if (!hasOnly(json, { path, keys: ["population", "stands", "among"], beside: "population" }, reading)) return undefined;
  const population = readBy(json["population"], `${path}.population`, readSelector, reading);
  const stands = readBand(json["stands"], `${path}.stands`, reading);
  const among = json["among"] === undefined ? undefined : readAmong(json["among"], `${path}.among`, reading);
  if (population === undefined || stands === undefined || reading.fault !== undefined) return undefined;
  if (among?.zero === true && !countsFromZero(population)) return refuse(reading, `${path}.among.zero`, mendOf("noZero"));
  return { population, stands, ...(among === undefined ? {} : { among }) };
}

const COUNTED: readonly string[] = ["count", "sum", "distinct", "days", "streak"];

/** Whether doing nothing of the kind can be said to be nought. */
export function countsFromZero(by: RankedBy): boolean {
  return "measure" in by && COUNTED.includes(by.measure.kind);
}

const BY_MEND = mendOf("rankedBy");

function readBy(json: Json | undefined, path: string, readSelector: ReadSelector, reading: Reading): RankedBy | undefined {
  if (!isJsonObject(json)) return refuse(reading, path, BY_MEND);
  if (Object.hasOwn(json, "trait")) return readTraitBy(json, path, reading);
  if (!Object.hasOwn(json, "did")) return refuse(reading, path, BY_MEND);
  const isSince = Object.hasOwn(json, "daysSince");
  if (!hasOnly(json, { path, keys: isSince ? ["did", "daysSince"] : ["did", "measure", "within"] }, reading)) return undefined;
  const did = readSelector(json["did"], `${path}.did`);
  if (did === undefined) return undefined;
  return isSince ? readSince(json["daysSince"], did, path, reading) : readMeasuredBy(json, did, path, reading);
}

function readSince(json: Json | undefined, did: EventSelector<EventCondition>, path: string, reading: Reading): RankedBy | undefined {
  return json === "last" ? { did, daysSince: "last" } : refuse(reading, `${path}.daysSince`, mendOf("last"));
}

function readMeasuredBy(json: JsonObject, did: EventSelector<EventCondition>, path: string, reading: Reading): RankedBy | undefined {
  const within = json["within"] === undefined ? undefined : readWithin(json["within"], `${path}.within`, reading);
  const measure = readRankedMeasure(json["measure"], `${path}.measure`, reading);
  if (measure === undefined || reading.fault !== undefined) return undefined;
  return { did, measure, ...(within === undefined ? {} : { within }) };
}

function readTraitBy(json: JsonObject, path: string, reading: Reading): RankedBy | undefined {
  if (!hasOnly(json, { path, keys: ["trait"] }, reading)) return undefined;
  const { trait } = json;
  return isPath(trait) ? { trait } : refuse(reading, `${path}.trait`, PATH_MEND);
}

function readRankedMeasure(json: Json | undefined, path: string, reading: Reading): Measure | { readonly kind: "count" } | undefined {
  if (!isJsonObject(json) || json["kind"] !== "count") return readMeasure(json, path, reading);
  return hasOnly(json, { path, keys: ["kind"] }, reading) ? { kind: "count" } : undefined;
}

const BAND_MEND = mendOf("oneOf", { choices: "top, bottom, quantiles" });

function readBand(json: Json | undefined, path: string, reading: Reading): Band | undefined {
  if (!isJsonObject(json)) return refuse(reading, path, BAND_MEND);
  const [key, ...others] = Object.keys(json);
  if (others.length > 0 || key === undefined) return refuse(reading, path, BAND_MEND);
  if (key === "quantiles") return readQuantiles(json[key], `${path}.quantiles`, reading);
  if (key !== "top" && key !== "bottom") return refuse(reading, path, BAND_MEND);
  const share = readShare(json[key], `${path}.${key}`, reading);
  if (share === undefined) return undefined;
  return key === "top" ? { top: share } : { bottom: share };
}

function readShare(json: Json | undefined, path: string, reading: Reading): Share | undefined {
  if (isJsonObject(json) && Object.hasOwn(json, "people")) {
    if (!hasOnly(json, { path, keys: ["people"] }, reading)) return undefined;
    const people = wholeNumber(json["people"], { path: `${path}.people`, min: 1, max: RANK_MAX }, reading);
    return people === undefined ? undefined : { people };
  }
  if (!isJsonObject(json)) return refuse(reading, path, mendOf("share"));
  if (!hasOnly(json, { path, keys: ["percent"] }, reading)) return undefined;
  const { percent } = json;
  return isPercent(percent) && percent > 0 ? { percent } : refuse(reading, `${path}.percent`, mendOf("percent"));
}

const QUANTILES_MEND = mendOf("highestFifth");

function readQuantiles(json: Json | undefined, path: string, reading: Reading): Band | undefined {
  if (!Array.isArray(json) || json.length !== 2) return refuse(reading, path, QUANTILES_MEND);
  const [from, to] = json as readonly Json[];
  return isPercent(from) && isPercent(to) && from < to ? { quantiles: [from === 0 ? 0 : from, to] } : refuse(reading, path, QUANTILES_MEND);
}

function isPercent(json: Json | undefined): json is number {
  return typeof json === "number" && json >= 0 && json <= 100 && hundredthsOf(json) / PERCENT_UNIT === json;
}

function readAmong(json: Json | undefined, path: string, reading: Reading): RankedAmong | undefined {
  if (!isJsonObject(json)) return refuse(reading, path, mendOf("segmentObject"));
  if (!hasOnly(json, { path, keys: ["segment", "zero"] }, reading)) return undefined;
  const { segment, zero } = json;
  if (!isSegmentId(segment)) return refuse(reading, `${path}.segment`, mendOf("segmentId"));
  if (zero !== undefined && zero !== true) return refuse(reading, `${path}.zero`, mendOf("trueOrNothing"));
  return zero === undefined ? { segment } : { segment, zero };
}
