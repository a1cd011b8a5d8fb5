import * as api from "@terrace/contract/api/templates-preview";
import { DONE } from "@terrace/contract/route";
import { snippetsIn } from "@terrace/domain/templates/snippets";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { businessOf } from "./check.ts";
import { loadBusiness, saveBusiness } from "./business.store.ts";
import { deleteSnippet, insertSnippet, loadSnippets, lockSnippet, saveSnippet, type SnippetStored } from "./snippet.store.ts";
import { openTexts, sealTexts } from "./substance.ts";
import type { TemplateDeps } from "./template-deps.ts";
import { findNamingSnippet, ID } from "./template.store.ts";

/** Shared parts of templates, and what messages say of the business. */
export function snippetRoutes(deps: TemplateDeps): readonly RouteHandler[] {
  return [...reading(deps), ...changing(deps), ...business(deps)];
}

function reading(deps: TemplateDeps): readonly RouteHandler[] {
  return [
    handle(api.listSnippets, async (_input, { workspaceId }) => {
      const rows = await loadSnippets(deps.db, workspaceId);
      return { items: await Promise.all(rows.map((row) => view(deps, workspaceId, row))) };
    }),
  ];
}

function changing(deps: TemplateDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.createSnippet, async ({ body }, context) => {
      const made = await inTransaction(db, async (tx) => {
        if ((await loadSnippets(tx, context.workspaceId)).length >= api.SNIPPETS_MAX)
          throw faultError("template.too_many", { mend: `A workspace has at most ${api.SNIPPETS_MAX} snippets; delete those not in use` });
        const changed = { changedAt: new Date(deps.nowMs()), changedBy: context.actor };
        const row = await insertSnippet(tx, context.workspaceId, {
          key: body.key,
          name: body.name,
          ...textColumns(deps, body.texts),
          ...changed,
        });
        if (row === undefined) throw faultError("template.key_taken", { field: "key", mend: "Choose another key" });
        await record(deps, tx, context, { verb: "create", row });
        return row;
      });
      return view(deps, context.workspaceId, made);
    }),
    handle(api.updateSnippet, async ({ params, body }, context) => {
      const changed = await inTransaction(db, async (tx) => {
        const row = await heldOrThrow(tx, context.workspaceId, params.snippet);
        const texts = body.texts === undefined ? {} : textColumns(deps, body.texts);
        const next = { ...row, name: body.name ?? row.name, ...texts, changedAt: new Date(deps.nowMs()), changedBy: context.actor };
        await saveSnippet(tx, context.workspaceId, next);
        await record(deps, tx, context, { verb: "update", row: next });
        return next;
      });
      return view(deps, context.workspaceId, changed);
    }),
    handle(api.deleteSnippet, async ({ params }, context) => {
      await inTransaction(db, async (tx) => {
        const row = await heldOrThrow(tx, context.workspaceId, params.snippet);
        const inside = (await loadSnippets(tx, context.workspaceId)).filter(({ snippets }) => snippets.includes(row.key));
        const [first] = [...(await findNamingSnippet(tx, context.workspaceId, row.key)), ...inside];
        if (first !== undefined)
          throw faultError("template.snippet_in_use", {
            field: "snippet",
            mend: "Take it out of what names it first",
            details: { name: first.name },
          });
        await deleteSnippet(tx, context.workspaceId, row.id);
        await record(deps, tx, context, { verb: "delete", row });
      });
      return DONE;
    }),
  ];
}

function business(deps: TemplateDeps): readonly RouteHandler[] {
  return [
    handle(api.getMessageBusiness, async (_input, { workspaceId }) => ({ ...(await loadBusiness(deps.db, workspaceId)) })),
    handle(api.setMessageBusiness, async ({ body }, { workspaceId, actor, ip }) => {
      await inTransaction(deps.db, async (tx) => {
        await saveBusiness(tx, workspaceId, body);
        const { name } = await businessOf(deps, tx, workspaceId);
        await deps.audit(tx, { workspaceId, actor, action: "message_business.set", target: "message_business", detail: { name }, ip });
      });
      return body;
    }),
  ];
}

function textColumns(deps: TemplateDeps, texts: Readonly<Record<string, string>>): Pick<SnippetStored, "texts" | "snippets"> {
  return { texts: sealTexts(deps, texts), snippets: [...new Set(Object.values(texts).flatMap((text) => [...snippetsIn(text)]))] };
}

async function heldOrThrow(tx: Tx, workspaceId: number, id: string): Promise<SnippetStored> {
  const row = ID.test(id) ? await lockSnippet(tx, workspaceId, id) : undefined;
  if (row === undefined) throw faultError("template.no_such_snippet", { field: "snippet" });
  return row;
}

async function view(deps: TemplateDeps, workspaceId: number, row: SnippetStored): Promise<api.Snippet> {
  const { id, key, name, changedBy } = row;
  const usedBy = await findNamingSnippet(deps.db, workspaceId, key);
  return { id, key, name, changedBy, texts: { ...openTexts(deps, row.texts) }, changedAt: row.changedAt.toISOString(), usedBy };
}

type Act = { readonly verb: "create" | "update" | "delete"; readonly row: SnippetStored };

async function record(deps: TemplateDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { verb, row }: Act): Promise<void> {
  const detail = { name: row.name, key: row.key };
  await deps.audit(tx, { workspaceId, actor, action: `message_snippet.${verb}`, target: `message_snippet:${row.id}`, detail, ip });
}
