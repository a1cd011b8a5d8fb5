import * as api from "@terrace/contract/api/messages";
import type { FieldView } from "@terrace/domain/access/field-view";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import type { GovernedDeps } from "./governed-deps.ts";
import { findRecorded, loadRecord, loadStory, type RecordRow } from "./record.store.ts";
import { isStoredId } from "./stored-id.ts";

type Deps = Pick<GovernedDeps, "db" | "people">;

/** The record of messages: where each stands, and its story. */
export function recordRoutes(deps: Deps): readonly RouteHandler[] {
  return [
    handle(api.listMessages, async ({ query }, { workspaceId, fields }) => {
      const { cursor, limit, person, from, to, ...narrowed } = query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, ["number", "id"]);
      const rows = await loadRecord(deps.db, workspaceId, {
        originIds: person === undefined ? undefined : await idsOf(deps, workspaceId, person),
        channel: narrowed.channel,
        state: narrowed.state,
        reason: narrowed.reason,
        template: narrowed.template,
        source: narrowed.source,
        sourceId: narrowed.sourceId,
        from: from === undefined ? undefined : new Date(from),
        to: to === undefined ? undefined : new Date(to),
        before: after === undefined ? undefined : { askedAt: new Date(Number(after[0])), id: String(after[1]) },
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: await present(deps, workspaceId, page, fields),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.askedAt.getTime(), last.id]) } : {}),
      };
    }),
    handle(api.getMessage, async ({ params }, { workspaceId, fields }) => {
      const row = isStoredId(params.message) ? await findRecorded(deps.db, workspaceId, params.message) : undefined;
      const [message] = row === undefined ? [] : await present(deps, workspaceId, [row], fields);
      if (message === undefined)
        throw faultError("message.not_found", { field: "message", mend: "Choose a message of the record: it is kept for 180 days" });
      const notes = await loadStory(deps.db, workspaceId, params.message);
      return { ...message, notes: notes.map(({ at, details, ...line }) => ({ ...line, at: at.toISOString(), details: { ...details } })) };
    }),
  ];
}

async function idsOf({ db, people }: Deps, workspaceId: number, person: string): Promise<readonly string[]> {
  if (!isStoredId(person)) return [];
  const owned = await people.idsOfPeople(db, workspaceId, [person]);
  return owned.length === 0 ? [person] : owned.map(({ originId }) => originId);
}

async function present({ people }: Deps, workspaceId: number, rows: readonly RecordRow[], view: FieldView): Promise<api.MessageView[]> {
  const names = await people.displayNames(
    workspaceId,
    rows.map(({ originId }) => originId),
    view,
  );
  const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
  return rows.map(({ originId, sourceKind, sourceId, sourcePart, sourceRun, ...row }) => {
    const owner = names.get(originId);
    return {
      ...row,
      tags: [...row.tags],
      details: { ...row.details },
      source: { kind: sourceKind, id: sourceId, part: sourcePart, run: sourceRun },
      person: owner === undefined ? null : { id: owner.personId, displayName: owner.displayName },
      askedAt: row.askedAt.toISOString(),
      dueAt: iso(row.dueAt),
      letGoAt: iso(row.letGoAt),
      finishedAt: iso(row.finishedAt),
      expiresAt: iso(row.expiresAt),
    };
  });
}
