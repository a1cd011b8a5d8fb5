import { CHANCE_PARTS, partsOf } from "@terrace/domain/conditions/chance";
import type { ChanceLeaf } from "@terrace/domain/conditions/condition";
import { ch, type ChStatement } from "../clickhouse.ts";
import type { Among } from "./among.ts";

/** The condition that a person falls into a part of everyone; the engine's half of `chancePart`. Nobody falls into none. */
export function chanceSql({ person }: Among, { chance: { percent, seed } }: ChanceLeaf): ChStatement {
  const [from, to] = partsOf(percent);
  const part = ch`(murmurHash3_32(concat(${ch.value("String", `${seed}:`)}, toString(${person}))) % ${ch.value("UInt16", CHANCE_PARTS)})`;
  return ch`(${person} != 0 and ${part} >= ${ch.value("UInt16", from)} and ${part} < ${ch.value("UInt16", to)})`;
}
