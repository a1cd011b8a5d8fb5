import {
  createErasure,
  getErasure,
  getErasureCertificate,
  getErasureKey,
  listErasures as listErasuresContract,
  listRefusedIds as listRefusedIdsContract,
  previewErasure as previewContract,
  readmitIds,
} from "@terrace/contract/api/rights";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { valueOrThrow } from "../people/module.ts";
import { keyIdOf } from "./certificate.ts";
import { previewErasure, readmit, requestErasure } from "./erasure.commands.ts";
import { countRefused, findErasure, listErasures, listRefusedIds, type ErasureRow } from "./erasure.store.ts";
import type { RightsDeps, RightsParts } from "./rights-deps.ts";
import { publicKeyOf } from "./signing-key.ts";

/** Erasing people, and what became of it. */
export function erasureRoutes(deps: RightsParts): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(previewContract, async ({ body }, { workspaceId }) => {
      const { people, notFound } = await previewErasure(deps, workspaceId, body);
      return { people: people.size, ids: [...people.values()].reduce((sum, own) => sum + own.length, 0), notFound };
    }),
    handle(createErasure, async ({ body }, context) => {
      const id = valueOrThrow(
        await requestErasure(deps, askerOf(context), { selection: body, reason: body.reason, refuseUnknown: body.refuseUnknown }),
      );
      // Before the answer: what was promised outlives the databases.
      await deps.ledger.bring();
      return erasureOr404(deps, context.workspaceId, id);
    }),
    handle(listErasuresContract, async ({ query }, { workspaceId }) => {
      if (query.cursor !== undefined && !isId(query.cursor)) throw badCursor();
      const [rows, refused] = await Promise.all([
        listErasures(db, workspaceId, { beforeId: query.cursor, limit: query.limit + 1 }),
        countRefused(db, workspaceId),
      ]);
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map((row) => viewOf(deps, row)),
        refused,
        ...(rows.length > page.length && last !== undefined ? { nextCursor: last.erasureId } : {}),
      };
    }),
    handle(getErasure, ({ params }, { workspaceId }) => erasureOr404(deps, workspaceId, params.erasure)),
    handle(getErasureCertificate, async ({ params }, context) => {
      const row = isId(params.erasure) ? await findErasure(db, context.workspaceId, params.erasure) : undefined;
      if (row === undefined) throw notFound();
      if (row.certificate === null)
        throw faultError("erasure.not_finished", { field: "erasure", mend: "Ask again when the erasure is done" });
      const { statement, ...rest } = row.certificate;
      return { statement: { ...statement }, ...rest };
    }),
    handle(getErasureKey, async () => {
      const key = await publicKeyOf(deps);
      return { keyId: keyIdOf(key), pem: key.export({ type: "spki", format: "pem" }).toString() };
    }),
    handle(listRefusedIdsContract, async ({ query }, { workspaceId }) => {
      if (query.cursor !== undefined && !isId(query.cursor)) throw badCursor();
      const rows = await listRefusedIds(db, workspaceId, { afterId: query.cursor ?? "0", limit: query.limit + 1 });
      const items = rows.slice(0, query.limit).map(({ id, erasedAt }) => ({ id, erasedAt: erasedAt.toISOString() }));
      const last = items.at(-1);
      return { items, ...(rows.length > items.length && last !== undefined ? { nextCursor: last.id } : {}) };
    }),
    handle(readmitIds, async ({ body }, context) => {
      const readmitted = valueOrThrow(await readmit(deps, askerOf(context), body));
      await deps.ledger.bring();
      return readmitted;
    }),
  ];
}

function askerOf({ workspaceId, actor, ip }: RouteContext) {
  return { workspaceId, actor, ip };
}

async function erasureOr404(deps: RightsDeps, workspaceId: number, id: string) {
  const row = isId(id) ? await findErasure(deps.db, workspaceId, id) : undefined;
  if (row === undefined) throw notFound();
  return viewOf(deps, row);
}

function viewOf({ holders }: RightsDeps, row: ErasureRow) {
  const at = holders.findIndex(({ name }) => name === row.holder);
  // The second time over finds little and is quick.
  const share = (at < 0 ? 0 : at) / holders.length;
  return {
    id: row.erasureId,
    state: row.state,
    reason: row.reason,
    requestedBy: row.requestedBy,
    requestedAt: row.requestedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    people: row.people,
    ids: row.ids,
    progress: row.state === "done" ? 1 : row.pass === 1 ? share * 0.9 : 0.9 + share * 0.1,
    holder: row.holder,
    isTryingAgain: row.failures > 0,
    removed: Object.entries(row.removed).flatMap(([store, counts]) =>
      Object.entries(counts).map(([what, count]) => ({ store, what, count })),
    ),
  };
}

function isId(text: string): boolean {
  return /^[1-9]\d{0,18}$/.test(text);
}

function badCursor() {
  return faultError("request.invalid", { field: "cursor", mend: "Send the nextCursor of the page before" });
}

function notFound() {
  return faultError("erasure.not_found", { field: "erasure", mend: "List the erasures of the workspace" });
}
