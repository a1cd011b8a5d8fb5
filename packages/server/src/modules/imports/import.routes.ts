import { addImportRows, getImport, listImports, openImport } from "@terrace/contract/api/imports";
import { FAULTS, type FaultCode } from "@terrace/contract/faults";
import type { Fault } from "@terrace/domain/result";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { ImportCommands } from "./import.commands.ts";
import { findImport, listImportRows, type ImportRow } from "./import.store.ts";
import { presentImport as present } from "./present-import.ts";

/** Importing over the API; `terrace import` is a client of it. */
export function importRoutes(deps: { readonly db: Db; readonly imports: ImportCommands }): readonly RouteHandler[] {
  return [
    handle(listImports, async ({ query }, { workspaceId }) => {
      const beforeId = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const rows = await listImportRows(deps.db, workspaceId, { beforeId, limit: query.limit + 1 });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map(present),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
    handle(getImport, async ({ params }, { workspaceId }) => present(await requireImport(deps.db, workspaceId, params.import))),
    handle(openImport, async ({ body }, { workspaceId, actor, ip }) => {
      const opened = await deps.imports.open({ workspaceId, actor, ip }, body);
      if (!opened.ok) throw refused(opened.fault);
      return { ...present(opened.value), resumeAtRow: opened.value.rowsRead + 1 };
    }),
    handle(addImportRows, async ({ params, body }, { workspaceId, actor, ip }) => {
      const taken = await deps.imports.addRows({ workspaceId, actor, ip }, params.import, {
        fromRow: body.fromRow,
        rows: body.rows,
        header: body.header,
        last: body.last,
      });
      if (!taken.ok) throw refused(taken.fault);
      return { import: present(taken.value.import), rejected: [...taken.value.rejected] };
    }),
  ];
}

/** An import of the workspace. Throws `import.not_found`. */
export async function requireImport(db: Db, workspaceId: number, id: string): Promise<ImportRow> {
  const row = /^[1-9]\d{0,17}$/.test(id) ? await findImport(db, workspaceId, id) : undefined;
  if (row === undefined) throw faultError("import.not_found", { field: "import" });
  return row;
}

function refused(fault: Fault): Error {
  const code = fault.code in FAULTS ? (fault.code as FaultCode) : undefined;
  return code === undefined ? new Error(`unregistered fault ${fault.code}`) : faultError(code, fault);
}
