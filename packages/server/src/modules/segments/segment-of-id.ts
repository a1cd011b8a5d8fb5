import { faultError } from "../../platform/http/fault-error.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { findSegment, type SegmentRow } from "./segment.store.ts";

const ID = /^[1-9]\d{0,17}$/;

/** The segment of an id from outside; throws `segment.not_found`. */
export async function segmentOrThrow(db: Db | Tx, workspaceId: number, id: string): Promise<SegmentRow> {
  const row = ID.test(id) ? await findSegment(db, workspaceId, id) : undefined;
  if (row === undefined) throw unknownSegment();
  return row;
}

/** There is no such segment. */
export function unknownSegment(): Error {
  return faultError("segment.not_found", { field: "segment" });
}
