import { SEGMENT_SIZE_MAX } from "@terrace/contract/api/segments";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { copyUncopied } from "./member-copy.store.ts";
import type { SegmentDeps } from "./segment-deps.ts";
import { addMembers, countSegments, insertSegment, saveSize, SEGMENTS_MAX, type NewSegment } from "./segment.store.ts";

export type Snapshot = {
  readonly name: string;
  readonly madeFrom: Uint8Array | null;
  /** Ids of people, some at a time. */
  readonly people: AsyncIterator<readonly string[]>;
  /** What the audit log says of where they come from. */
  readonly origin: string;
};
export type Taken = { readonly id: string; readonly size: number; readonly unknown: number };

/** Keeps the people of this moment under a name. Throws `segment.too_large`, `segment.too_many`. */
export async function takeSnapshot(deps: SegmentDeps, context: RouteContext, snapshot: Snapshot): Promise<Taken> {
  const { workspaceId } = context;
  // The first ones are waited for before a transaction is open: a query may take its time.
  const first = await snapshot.people.next();
  const taken = await inTransaction(deps.db, async (tx) => {
    if ((await countSegments(tx, workspaceId)) >= SEGMENTS_MAX)
      throw faultError("segment.too_many", { mend: `A workspace has at most ${SEGMENTS_MAX} segments; delete those not in use` });
    const { name, madeFrom, origin } = snapshot;
    const made: NewSegment = { name, kind: "snapshot", madeFrom, createdAt: new Date(deps.nowMs()), createdBy: context.actor };
    const id = await insertSegment(tx, workspaceId, made);
    const unknown = await takeIn(tx, { workspaceId, segmentId: id, first, rest: snapshot.people });
    const size = await saveSize(tx, workspaceId, id);
    await recordSegment(deps, tx, context, { verb: "create", id, detail: { name, from: origin, people: size } });
    return { id, size, unknown };
  });
  await copyUncopied(deps, workspaceId, taken.id, new Date(deps.nowMs()));
  return taken;
}

async function takeIn(
  tx: Tx,
  {
    workspaceId,
    segmentId,
    first,
    rest,
  }: {
    readonly workspaceId: number;
    readonly segmentId: string;
    readonly first: IteratorResult<readonly string[]>;
    readonly rest: AsyncIterator<readonly string[]>;
  },
): Promise<number> {
  let [unknown, taken] = [0, 0];
  for (let part = first; part.done !== true; part = await rest.next()) {
    taken += part.value.length;
    if (taken > SEGMENT_SIZE_MAX)
      throw faultError("segment.too_large", {
        field: "from",
        mend: `A segment has at most ${SEGMENT_SIZE_MAX.toLocaleString("en")} people; narrow the question`,
      });
    unknown += await addMembers(tx, workspaceId, segmentId, part.value);
  }
  return unknown;
}

export type SegmentAct = {
  readonly verb: "create" | "update" | "delete";
  readonly id: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
};

/** Writes a change into the audit log. */
export async function recordSegment(deps: SegmentDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, act: SegmentAct): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action: `segment.${act.verb}`, target: `segment:${act.id}`, detail: act.detail, ip });
}
