import type { IdentityRef } from "../identity/identity-kinds.ts";
import type { EventDraft } from "../imports/event-draft.ts";
import { ok, type Result } from "../result.ts";
import { exceedsBytes } from "./decode-item.ts";
import { gatherIds } from "./event-ids.ts";
import type { FeedEvent, RejectedEvent } from "./feed-event.ts";
import { finishEvent, type FinishContext } from "./raw-event.ts";
import { printItem, rejectItem } from "./reject-event.ts";

/** Item events and stocks describe goods, and a channel is seen by a crowd; every other event belongs to someone. */
const NOBODYS = new Set(["$item_set", "$item_delete", "Inventory Updated", "Channel Exposure"]);

/**
 * An event made inside Terrace, taken through the same gate as one from outside: ids normalised, properties sanitised, personal
 * values behind tokens. Answers with the event, or with what belongs in quarantine (told apart by `code`).
 */
export function prepareEvent(draft: EventDraft, tools: Omit<FinishContext, "workspaceId" | "receivedAtMs">): FeedEvent | RejectedEvent {
  const marked = new Set(draft.marked);
  const context: FinishContext = {
    ...tools,
    workspaceId: draft.workspaceId,
    receivedAtMs: draft.receivedAtMs,
    isMarkedPersonal: (event, property) => marked.has(property) || tools.isMarkedPersonal(event, property),
  };
  const event = prepare(draft, context);
  if (event.ok) return event.value;
  const outcome = rejectItem(
    { source: draft.source, item: draft, form: "draft", name: draft.name, messageId: draft.messageId },
    event.fault,
    context,
  );
  if ("rejected" in outcome) return outcome.rejected;
  throw new Error("a rejected draft has no rejection");
}

function prepare(draft: EventDraft, context: FinishContext): Result<FeedEvent> {
  if (exceedsBytes(printItem([draft.properties, draft.traits]), draft.sizeMax))
    return {
      ok: false,
      fault: { code: "event.too_large", field: "properties", mend: `An event has at most ${draft.sizeMax} bytes as JSON` },
    };
  const ids = readIds(draft);
  if (!ids.ok) return ids;
  return finishEvent(
    {
      source: draft.source,
      messageId: draft.messageId,
      name: draft.name,
      timeMs: draft.timeMs,
      ids: ids.value.ids,
      notes: ids.value.notes,
      link: draft.link,
      properties: draft.properties,
      traits: draft.traits,
      context: { columns: draft.context },
    },
    context,
  );
}

function readIds(draft: EventDraft): Result<{ readonly ids: readonly IdentityRef[]; readonly notes: readonly string[] }> {
  if (draft.ids.length === 0 && NOBODYS.has(draft.name)) return ok({ ids: [], notes: [] });
  return gatherIds(draft.ids.length === 0 ? [["user_id", undefined, "ids"]] : draft.ids.map(({ kind, value }) => [kind, value, kind]));
}
