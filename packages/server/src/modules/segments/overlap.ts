import type * as api from "@terrace/contract/api/segment-figures";
import type { z } from "zod";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { loadOverlap, loadOverlapPeople, type OverlapRow } from "./overlap.views.ts";
import type { SegmentDeps } from "./segment-deps.ts";
import { segmentOrThrow } from "./segment-of-id.ts";

export type OverlapAsked = z.output<typeof api.listOverlapPeople.body>;
type Overlap = z.output<typeof api.overlapSegments.response>;
const PEOPLE_BATCH = 10_000;

/** How segments overlap. Throws `segment.not_found`. */
export async function overlap(
  deps: SegmentDeps,
  context: RouteContext,
  segmentIds: readonly string[],
  queryId: string | undefined,
): Promise<Overlap> {
  const { workspaceId } = context;
  const segments = await Promise.all(segmentIds.map((id) => segmentOrThrow(deps.db, workspaceId, id)));
  const { answer: rows, meta } = await deps.ask({ kind: "segment_overlap", body: {}, queryId }, context, (_tools, read) =>
    loadOverlap(read, workspaceId, segmentIds),
  );
  return {
    segments: segments.map(({ id, name, kind }, index) => ({ id, name, kind, people: sumOf(rows, (mask) => (mask & (1 << index)) !== 0) })),
    union: sumOf(rows, () => true),
    intersections: intersectionsOf(segmentIds, rows),
    meta,
  };
}

function sumOf(rows: readonly OverlapRow[], counts: (mask: number) => boolean): number {
  return rows.reduce((sum, { mask, people }) => (counts(mask) ? sum + people : sum), 0);
}

function intersectionsOf(segmentIds: readonly string[], rows: readonly OverlapRow[]): Overlap["intersections"] {
  const people = new Map(rows.map((row) => [row.mask, row.people]));
  const masks = Array.from({ length: 2 ** segmentIds.length - 1 }, (_, index) => index + 1);
  return masks
    .map((mask) => ({ mask, in: segmentIds.filter((_, index) => (mask & (1 << index)) !== 0), people: people.get(mask) ?? 0 }))
    .toSorted((a, b) => b.people - a.people || a.in.length - b.in.length || a.mask - b.mask)
    .map(({ mask: _mask, ...intersection }) => intersection);
}

/** A page of the people of an intersection. */
export async function overlapPage(
  deps: SegmentDeps,
  context: RouteContext,
  asked: OverlapAsked,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<z.output<typeof api.listOverlapPeople.response>> {
  const after = cursor === undefined ? "0" : String(decodeCursor(cursor, ["string"])[0]);
  if (!/^\d{1,20}$/.test(after))
    throw faultError("request.invalid", { field: "cursor", mend: "Use the nextCursor of the page before, unchanged" });
  const ids = await peopleFrom(deps, context, asked, { after, limit: limit + 1 });
  const page = ids.slice(0, limit);
  const last = page.at(-1);
  const names = page.length === 0 ? undefined : await deps.displayNames(context.workspaceId, page, context.fields);
  return {
    items: page.flatMap((personId) => {
      const known = names?.get(personId);
      return known === undefined ? [] : [{ personId, displayName: known.displayName }];
    }),
    ...(ids.length > limit && last !== undefined ? { nextCursor: encodeCursor([last]) } : {}),
  };
}

/** Everyone of an intersection, some at a time. */
export async function* overlapPeople(deps: SegmentDeps, context: RouteContext, asked: OverlapAsked): AsyncGenerator<readonly string[]> {
  for (let after = "0"; ;) {
    const ids = await peopleFrom(deps, context, asked, { after, limit: PEOPLE_BATCH });
    if (ids.length > 0) yield ids;
    const last = ids.at(-1);
    if (last === undefined || ids.length < PEOPLE_BATCH) return;
    after = last;
  }
}

async function peopleFrom(
  deps: SegmentDeps,
  context: RouteContext,
  { segments, cell }: OverlapAsked,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const { workspaceId } = context;
  const stray = cell.in.find((id) => !segments.includes(id));
  if (stray !== undefined)
    throw faultError("request.invalid", { field: "cell.in", mend: "Name only segments of `segments`", details: { segment: stray } });
  for (const id of segments) await segmentOrThrow(deps.db, workspaceId, id);
  const mask = segments.reduce((bits, id, index) => (cell.in.includes(id) ? bits | (1 << index) : bits), 0);
  const { answer } = await deps.ask({ kind: "segment_overlap", body: {} }, context, (_tools, read) =>
    loadOverlapPeople(read, workspaceId, { segmentIds: segments, mask, ...page }),
  );
  return answer;
}
