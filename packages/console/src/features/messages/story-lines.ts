import type { MessageNote, MessageStory } from "@terrace/contract/api/messages";

/** What tells how handing over ended. */
const ENDS: ReadonlySet<string> = new Set(["accepted", "refused", "retry", "unknown"]);

/** The notes of a message; that the provider took it at the first try is not noted, and stands where it was let go. */
export function storyLines({ notes, state }: Pick<MessageStory, "notes" | "state">): readonly MessageNote[] {
  const wasTaken = state === "sent" || state === "delivered";
  const letGo = notes.findLastIndex(({ what }) => what === "send");
  const sent = notes[letGo];
  if (!wasTaken || sent === undefined || notes.some(({ what }) => ENDS.has(what))) return notes;
  return [...notes.slice(0, letGo + 1), { at: sent.at, what: "accepted", reason: "", rule: null, details: {} }, ...notes.slice(letGo + 1)];
}
