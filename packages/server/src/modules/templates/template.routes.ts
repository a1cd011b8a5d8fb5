import * as api from "@terrace/contract/api/templates";
import { DONE } from "@terrace/contract/route";
import { emptyContent } from "@terrace/domain/templates/content";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { changeTemplate, heldOrThrow, makeTemplate, recordTemplate, rowView, templateOrThrow, wholeView } from "./template.commands.ts";
import { openSubstance } from "./substance.ts";
import type { TemplateDeps } from "./template-deps.ts";
import { deleteTemplate, loadTemplates } from "./template.store.ts";

/** Templates and their drafts. */
export function templateRoutes(deps: TemplateDeps): readonly RouteHandler[] {
  return [...reading(deps), ...making(deps), ...changing(deps)];
}

function reading(deps: TemplateDeps): readonly RouteHandler[] {
  return [
    handle(api.listTemplates, async ({ query }, { workspaceId }) => {
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ["number", "id"]);
      const rows = await loadTemplates(deps.db, workspaceId, {
        search: query.search?.trim() ?? "",
        channel: query.channel,
        state: query.state,
        before: after === undefined ? undefined : { changedAt: new Date(Number(after[0])), id: String(after[1]) },
        limit: query.limit + 1,
      });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map(rowView),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.changedAt.getTime(), last.id]) } : {}),
      };
    }),
    handle(api.getTemplate, async ({ params }, { workspaceId }) => {
      const row = await templateOrThrow(deps, workspaceId, params.template);
      return { ...wholeView(deps, row), usedBy: [...(await deps.usedBy(workspaceId, row.id))] };
    }),
  ];
}

function making(deps: TemplateDeps): readonly RouteHandler[] {
  return [
    handle(api.createTemplate, async ({ body }, context) => {
      const { key, name, description, channel, contents, ...rest } = body;
      const substance = { ...rest, contents: contents ?? { [body.defaultLanguage]: emptyContent(channel) } };
      const made = { key, name, description, channel, substance };
      return wholeView(deps, await inTransaction(deps.db, (tx) => makeTemplate(deps, tx, context, made)));
    }),
    handle(api.duplicateTemplate, async ({ params, body }, context) => {
      const { draft, channel, description } = await templateOrThrow(deps, context.workspaceId, params.template);
      const made = { ...body, channel, description, substance: openSubstance(deps, draft) };
      return wholeView(deps, await inTransaction(deps.db, (tx) => makeTemplate(deps, tx, context, made)));
    }),
  ];
}

function changing(deps: TemplateDeps): readonly RouteHandler[] {
  return [
    handle(api.updateTemplate, async ({ params, body }, context) => {
      const { name, description, archived, basedOn, ...parts } = body;
      const given = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
      const changed = await inTransaction(deps.db, async (tx) => {
        const row = await heldOrThrow(tx, context.workspaceId, params.template, basedOn);
        const archivedAt = archived === undefined ? row.archivedAt : archived ? (row.archivedAt ?? new Date(deps.nowMs())) : null;
        const part = { name: name ?? row.name, description: description ?? row.description, archivedAt };
        const substance = { ...openSubstance(deps, row.draft), ...given };
        const next = await changeTemplate(deps, tx, context, Object.keys(given).length === 0 ? { row, part } : { row, part, substance });
        await recordTemplate(deps, tx, context, { verb: archived === true ? "archive" : "update", row: next });
        return next;
      });
      return wholeView(deps, changed);
    }),
    handle(api.deleteTemplate, async ({ params }, context) => {
      await inTransaction(deps.db, async (tx) => {
        const row = await heldOrThrow(tx, context.workspaceId, params.template, undefined);
        if (row.publishedVersion !== null)
          throw faultError("template.was_published", { field: "template", mend: "Put it away instead: what was sent is told by it" });
        await deleteTemplate(tx, context.workspaceId, row.id);
        await recordTemplate(deps, tx, context, { verb: "delete", row });
      });
      return DONE;
    }),
  ];
}
