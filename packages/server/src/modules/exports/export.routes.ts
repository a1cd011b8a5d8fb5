import { createExport, downloadExport, listExportable, listExports, takeExported, type ExportFormat } from "@terrace/contract/api/exports";
import { FAULTS, type FaultCode } from "@terrace/contract/faults";
import type { Fault } from "@terrace/domain/result";
import { Readable } from "node:stream";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type Grant, type RouteHandler } from "../../platform/http/handler.ts";
import { textSeen } from "../people/module.ts";
import type { Asked } from "./asked-filters.ts";
import type { ExportCommands } from "./export.commands.ts";
import type { ExportSource } from "./export-source.ts";
import { takeExported as takeLines, type TakeExportedDeps } from "./take-exported.ts";
import { loadExports, type ExportRow } from "./export.store.ts";

export type ExportRouteDeps = TakeExportedDeps & {
  readonly commands: ExportCommands;
  readonly sources: () => ReadonlyMap<string, ExportSource>;
};

const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8",
  jsonl: "application/x-ndjson; charset=utf-8",
  parquet: "application/vnd.apache.parquet",
};
/** A few pieces ahead of the reader. */
const PIECES_AHEAD = 2;

/** Taking data out; `terrace export` is a client of it. */
export function exportRoutes(deps: ExportRouteDeps): readonly RouteHandler[] {
  const { db, commands, sources } = deps;
  const present = (row: ExportRow, reader: Pick<Grant, "fields">) => viewOf(row, commands.asked(row), reader);
  return [
    handle(listExports, async ({ query }, context) => {
      const { workspaceId } = context;
      const beforeId = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const rows = await loadExports(db, workspaceId, { beforeId, limit: query.limit + 1 });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map((row) => present(row, context)),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
    handle(listExportable, async (_input, { may }) => ({
      items: [...sources().values()]
        .filter(({ permission }) => may(permission))
        .map(({ what, columns, filters, canBeClear }) => ({ what, columns: [...columns], filters: [...filters], canBeClear })),
    })),
    handle(createExport, async ({ body }, context) => {
      const created = await commands.create(context, context.ip, body);
      if (!created.ok) throw refused(created.fault);
      return present(created.value, context);
    }),
    handle(downloadExport, async ({ params }, context) => {
      const opened = await commands.open(context, context.ip, params.export, context.signal);
      if (!opened.ok) throw refused(opened.fault);
      const { row, bytes, ended } = opened.value;
      context.setHeader("content-disposition", `attachment; filename="${fileName(row)}"`);
      return {
        stream: Readable.from(bytes, { objectMode: true, highWaterMark: PIECES_AHEAD }),
        contentType: CONTENT_TYPES[row.format],
        ended,
      };
    }),
    handle(takeExported, async ({ body }, context) => {
      const taken = await takeLines(deps, context, context.ip, body);
      return { ...taken, rejected: [...taken.rejected] };
    }),
  ];
}

/** Somebody else may have searched for what the reader sees masked. */
function viewOf(row: ExportRow, { reason, filters, columns }: Asked, { fields }: Pick<Grant, "fields">) {
  const { id, what, format, clear, state, rows, bytes, actor } = row;
  const seen = (text: string): string => textSeen(text, fields);
  return {
    id,
    what,
    format,
    clear,
    reason: seen(reason),
    filters: Object.fromEntries(Object.entries(filters).map(([name, value]) => [name, seen(value)])),
    columns: [...columns],
    state,
    rows,
    bytes,
    actor,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

/** `people-20260716-0930.csv`, in UTC. */
function fileName({ what, format, createdAt }: ExportRow): string {
  const at = createdAt.toISOString();
  return `${what}-${at.slice(0, 10).replaceAll("-", "")}-${at.slice(11, 16).replace(":", "")}.${format}`;
}

function refused(fault: Fault): Error {
  const code = fault.code in FAULTS ? (fault.code as FaultCode) : undefined;
  return code === undefined ? new Error(`unregistered fault ${fault.code}`) : faultError(code, fault);
}
