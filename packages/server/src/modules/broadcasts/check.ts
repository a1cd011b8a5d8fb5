import type { Broadcast } from "@terrace/domain/broadcasts/broadcast";
import { dayOfIso } from "@terrace/domain/time/zoned-time";
import type { FaultCode } from "@terrace/contract/faults";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { BroadcastDeps, TemplateTold } from "./broadcast-deps.ts";

export type BroadcastFault = { readonly field: string; readonly code: FaultCode; readonly text: string };

type Checking = Pick<BroadcastDeps, "segments" | "templates" | "purposes">;

/** Everything that keeps a broadcast from being sent, by field. */
export async function faultsOf(
  deps: Checking,
  sql: Db | Tx,
  workspaceId: number,
  broadcast: Broadcast,
): Promise<readonly BroadcastFault[]> {
  const faults = await segmentFaults(deps, workspaceId, broadcast);
  const purposes = await deps.purposes(workspaceId);
  if (!purposes.has(broadcast.purpose))
    faults.push({ field: "purpose", code: "broadcast.no_such_purpose", text: "Choose a purpose of consent" });
  if (broadcast.begins !== null && localMsOf(broadcast.begins) === undefined)
    faults.push({ field: "begins", code: "broadcast.no_such_time", text: "Give a day and a time that there are" });
  const ids = broadcast.variants.map(({ template }) => template);
  const templates = await deps.templates(sql, workspaceId, ids);
  for (const [at, id] of ids.entries()) {
    const fault = templateFault(templates.get(id), broadcast);
    if (fault !== undefined) faults.push({ field: `variants.${at}.template`, ...fault });
  }
  return faults;
}

async function segmentFaults(deps: Checking, workspaceId: number, { segment, without }: Broadcast): Promise<BroadcastFault[]> {
  const named = { segment, ...(without === null ? {} : { without }) };
  const known = await deps.segments.names(workspaceId, Object.values(named));
  return Object.entries(named).flatMap(([field, id]) =>
    known.has(id) ? [] : [{ field, code: "broadcast.no_such_segment", text: "Choose a segment of this workspace" }],
  );
}

function templateFault(told: TemplateTold | undefined, { channel }: Broadcast): Omit<BroadcastFault, "field"> | undefined {
  if (told === undefined || told.archived) return { code: "broadcast.no_such_template", text: "Choose a template of this workspace" };
  if (told.publishedVersion === null) return { code: "broadcast.template_unpublished", text: "Publish the template first" };
  if (told.channel !== channel)
    return { code: "broadcast.other_channel", text: `Choose a template for ${channel}; this one is for ${told.channel}` };
  if (told.transactional)
    return { code: "broadcast.transactional", text: "Choose a template that is not transactional: a broadcast is nobody's own affair" };
  return undefined;
}

/** `2026-07-01T09:00` as if it were UTC, in ms; undefined when there is no such day or time. */
export function localMsOf(text: string): number | undefined {
  const day = dayOfIso(text.slice(0, 10));
  const [hour = 99, minute = 99] = text.slice(11).split(":").map(Number);
  return day === undefined || hour > 23 || minute > 59 ? undefined : day * 86_400_000 + hour * 3_600_000 + minute * 60_000;
}
