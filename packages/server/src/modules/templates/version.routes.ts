import type { Use } from "@terrace/contract/api/segments";
import * as api from "@terrace/contract/api/templates";
import { diffSubstances, type DiffPart } from "@terrace/domain/templates/diff";
import type { TemplateSubstance } from "@terrace/domain/templates/content";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { checkSubstance } from "./check.ts";
import { openSubstance } from "./substance.ts";
import { changeTemplate, heldOrThrow, publish, recordTemplate, shownSubstance, templateOrThrow, wholeView } from "./template.commands.ts";
import type { TemplateDeps } from "./template-deps.ts";
import type { TemplateStored } from "./template.store.ts";
import { findVersion, loadVersions, type VersionStored } from "./version.store.ts";

/** Checking, publishing, and what was published. */
export function versionRoutes(deps: TemplateDeps): readonly RouteHandler[] {
  return [...reading(deps), ...changing(deps)];
}

function reading(deps: TemplateDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.checkTemplate, async ({ params, body }, context) => {
      const row = await templateOrThrow(deps, context.workspaceId, params.template);
      const { findings, variables } = await checkSubstance(deps, db, context, body.draft ?? openSubstance(deps, row.draft));
      return { findings: findings.map((one) => ({ ...one, details: { ...one.details } })), variables: [...variables] };
    }),
    handle(api.listTemplateVersions, async ({ params, query }, { workspaceId }) => {
      const { id } = await templateOrThrow(deps, workspaceId, params.template);
      const before = query.cursor === undefined ? undefined : Number(decodeCursor(query.cursor, ["number"])[0]);
      const rows = await loadVersions(db, workspaceId, id, { before, limit: query.limit + 1 });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map(versionView),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.version]) } : {}),
      };
    }),
    handle(api.getTemplateVersion, async ({ params }, { workspaceId }) => {
      const row = await templateOrThrow(deps, workspaceId, params.template);
      const version = await versionOrThrow(db, workspaceId, row.id, params.version);
      const substance = openSubstance(deps, version.substance);
      const before = version.version === 1 ? undefined : await findVersion(db, workspaceId, row.id, version.version - 1);
      const nothing: TemplateSubstance = {
        purpose: "",
        tags: [],
        transactional: substance.transactional,
        defaultLanguage: "",
        contents: {},
      };
      return {
        ...versionView(version),
        substance: shownSubstance(substance),
        changes: shownParts(diffSubstances(before === undefined ? nothing : openSubstance(deps, before.substance), substance)),
        draftChanges: shownParts(diffSubstances(substance, openSubstance(deps, row.draft))),
      };
    }),
  ];
}

function changing(deps: TemplateDeps): readonly RouteHandler[] {
  return [
    handle(api.publishTemplate, async ({ params, body }, context) => {
      const used = await deps.usedBy(context.workspaceId, params.template);
      const published = await inTransaction(deps.db, async (tx) => {
        const row = await heldOrThrow(tx, context.workspaceId, params.template, body.basedOn);
        refuseUnapproved(row, used, context);
        return publish(deps, tx, context, { row, note: body.note });
      });
      return wholeView(deps, published);
    }),
    handle(api.restoreTemplateVersion, async ({ params, body }, context) => {
      const restored = await inTransaction(deps.db, async (tx) => {
        const row = await heldOrThrow(tx, context.workspaceId, params.template, body.basedOn);
        const version = await versionOrThrow(tx, context.workspaceId, row.id, params.version);
        const next = await changeTemplate(deps, tx, context, { row, substance: openSubstance(deps, version.substance) });
        await recordTemplate(deps, tx, context, { verb: "restore", row: next });
        return next;
      });
      return wholeView(deps, restored);
    }),
  ];
}

/** A new version goes out at once by whatever sends the template: that is for who approves what is sent, as it was when it was approved. */
function refuseUnapproved({ publishedVersion }: TemplateStored, used: readonly Use[], { may }: RouteContext): void {
  const [first] = used;
  if (first === undefined || publishedVersion === null || may("touch:approve")) return;
  throw faultError("template.in_use_needs_right", {
    field: "template",
    mend: "Ask somebody who may approve messages to publish it, or copy the template",
    details: { usedBy: first.name, uses: used.length },
  });
}

async function versionOrThrow(sql: Db | Tx, workspaceId: number, templateId: string, version: number): Promise<VersionStored> {
  const row = await findVersion(sql, workspaceId, templateId, version);
  if (row === undefined) throw faultError("template.no_such_version", { field: "version", mend: "Choose one of the list" });
  return row;
}

function versionView({ version, note, publishedAt, publishedBy }: Omit<VersionStored, "substance" | "compiled">): api.TemplateVersionRow {
  return { version, note, publishedAt: publishedAt.toISOString(), publishedBy };
}

function shownParts(parts: readonly DiffPart[]): api.TemplateDiffPart[] {
  return parts.map(({ lines, ...part }) => ({ ...part, lines: lines.map((line) => ({ ...line })) }));
}
