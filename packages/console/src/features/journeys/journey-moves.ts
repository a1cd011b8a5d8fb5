import type { JourneyView } from "@terrace/contract/api/journeys";
import { isClosed } from "./journey-closed.ts";
import type { Move } from "./MoveModal.tsx";

export type Act = Move | "duplicate";
type Rights = { readonly write: boolean; readonly approve: boolean };
type Moves = { readonly main: readonly Move[]; readonly more: readonly Act[] };

/** What takes the next version further, and who may. */
const ONWARD = { draft: "submit", in_review: "approve", approved: "start", live: undefined, retired: undefined } as const;
const HOLDING = { draft: [], live: ["pause"], paused: ["resume"], archived: [] } as const;

/** What may be done with a journey where it stands: buttons, the last the one to be done next, and what is behind "more". */
export function movesOf(journey: Pick<JourneyView, "state" | "live" | "next">, rights: Rights): Moves {
  const duplicate: readonly Act[] = rights.write ? ["duplicate"] : [];
  if (journey.state === "archived") return { main: [], more: duplicate };
  const onward = onwardMoves(journey.next, rights);
  if (!rights.approve) return { main: onward, more: duplicate };
  return {
    main: [...HOLDING[journey.state], ...onward],
    more: [...backMoves(journey.next), ...entryMoves(journey), ...duplicate, "archive"],
  };
}

function onwardMoves(next: JourneyView["next"], { write, approve }: Rights): readonly Move[] {
  const move = next === null ? undefined : ONWARD[next.state];
  return move !== undefined && (move === "submit" ? write : approve) ? [move] : [];
}

function backMoves(next: JourneyView["next"]): readonly Move[] {
  return next?.state === "in_review" || next?.state === "approved" ? ["reject"] : [];
}

function entryMoves(journey: Pick<JourneyView, "state" | "live">): readonly Move[] {
  if (isClosed(journey)) return ["reopen"];
  return journey.live === null ? [] : ["close"];
}
