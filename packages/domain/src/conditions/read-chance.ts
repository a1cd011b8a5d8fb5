import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import type { ChanceLeaf } from "./condition.ts";
import { hasOnly, refuse, type Reading } from "./reading.ts";
import { mendOf } from "./mends.ts";

/** UTF-16 code units of a seed. */
export const SEED_MAX = 64;

/** Reads into which part of everyone a person must fall. */
export function readChance(json: JsonObject, path: string, reading: Reading): ChanceLeaf | undefined {
  if (!hasOnly(json, { path, keys: ["chance"], beside: "chance" }, reading)) return undefined;
  const { chance } = json;
  if (!isJsonObject(chance)) return refuse(reading, `${path}.chance`, mendOf("percentAndSeed"));
  if (!hasOnly(chance, { path: `${path}.chance`, keys: ["percent", "seed"] }, reading)) return undefined;
  const percent = readPercent(chance["percent"], `${path}.chance.percent`, reading);
  const { seed } = chance;
  const isSeed = typeof seed === "string" && seed !== "" && seed.length <= SEED_MAX && seed.isWellFormed() && !seed.includes("\u0000");
  if (!isSeed) return refuse(reading, `${path}.chance.seed`, mendOf("seed", { max: SEED_MAX }));
  return percent === undefined ? undefined : { chance: { percent, seed } };
}

const PERCENT_MEND = mendOf("firstTenth");

function readPercent(json: Json | undefined, path: string, reading: Reading): readonly [number, number] | undefined {
  if (!Array.isArray(json) || json.length !== 2) return refuse(reading, path, PERCENT_MEND);
  const [from, to] = json as readonly Json[];
  const isPercent = (each: Json | undefined): each is number =>
    typeof each === "number" && each >= 0 && each <= 100 && Math.round(each * 100) / 100 === each;
  return isPercent(from) && isPercent(to) && from < to ? [from === 0 ? 0 : from, to] : refuse(reading, path, PERCENT_MEND);
}
