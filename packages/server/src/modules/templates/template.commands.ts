import { TEMPLATES_MAX, type TemplateRow, type TemplateView } from "@terrace/contract/api/templates";
import type { TemplateSubstance } from "@terrace/domain/templates/content";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import { checkSubstance } from "./check.ts";
import { draftColumns, openSubstance, sealCompiled, sealSubstance } from "./substance.ts";
import type { TemplateDeps } from "./template-deps.ts";
import { countTemplates, findTemplate, ID, insertTemplate, lockTemplate, saveTemplate, type TemplateStored } from "./template.store.ts";
import { insertVersion } from "./version.store.ts";

type Made = Pick<TemplateStored, "key" | "name" | "description" | "channel"> & { readonly substance: TemplateSubstance };

/** Begins a template. Throws `template.too_many`, `template.key_taken` or `template.channel_differs`. */
export async function makeTemplate(deps: TemplateDeps, tx: Tx, context: RouteContext, made: Made): Promise<TemplateStored> {
  const { substance, ...rest } = made;
  requireChannel(made.channel, substance);
  if ((await countTemplates(tx, context.workspaceId)) >= TEMPLATES_MAX)
    throw faultError("template.too_many", {
      mend: `A workspace has at most ${TEMPLATES_MAX} templates; delete drafts that are not in use`,
    });
  const now = new Date(deps.nowMs());
  const row = await insertTemplate(tx, context.workspaceId, {
    ...rest,
    ...draftColumns(deps, substance),
    changedAt: now,
    changedBy: context.actor,
  });
  if (row === undefined) throw faultError("template.key_taken", { field: "key", mend: "Choose another key" });
  await recordTemplate(deps, tx, context, { verb: "create", row });
  return row;
}

/** Puts a changed row in place; its edition grows. */
export async function changeTemplate(
  deps: TemplateDeps,
  tx: Tx,
  { workspaceId, actor }: RouteContext,
  {
    row,
    substance,
    part,
  }: { readonly row: TemplateStored; readonly substance?: TemplateSubstance; readonly part?: Partial<TemplateStored> },
): Promise<TemplateStored> {
  if (substance !== undefined) requireChannel(row.channel, substance);
  const drafted = substance === undefined ? {} : draftColumns(deps, substance);
  // What is only renamed or put away says the same as before.
  const publishedEdition = substance === undefined && row.publishedEdition === row.edition ? row.edition + 1 : row.publishedEdition;
  const next = {
    ...row,
    publishedEdition,
    ...part,
    ...drafted,
    edition: row.edition + 1,
    changedAt: new Date(deps.nowMs()),
    changedBy: actor,
  };
  await saveTemplate(tx, workspaceId, next);
  return next;
}

/** Publishes the draft as the next version. Throws `template.has_errors` with the first of them, `template.archived` or `template.personal_needs_right`. */
export async function publish(
  deps: TemplateDeps,
  tx: Tx,
  context: RouteContext,
  { row, note }: { readonly row: TemplateStored; readonly note: string },
): Promise<TemplateStored> {
  const { workspaceId, actor } = context;
  if (row.archivedAt !== null) throw faultError("template.archived", { mend: "Bring it back first" });
  const substance = openSubstance(deps, row.draft);
  const { findings, compiled, variables } = await checkSubstance(deps, tx, context, substance);
  const errors = findings.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first !== undefined)
    throw faultError("template.has_errors", {
      mend: "Look at what the check finds, and mend it",
      details: { first: first.code, language: first.language, path: first.path, errors: errors.length },
    });
  // What a machine is told leaves the ways that people's roles watch over.
  if (row.channel === "webhook" && variables.some(isOfPeople) && !context.may("people:unmask"))
    throw faultError("template.personal_needs_right", { mend: "Ask somebody who may see personal values in clear to publish it" });
  const version = (row.publishedVersion ?? 0) + 1;
  const now = new Date(deps.nowMs());
  await insertVersion(tx, workspaceId, row.id, {
    version,
    substance: sealSubstance(deps, substance),
    compiled: sealCompiled(deps, compiled),
    note,
    publishedAt: now,
    publishedBy: actor,
  });
  const next = { ...row, publishedVersion: version, publishedEdition: row.edition, changedAt: now, changedBy: actor };
  await saveTemplate(tx, workspaceId, next);
  await recordTemplate(deps, tx, context, { verb: "publish", row: next });
  return next;
}

/** Traits, and what events and callers told, which is opened for the message. */
function isOfPeople(variable: string): boolean {
  return /^(?:person|event|journey)\b/.test(variable);
}

function requireChannel(channel: string, { contents }: TemplateSubstance): void {
  const [language, content] = Object.entries(contents).find(([, one]) => one.channel !== channel) ?? [];
  if (content === undefined || language === undefined) return;
  throw faultError("template.channel_differs", {
    field: `contents.${language}.channel`,
    mend: "Every language has a content of the template's channel; begin another template for another channel",
    details: { channel },
  });
}

export async function templateOrThrow({ db }: TemplateDeps, workspaceId: number, id: string): Promise<TemplateStored> {
  const row = ID.test(id) ? await findTemplate(db, workspaceId, id) : undefined;
  if (row === undefined) throw noSuchTemplate();
  return row;
}

/** A template that nobody else changes until the transaction ends; throws `template.changed_since` when the change is based on an older edition. */
export async function heldOrThrow(tx: Tx, workspaceId: number, id: string, basedOn: number | undefined): Promise<TemplateStored> {
  const row = ID.test(id) ? await lockTemplate(tx, workspaceId, id) : undefined;
  if (row === undefined) throw noSuchTemplate();
  if (basedOn !== undefined && basedOn !== row.edition)
    throw faultError("template.changed_since", {
      field: "basedOn",
      mend: "Load it again and make the change anew",
      details: { by: row.changedBy, edition: row.edition },
    });
  return row;
}

function noSuchTemplate(): Error {
  return faultError("template.not_found", { field: "template" });
}

type Act = { readonly verb: "create" | "update" | "publish" | "archive" | "restore" | "delete"; readonly row: TemplateStored };

export async function recordTemplate(deps: TemplateDeps, tx: Tx, context: RouteContext, { verb, row }: Act): Promise<void> {
  const { workspaceId, actor, ip } = context;
  const detail = { name: row.name, channel: row.channel, edition: row.edition, version: row.publishedVersion ?? 0 };
  await deps.audit(tx, { workspaceId, actor, action: `message_template.${verb}`, target: `message_template:${row.id}`, detail, ip });
}

export function rowView(row: TemplateStored): TemplateRow {
  const { id, key, name, description, channel, purpose, transactional, edition, publishedVersion, changedBy } = row;
  return {
    id,
    key,
    name,
    description,
    channel,
    purpose,
    transactional,
    edition,
    publishedVersion,
    changedBy,
    tags: [...row.tags],
    languages: [...row.languages],
    changedSince: row.publishedEdition !== row.edition,
    archivedAt: row.archivedAt?.toISOString() ?? null,
    changedAt: row.changedAt.toISOString(),
  };
}

export function wholeView(deps: TemplateDeps, row: TemplateStored): TemplateView {
  return { ...rowView(row), draft: shownSubstance(openSubstance(deps, row.draft)) };
}

/** A substance as the API shows it. */
export function shownSubstance(substance: TemplateSubstance): TemplateView["draft"] {
  return structuredClone(substance) as TemplateView["draft"];
}
