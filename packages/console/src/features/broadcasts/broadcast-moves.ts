import type { BroadcastRow } from "@terrace/contract/api/broadcasts";

export const MOVES = ["submit", "approve", "reject", "stop", "resume", "cancel"] as const;
export type Move = (typeof MOVES)[number];
export type Act = Move | "edit" | "delete";

type Asked = { readonly state: BroadcastRow["state"]; readonly write: boolean; readonly approve: boolean };

/** What somebody may do with a broadcast where it stands; the next step last. */
export function actsOf({ state, write, approve }: Asked): readonly Act[] {
  const written = (...acts: readonly Act[]): readonly Act[] => (write ? acts : []);
  const approved = (...acts: readonly Act[]): readonly Act[] => (approve ? acts : []);
  if (state === "draft") return written("delete", "edit", "submit");
  if (state === "in_review") return [...written("edit"), ...approved("reject", "approve")];
  if (state === "scheduled" || state === "running") return written("cancel", "stop");
  return state === "stopped" ? [...written("cancel"), ...approved("resume")] : [];
}
