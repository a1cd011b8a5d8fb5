import { fieldView, NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import type { ExportFormat } from "@terrace/contract/api/exports";
import type { JsonObject } from "@terrace/domain/json";
import { fail, ok, type Result } from "@terrace/domain/result";
import type { Logger } from "pino";
import type { Grant } from "../../platform/http/handler.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { tryAgain } from "../../platform/try-again.ts";
import type { AccessModule } from "../access/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { readAsked, withoutTyped, type Asked } from "./asked-filters.ts";
import type { ExportSource, Progress } from "./export-source.ts";
import {
  deleteOldExports,
  endExport,
  findExport,
  insertExport,
  loadLost,
  startExport,
  touchExport,
  type ExportRow,
} from "./export.store.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";

export type ExportDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly sources: () => ReadonlyMap<string, ExportSource>;
  readonly nowMs: () => number;
  readonly log: Logger;
};

export type ExportRequest = Asked & { readonly what: string; readonly format: ExportFormat; readonly clear: boolean };

/** A file being written. `ended` is to be called when its reader has it, or went away. */
export type ExportFile = {
  readonly row: ExportRow;
  readonly bytes: AsyncGenerator<Uint8Array>;
  readonly ended: (delivered: boolean) => void;
};

export type ExportCommands = {
  /** Checks and records an export. Faults: request.invalid (thrown, like any bad input), role.not_allowed, export.reason_missing. */
  readonly create: (grant: Grant, ip: string, request: ExportRequest) => Promise<Result<ExportRow>>;
  /** Opens the file of an export, once and only for who asked for it. Faults: export.not_found, export.taken, export.busy. */
  readonly open: (grant: Grant, ip: string, id: string, signal: AbortSignal) => Promise<Result<ExportFile>>;
  readonly asked: (row: ExportRow) => Asked;
  readonly sweep: () => Promise<void>;
};

const RUNNING_MAX = 2;
const TOUCH_EVERY_MS = 5_000;
const END_PAUSES_MS = [200, 1_000, 5_000];
const LOST_AFTER_MS = 60_000;
const WAITING_MS = 15 * 60_000;
const HISTORY_MS = 90 * 86_400_000;

export function createExportCommands(deps: ExportDeps): ExportCommands {
  let running = 0;
  const asked = (row: ExportRow): Asked => readAsked(openText(deps.privacy, row.asked));
  return {
    asked,
    create: (grant, ip, request) => createExport(deps, grant, ip, request),
    open: async (grant, ip, id, signal) => {
      const row = await findExport(deps.db, grant.workspaceId, id);
      const source = row === undefined ? undefined : deps.sources().get(row.what);
      if (row === undefined || source === undefined || row.actor !== grant.actor)
        return fail("export.not_found", { field: "export", mend: "Prepare the export again; only who prepared one can read it" });
      const wanted = asked(row);
      // Rights may have been taken away since it was prepared.
      const refused = refusal(source, grant, { ...row, reason: wanted.reason });
      if (refused !== undefined) return refused;
      if (running >= RUNNING_MAX)
        return fail("export.busy", { field: "export", mend: "Wait until one of the exports under way has finished" });
      running += 1;
      const started = await beginExport(deps, row, { wanted, ip, grant }).catch((error: unknown) => {
        running -= 1;
        throw error;
      });
      if (!started) {
        running -= 1;
        return fail("export.taken", { field: "export", mend: "An export is read once; prepare another one" });
      }
      return ok(openFile(deps, { row, source, wanted, ip }, { grant, signal, released: () => void (running -= 1) }));
    },
    sweep: () => sweep(deps),
  };
}

function refusal(
  source: ExportSource,
  grant: Grant,
  { clear, reason }: { readonly clear: boolean; readonly reason: string },
): Result<never> | undefined {
  if (!grant.may(source.permission))
    return fail("role.not_allowed", { field: "what", mend: `Exporting this needs the permission ${source.permission}` });
  if (!clear) return undefined;
  if (!grant.may("people:unmask"))
    return fail("role.not_allowed", {
      field: "clear",
      mend: "Personal values in clear need the permission people:unmask; export them masked",
    });
  return reason.length < 3
    ? fail("export.reason_missing", { field: "reason", mend: "Say why personal values are needed in clear" })
    : undefined;
}

async function createExport(deps: ExportDeps, grant: Grant, ip: string, request: ExportRequest): Promise<Result<ExportRow>> {
  const { what, format, clear, columns, filters, reason } = request;
  const sources = deps.sources();
  const source = sources.get(what);
  if (source === undefined)
    return fail("request.invalid", {
      field: "what",
      mend: `There is nothing called ${what} here. There are: ${[...sources.keys()].join(", ")}`,
    });
  const refused = refusal(source, grant, { clear, reason });
  if (refused !== undefined) return refused;
  if (clear && !source.canBeClear)
    return fail("request.invalid", {
      field: "clear",
      mend: `${what} are exported as they are shown; only people and events can be in clear`,
    });
  source.checkFilters(filters);
  const unknown = columns.find((name) => !source.hasColumn(name));
  if (unknown !== undefined)
    return fail("request.invalid", { field: "columns", mend: `There is no column ${unknown}. There are: ${source.columns.join(", ")}` });
  const asked: Asked = { columns, filters, reason };
  return ok(
    await inTransaction(deps.db, (tx) =>
      insertExport(tx, grant.workspaceId, {
        what,
        format,
        clear,
        asked: sealText(deps.privacy, JSON.stringify(asked)),
        actor: grant.actor,
        createdAt: new Date(deps.nowMs()),
      }),
    ),
  );
}

/** How personal values go out: some roles see fields in clear without asking. */
function valuesOf({ clear }: Pick<ExportRow, "clear">, { fields }: Grant): "clear" | "by role" | "masked" {
  return clear ? "clear" : fields.showsClear ? "by role" : "masked";
}

/** First the record, then the rows: what is not on record is not handed out. */
function beginExport(
  deps: ExportDeps,
  row: ExportRow,
  { wanted, ip, grant }: { readonly wanted: Asked; readonly ip: string; readonly grant: Grant },
): Promise<boolean> {
  return inTransaction(deps.db, async (tx) => {
    if (!(await startExport(tx, row.workspaceId, row.id, new Date(deps.nowMs())))) return false;
    const detail: JsonObject = {
      what: row.what,
      format: row.format,
      values: valuesOf(row, grant),
      filters: withoutTyped(wanted.filters),
      columns: wanted.columns,
      ...(row.clear ? { reason: wanted.reason } : {}),
    };
    await deps.audit(tx, {
      workspaceId: row.workspaceId,
      actor: row.actor,
      action: "export.start",
      target: `export:${row.id}`,
      detail,
      ip,
    });
    return true;
  });
}

type Opened = { readonly row: ExportRow; readonly source: ExportSource; readonly wanted: Asked; readonly ip: string };

/** Keeps nothing back: no field rules, and a reason was given. */
const WHOLE_VIEW = fieldView(NO_FIELD_RULES, true).unmasked();

type Reader = { readonly grant: Grant; readonly signal: AbortSignal; readonly released: () => void };

function openFile(deps: ExportDeps, { row, source, wanted, ip }: Opened, { grant, signal, released }: Reader): ExportFile {
  const progress: Progress = { rows: 0, bytes: 0, isWhole: false, failure: undefined };
  const timer = setInterval(() => {
    touchExport(deps.db, row, progress, new Date(deps.nowMs())).catch((error: unknown) =>
      deps.log.warn({ err: error, export: row.id }, "the progress of an export could not be noted"),
    );
  }, TOUCH_EVERY_MS);
  const view = row.clear ? grant.fields.unmasked() : grant.fields;
  const facts = row.format === "jsonl" && view.key === WHOLE_VIEW.key;
  const { format } = row;
  const { filters, columns } = wanted;
  return {
    row,
    bytes: source.file({ grant, filters, view, facts, signal, format, columns }, progress),
    ended: (delivered) => {
      clearInterval(timer);
      released();
      const state = progress.failure !== undefined ? "failed" : delivered && progress.isWhole ? "done" : "aborted";
      if (progress.failure !== undefined) deps.log.error({ err: progress.failure, export: row.id }, "an export failed");
      const end = { rows: progress.rows, bytes: progress.bytes, state, ip } as const;
      // A connection that was lost just now would leave it as under way until it is swept up.
      tryAgain(() => inTransaction(deps.db, (tx) => recordEnd(deps, tx, row, end)), END_PAUSES_MS).catch((error: unknown) =>
        deps.log.error({ err: error, export: row.id }, "the end of an export could not be recorded; it is swept up as broken off"),
      );
    },
  };
}

async function recordEnd(
  deps: ExportDeps,
  tx: Tx,
  row: ExportRow,
  end: { readonly rows: number; readonly bytes: number; readonly state: "done" | "aborted" | "failed"; readonly ip: string },
): Promise<void> {
  if (!(await endExport(tx, row.workspaceId, row.id, { ...end, at: new Date(deps.nowMs()) }))) return;
  await deps.audit(tx, {
    workspaceId: row.workspaceId,
    actor: row.actor,
    action: "export.end",
    target: `export:${row.id}`,
    detail: {
      what: row.what,
      format: row.format,
      values: row.clear ? "clear" : "masked",
      outcome: end.state,
      rows: end.rows,
      bytes: end.bytes,
    },
    ip: end.ip,
  });
}

/** Ends exports whose process is gone, and forgets old ones. */
async function sweep(deps: ExportDeps): Promise<void> {
  const now = deps.nowMs();
  await inTransaction(deps.db, async (tx) => {
    for (const row of await loadLost(tx, new Date(now - LOST_AFTER_MS)))
      await recordEnd(deps, tx, row, { ...row, state: "aborted", ip: "" });
    await deleteOldExports(tx, { waiting: new Date(now - WAITING_MS), history: new Date(now - HISTORY_MS) });
  });
}
