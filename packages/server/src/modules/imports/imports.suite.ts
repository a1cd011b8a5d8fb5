import { EMPTY_CONTEXT, type FeedEvent, type RejectedEvent } from "@terrace/domain/event/feed-event";
import type { EventDraft } from "@terrace/domain/imports/event-draft";
import { readMapping } from "@terrace/domain/imports/read-mapping";
import type { Json } from "@terrace/domain/json";
import type { ImportCommands } from "./import.commands.ts";
import { sendFile, type SendOptions, type SendOutcome } from "./send-file.ts";

/** What collecting makes of a draft, without what it looks up; the id "bad" is refused. */
export function prepareFor(workspaceId: number, draft: EventDraft): FeedEvent | RejectedEvent {
  const { name, messageId, source, receivedAtMs } = draft;
  if (draft.ids.some(({ value }) => value === "bad"))
    return {
      workspaceId,
      source,
      code: "event.id_invalid",
      field: "user_id",
      detail: "no",
      payload: JSON.stringify(draft),
      truncated: false,
      form: "draft",
      messageId,
      name,
      receivedAtMs,
    };
  return {
    workspaceId,
    messageId,
    source,
    name,
    timeMs: draft.timeMs,
    receivedAtMs,
    ids: draft.ids,
    link: draft.link,
    properties: draft.properties,
    context: EMPTY_CONTEXT,
    traits: draft.traits,
    secrets: {},
  };
}

/** `cut` is shown every piece that is handed in, and may break the import off. */
export type RunMore = Partial<SendOptions> & { readonly cut?: (chunk: { rows: readonly (readonly string[])[] }) => void };

/** Sends a file to the import's own commands, as the command line does over HTTP. */
export async function runFile(
  subject: ImportCommands,
  workspaceId: number,
  { path, source }: { readonly path: string; readonly source: Json },
  more: RunMore = {},
): Promise<SendOutcome> {
  const mapping = readMapping(source);
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.fault));
  const who = { workspaceId, actor: "test", ip: "" };
  return sendFile({
    path,
    mapping: mapping.value,
    sink: {
      open: async (file) => unwrap(await subject.open(who, { ...file, mapping: source })),
      add: async (id, chunk) => {
        more.cut?.(chunk);
        return unwrap(await subject.addRows(who, id, chunk));
      },
    },
    ...more,
  });
}

export function unwrap<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.fault));
  return result.value;
}
