import type { changeSegmentPeople, listedIdsSchema } from "@terrace/contract/api/segments";
import { SEGMENT_SIZE_MAX } from "@terrace/contract/api/segments";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { addToList, loadListed, lockSegment, takeOffList, type List } from "./list.store.ts";
import { copyUncopied } from "./member-copy.store.ts";
import type { SegmentDeps } from "./segment-deps.ts";
import { recordSegment } from "./segment.commands.ts";
import { countSegments, insertSegment, SEGMENTS_MAX } from "./segment.store.ts";

type ListedIds = z.output<typeof listedIdsSchema>;
export type ListChange = z.output<typeof changeSegmentPeople.body>;
export type ListChanged = z.output<typeof changeSegmentPeople.response>;

const STORED_ID = /^[1-9]\d{0,18}$/;
const STORED_ID_END = 2n ** 63n;

/** Keeps people by their ids as a list. Throws `segment.too_many`. */
export async function createList(
  deps: SegmentDeps,
  context: RouteContext,
  { name, list }: { readonly name: string; readonly list: ListedIds },
): Promise<{ readonly id: string; readonly unknown: number }> {
  const { workspaceId, actor } = context;
  const at = new Date(deps.nowMs());
  const made = await inTransaction(deps.db, async (tx) => {
    if ((await countSegments(tx, workspaceId)) >= SEGMENTS_MAX)
      throw faultError("segment.too_many", { mend: `A workspace has at most ${SEGMENTS_MAX} segments; delete those not in use` });
    const id = await insertSegment(tx, workspaceId, { name, kind: "list", madeFrom: null, createdAt: at, createdBy: actor });
    const { added, unknown } = await add(deps, tx, { workspaceId, segmentId: id, size: 0, at }, list);
    await recordSegment(deps, tx, context, { verb: "create", id, detail: { name, from: "list", people: added } });
    return { id, unknown };
  });
  await copyUncopied(deps, workspaceId, made.id, at);
  return made;
}

/** Takes people off a list, and puts others on it; who is in both stays on it, or comes. Throws `segment.not_found`, `segment.too_large`. */
export async function changeList(deps: SegmentDeps, context: RouteContext, segmentId: string, change: ListChange): Promise<ListChanged> {
  const { workspaceId } = context;
  const at = new Date(deps.nowMs());
  return inTransaction(deps.db, async (tx) => {
    const held = await lockSegment(tx, workspaceId, segmentId);
    if (held === undefined) throw faultError("segment.not_found", { field: "segment" });
    const off = await takeOff(deps, tx, { workspaceId, segmentId, at }, change);
    const size = held.size - off.members;
    const on = change.add === undefined ? NOTHING : await add(deps, tx, { workspaceId, segmentId, size, at }, change.add);
    await recordSegment(deps, tx, context, { verb: "update", id: segmentId, detail: { added: on.added, removed: off.removed } });
    return { added: on.added, removed: off.removed, unknown: on.unknown + off.unknown, size: size + on.added };
  });
}

const NOTHING = { added: 0, removed: 0, members: 0, unknown: 0 };

async function add(deps: SegmentDeps, tx: Tx, { workspaceId, segmentId, size, at }: List & { readonly size: number }, listed: ListedIds) {
  const { ids, invalid } = idsOf(deps, workspaceId, listed);
  const { people, members, known } = await loadListed(tx, workspaceId, segmentId, ids);
  const fresh = people.filter((personId) => !members.has(personId));
  if (size + fresh.length > SEGMENT_SIZE_MAX)
    throw faultError("segment.too_large", {
      field: "add",
      mend: `A segment has at most ${SEGMENT_SIZE_MAX.toLocaleString("en")} people; make another list`,
    });
  await addToList(tx, { workspaceId, segmentId, at }, fresh);
  return { added: fresh.length, unknown: invalid + ids.length - known };
}

async function takeOff(deps: SegmentDeps, tx: Tx, { workspaceId, segmentId, at }: List, { remove, add: put }: ListChange) {
  if (remove === undefined) return NOTHING;
  const { ids, invalid } = idsOf(deps, workspaceId, remove);
  const { members, known } = await loadListed(tx, workspaceId, segmentId, ids);
  const staying = put === undefined ? [] : (await loadListed(tx, workspaceId, segmentId, idsOf(deps, workspaceId, put).ids)).people;
  const stays = new Set(staying);
  const gone = [...members].filter(([personId]) => !stays.has(personId));
  const under = gone.flatMap(([, own]) => own);
  await takeOffList(tx, { workspaceId, segmentId, at }, under);
  return { added: 0, removed: gone.length, members: under.length, unknown: invalid + ids.length - known };
}

/** What ids are stored as, each once, and how many cannot be ids at all. */
export function idsOf(deps: SegmentDeps, workspaceId: number, { identity, values }: ListedIds) {
  const ids = new Set<string>();
  const invalid = new Set<string>();
  for (const value of values) {
    const id = storedId(deps, workspaceId, identity, value);
    if (id === undefined) invalid.add(value);
    else ids.add(id);
  }
  return { ids: [...ids], invalid: invalid.size };
}

function storedId(deps: SegmentDeps, workspaceId: number, identity: ListedIds["identity"], value: string): string | undefined {
  if (identity === "person") return STORED_ID.test(value) && BigInt(value) < STORED_ID_END ? value : undefined;
  const id = normaliseIdentity(identity, value);
  return id.ok ? deps.privacy.originId(workspaceId, id.value.kind, id.value.value) : undefined;
}
