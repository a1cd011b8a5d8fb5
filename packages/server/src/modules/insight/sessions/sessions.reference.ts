import { isTold } from "@terrace/domain/event/segment-events";
import { inOrder, type ReferenceEvent } from "../sequence/reference-event.ts";

export type ReferenceSession = { readonly person: string; readonly beginMs: number; readonly endMs: number; readonly size: number };

/** Slow and obvious: the sessions of everybody, of what they did themselves. */
export function referenceSessions(
  plan: { readonly fromMs: number; readonly toMs: number; readonly gapMs: number },
  events: readonly ReferenceEvent[],
): readonly ReferenceSession[] {
  const sessions: { person: string; beginMs: number; endMs: number; size: number }[] = [];
  for (const person of new Set(events.map((event) => event.person))) {
    let open: (typeof sessions)[number] | undefined;
    for (const { atMs } of inOrder(
      events.filter((event) => event.person === person && event.atMs >= plan.fromMs && event.atMs < plan.toMs && !isTold(event.name)),
    )) {
      if (open === undefined || atMs - open.endMs >= plan.gapMs) {
        open = { person, beginMs: atMs, endMs: atMs, size: 0 };
        sessions.push(open);
      }
      open.endMs = atMs;
      open.size += 1;
    }
  }
  return sessions;
}
