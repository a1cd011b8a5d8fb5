import { deepStrictEqual } from "node:assert/strict";
import type { TestTerrace } from "@terrace/testkit/terrace";
import type { Instance } from "./instance.ts";
import { changesTold } from "./people-fill.ts";
import { idOf, isAnonymous, nameOf, personCall, WORKSPACE } from "./people-made.ts";
import { PERSON_TABLES } from "./people-rows.ts";
import { drained } from "./watch.ts";

type Row = Readonly<Record<string, unknown>>;
/** What differs between two people of one shape. */
const VALUES = new Set([
  "value",
  "token",
  "wrapped_key",
  "ciphertext",
  "term",
  "changed_txid",
  "created_at",
  "first_at_ms",
  "joined_at_ms",
  "first_seen_ms",
  "last_seen_ms",
  "origin_id",
  "person_id",
  "low",
  "high",
]);

/**
 * Sends two people, one known and one not, through HTTP and compares every row they get with those of filled people; throws when they
 * differ. `size` people are filled.
 */
export async function checkShape(subject: TestTerrace, instance: Instance, size: number): Promise<void> {
  const [known, stranger] = [nextNumber(size, false), nextNumber(size, true)];
  await subject.send([personCall(known, Date.now()), personCall(stranger, Date.now())]);
  await drained(subject);
  await changesTold(instance.db);
  for (const sent of [known, stranger]) {
    const filled =
      Array.from({ length: size }, (_, number) => number).find(
        (number) => isAnonymous(number) === isAnonymous(sent) && nameOf(number).length === nameOf(sent).length,
      ) ?? 0;
    const [a, b] = await Promise.all([shapeOf(instance, sent), shapeOf(instance, filled)]);
    deepStrictEqual(b, a);
    const rows = Object.values(a).reduce((sum, list) => sum + list.length, 0);
    console.log(
      `a ${isAnonymous(sent) ? "stranger" : "known person"} from HTTP and a filled one have the same ${rows} rows in ${Object.values(a).filter((list) => list.length > 0).length} tables`,
    );
  }
}

function nextNumber(from: number, anonymous: boolean): number {
  let number = from;
  while (isAnonymous(number) !== anonymous) number += 1;
  return number;
}

/** All rows of a person by table, with what is different in everyone replaced by its kind. */
async function shapeOf({ db, privacy }: Instance, number: number): Promise<Record<string, readonly string[]>> {
  const { kind, value } = idOf(number);
  const personId = privacy.originId(WORKSPACE, kind, value);
  const origins = (
    await db<{ id: string }[]>`select origin_id as id from identity where workspace_id = ${WORKSPACE} and person_id = ${personId}`
  ).map(({ id }) => id);
  const shape: Record<string, readonly string[]> = {};
  for (const table of Object.keys(PERSON_TABLES)) {
    const key = table === "person" || table === "person_profile" ? "person_id" : table === "link" ? "low" : "origin_id";
    const rows = await db<Row[]>`select * from ${db(table)} where workspace_id = ${WORKSPACE} and ${db(key)} = any(${origins}::bigint[])`;
    shape[table] = rows.map((row) => JSON.stringify(Object.entries(row).map(([name, cell]) => [name, kindOf(name, cell)]))).toSorted();
  }
  return shape;
}

function kindOf(name: string, cell: unknown): unknown {
  if (cell === null) return null;
  if (name === "facets") return (cell as readonly unknown[]).length;
  if (VALUES.has(name)) return typeof cell === "string" ? textKind(cell) : cell instanceof Uint8Array ? "bytes" : typeof cell;
  // Which traits there are, how they came to be, and how many search terms stand for each.
  return typeof cell === "object"
    ? JSON.stringify(cell, (_, part: unknown) =>
        typeof part === "string" ? textKind(part) : typeof part === "number" ? 0 : withoutTokens(part),
      )
    : cell;
}

function textKind(text: string): string {
  if (text.startsWith("~")) return text.includes(".") ? text.slice(0, text.indexOf(".")) : "~";
  if (/^\d+$/.test(text)) return "number";
  return text.startsWith("t:") ? "t:" : "text";
}

function withoutTokens(part: unknown): unknown {
  if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key.startsWith("~") ? textKind(key) : key, inner as unknown]));
}
