import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import { createHash } from "node:crypto";
import type { PersonalDataHolder } from "../../../platform/personal-data/holder.ts";
import { inTransaction, type Db, type Tx } from "../../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../../privacy/module.ts";
import {
  closeRows,
  deleteOldRows,
  deleteRowsOf,
  discardRows,
  insertQuarantine,
  loadOpenRows,
  type OpenRow,
  type QuarantineSelection,
} from "./quarantine.store.ts";
import { createQuarantineHolder } from "./quarantine-holder.ts";
import { countOpen } from "./quarantine.views.ts";
import { openText, sealText } from "../../../platform/sealed-text.ts";

export type QuarantineDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "tokenise" | "encryptPayload" | "decryptPayload">;
  readonly accept: (events: readonly FeedEvent[], rejected: readonly RejectedEvent[]) => Promise<void>;
  /** Decodes a payload again as it would be decoded at the door today; undefined when it is still bad. */
  readonly redecode: (rejected: Replayable) => readonly FeedEvent[] | undefined;
  /** Whether a decoded event would be kept out again. */
  readonly objects: (event: FeedEvent) => Promise<boolean>;
  /** Resolves when every process has taken in the last edit of a definition: else one that has not would keep the events out again. */
  readonly editsSettled: (workspaceId: number) => Promise<void>;
  readonly nowMs: () => number;
};

export type Replayable = Pick<OpenRow, "source" | "form" | "messageId"> & {
  readonly workspaceId: number;
  readonly payload: string;
  readonly receivedAtMs: number;
};

export type Quarantine = {
  /** Keeps rejected events, each once however often it is handed in. */
  readonly add: (tx: Tx, rejected: readonly RejectedEvent[]) => Promise<void>;
  readonly openCount: (workspaceId: number) => Promise<number>;
  /** Sends open rows through the pipeline again; rows that are still bad stay open. */
  readonly replay: (
    workspaceId: number,
    selection: QuarantineSelection,
    actor: string,
  ) => Promise<{ readonly replayed: number; readonly stillBad: number }>;
  readonly holder: PersonalDataHolder;
  readonly discard: (tx: Tx, workspaceId: number, selection: QuarantineSelection, actor: string) => Promise<number>;
  /** Deletes what came in before an instant: of one event, or ("") of all but some. Answers how many rows. */
  readonly purge: (
    workspaceId: number,
    of: { readonly event: string; readonly except: readonly string[]; readonly before: Date },
  ) => Promise<number>;
  /** Deletes what is older than `RETENTION_DAYS`. */
  readonly sweep: () => Promise<void>;
};

export const RETENTION_DAYS = 30;
const DAY_MS = 86_400_000;
const ROWS_PER_STEP = 250;
const SWEEP_ROWS = 5_000;
const DETAIL_LENGTH_MAX = 500;

/** Bad events with their reasons. */
export function createQuarantine(deps: QuarantineDeps): Quarantine {
  return {
    add: async (tx, rejected) => {
      if (rejected.length > 0)
        await insertQuarantine(
          tx,
          rejected.map((event) => sealed(deps.privacy, event)),
        );
    },
    openCount: (workspaceId) => countOpen(deps.db, workspaceId),
    replay: async (workspaceId, selection, actor) => {
      const total = { replayed: 0, stillBad: 0 };
      let afterId = "0";
      for (;;) {
        const step = await replayStep(deps, { workspaceId, selection, actor, afterId });
        total.replayed += step.replayed;
        total.stillBad += step.stillBad;
        if (step.lastId === undefined) return total;
        afterId = step.lastId;
      }
    },
    discard: discardRows,
    purge: async (workspaceId, of) => {
      let purged = 0;
      for (;;) {
        const step = await inTransaction(deps.db, (tx) => deleteRowsOf(tx, workspaceId, of, SWEEP_ROWS));
        purged += step;
        if (step < SWEEP_ROWS) return purged;
      }
    },
    holder: createQuarantineHolder(deps),
    sweep: async () => {
      const before = new Date(deps.nowMs() - RETENTION_DAYS * DAY_MS);
      while ((await inTransaction(deps.db, (tx) => deleteOldRows(tx, before, SWEEP_ROWS))) === SWEEP_ROWS);
    },
  };
}

function sealed(privacy: QuarantineDeps["privacy"], event: RejectedEvent): Parameters<typeof insertQuarantine>[1][number] {
  const { workspaceId, receivedAtMs, source, name, messageId, code, field, detail, payload, truncated, form = "item" } = event;
  // Keyed, because a plain hash of a short payload could be guessed back.
  const digest = privacy.tokenise(workspaceId, "marked", createHash("sha256").update(payload).digest("base64url"));
  return {
    workspaceId,
    receivedAtMs,
    source,
    name,
    messageId,
    code,
    field,
    detail: detail.slice(0, DETAIL_LENGTH_MAX),
    digest,
    form,
    truncated,
    payload: sealText(privacy, payload),
  };
}

type Step = { readonly workspaceId: number; readonly selection: QuarantineSelection; readonly actor: string; readonly afterId: string };

/**
 * Replays up to `ROWS_PER_STEP` rows. The events reach the feed before the rows are closed: after a crash in between, or when two replays
 * meet, they are sent once more and dropped as repeats, because their de-duplication key names the row. Nothing is locked meanwhile, since
 * a transaction waiting for the feed could keep the feed from a connection.
 */
async function replayStep(
  deps: QuarantineDeps,
  { workspaceId, selection, actor, afterId }: Step,
): Promise<{ replayed: number; stillBad: number; lastId: string | undefined }> {
  const rows = await loadOpenRows(deps.db, workspaceId, selection, { afterId, limit: ROWS_PER_STEP });
  const good: string[] = [];
  const events: FeedEvent[] = [];
  for (const row of rows) {
    const decoded = await decodeRow(deps, workspaceId, row);
    if (decoded === undefined) continue;
    good.push(row.id);
    decoded.forEach((event, index) =>
      events.push({ ...event, dedupKey: `${event.messageId}#replay:${row.id}${index === 0 ? "" : `.${index}`}` }),
    );
  }
  if (events.length > 0) {
    await deps.editsSettled(workspaceId);
    await deps.accept(events, []);
  }
  const replayed = await inTransaction(deps.db, (tx) => closeRows(tx, workspaceId, good, { state: "replayed", actor }));
  return { replayed, stillBad: rows.length - good.length, lastId: rows.length < ROWS_PER_STEP ? undefined : rows.at(-1)?.id };
}

async function decodeRow(deps: QuarantineDeps, workspaceId: number, row: OpenRow): Promise<readonly FeedEvent[] | undefined> {
  if (row.truncated) return undefined;
  const payload = openText(deps.privacy, row.payload);
  const events = deps.redecode({
    workspaceId,
    source: row.source,
    form: row.form,
    messageId: row.messageId,
    payload,
    receivedAtMs: row.receivedAt.getTime(),
  });
  if (events === undefined) return undefined;
  for (const event of events) if (await deps.objects(event)) return undefined;
  return events;
}
