import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** The form of ids of what is kept here. */
export const ID = /^[1-9]\d{0,17}$/;

export type TemplateStored = {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly channel: MessageChannel;
  readonly draft: Uint8Array;
  readonly purpose: string;
  readonly tags: readonly string[];
  readonly transactional: boolean;
  readonly languages: readonly string[];
  readonly snippets: readonly string[];
  readonly edition: number;
  readonly publishedVersion: number | null;
  readonly publishedEdition: number | null;
  readonly archivedAt: Date | null;
  readonly changedAt: Date;
  readonly changedBy: string;
};

function columns(db: Db | Tx) {
  return db`template_id as id, key, name, description, channel, draft, purpose, tags, transactional, languages, snippets, edition,
    published_version as "publishedVersion", published_edition as "publishedEdition", archived_at as "archivedAt", changed_at as "changedAt", changed_by as "changedBy"`;
}

export async function countTemplates(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from message_template where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

export type NewTemplate = Omit<TemplateStored, "id" | "edition" | "publishedVersion" | "publishedEdition" | "archivedAt">;

/** Undefined when the key is taken. */
export async function insertTemplate(tx: Tx, workspaceId: number, made: NewTemplate): Promise<TemplateStored | undefined> {
  const [row] = await tx<TemplateStored[]>`
    insert into message_template (workspace_id, key, name, description, channel, draft, purpose, tags, transactional, languages, snippets, edition, created_at, created_by, changed_at, changed_by)
    values (${workspaceId}, ${made.key}, ${made.name}, ${made.description}, ${made.channel}, ${made.draft}, ${made.purpose}, ${[...made.tags]}::text[], ${made.transactional},
      ${[...made.languages]}::text[], ${[...made.snippets]}::text[], 1, ${made.changedAt}, ${made.changedBy}, ${made.changedAt}, ${made.changedBy})
    on conflict (workspace_id, key) do nothing returning ${columns(tx)}`;
  return row;
}

export async function saveTemplate(tx: Tx, workspaceId: number, row: TemplateStored): Promise<void> {
  await tx`
    update message_template set name = ${row.name}, description = ${row.description}, draft = ${row.draft}, purpose = ${row.purpose}, tags = ${[...row.tags]}::text[],
      transactional = ${row.transactional}, languages = ${[...row.languages]}::text[], snippets = ${[...row.snippets]}::text[], edition = ${row.edition},
      published_version = ${row.publishedVersion}, published_edition = ${row.publishedEdition}, archived_at = ${row.archivedAt}, changed_at = ${row.changedAt}, changed_by = ${row.changedBy}
    where workspace_id = ${workspaceId} and template_id = ${row.id}`;
}

export async function findTemplate(db: Db | Tx, workspaceId: number, id: string): Promise<TemplateStored | undefined> {
  const [row] = await db<
    TemplateStored[]
  >`select ${columns(db)} from message_template where workspace_id = ${workspaceId} and template_id = ${id}`;
  return row;
}

/** The same, and nobody else changes it until the transaction ends. */
export async function lockTemplate(tx: Tx, workspaceId: number, id: string): Promise<TemplateStored | undefined> {
  const [row] = await tx<TemplateStored[]>`
    select ${columns(tx)} from message_template where workspace_id = ${workspaceId} and template_id = ${id} for update`;
  return row;
}

export async function deleteTemplate(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from message_template where workspace_id = ${workspaceId} and template_id = ${id}`;
}

export type TemplateQuery = {
  readonly search: string;
  readonly channel: MessageChannel | undefined;
  readonly state: "draft" | "published" | "archived" | undefined;
  readonly before: { readonly changedAt: Date; readonly id: string } | undefined;
  readonly limit: number;
};

/** The last changed first. */
export async function loadTemplates(db: Db, workspaceId: number, query: TemplateQuery): Promise<readonly TemplateStored[]> {
  const { search, channel, state, before, limit } = query;
  return db<TemplateStored[]>`
    select ${columns(db)} from message_template where workspace_id = ${workspaceId} and (archived_at is not null) = ${state === "archived"}
      ${state === "draft" ? db`and published_version is null` : state === "published" ? db`and published_version is not null` : db``}
      ${channel === undefined ? db`` : db`and channel = ${channel}`}
      ${search === "" ? db`` : db`and position(lower(${search}) in lower(name || chr(10) || key || chr(10) || description || chr(10) || array_to_string(tags, chr(10)))) > 0`}
      ${before === undefined ? db`` : db`and (changed_at, template_id) < (${before.changedAt}, ${before.id}::bigint)`}
    order by changed_at desc, template_id desc limit ${limit}`;
}

/** Templates that have one of some keys. */
export async function findByKeys(
  db: Db | Tx,
  workspaceId: number,
  keys: readonly string[],
): Promise<readonly { readonly id: string; readonly key: string; readonly name: string }[]> {
  return db<{ id: string; key: string; name: string }[]>`
    select template_id as id, key, name from message_template where workspace_id = ${workspaceId} and key = any(${[...keys]}::text[]) order by template_id limit 1000`;
}

/** Templates whose draft names a snippet. */
export async function findNamingSnippet(
  db: Db | Tx,
  workspaceId: number,
  key: string,
): Promise<{ readonly id: string; readonly name: string }[]> {
  return db<{ id: string; name: string }[]>`
    select template_id as id, name from message_template where workspace_id = ${workspaceId} and ${key} = any(snippets) order by template_id limit 1000`;
}

/** A version that may be sent: the one that was named, or the one in force. `stamp` changes if something was ever taken out of it. */
export type Sendable = { readonly version: number; readonly stamp: string };
export type SendableAsked = { readonly template: string; readonly version: number | undefined };

export function sendableKey({ template, version }: SendableAsked): string {
  return `${template}:${version ?? ""}`;
}

/** What may be sent of some templates, by what was asked. Without a version those that are not published, or are put away, are left out. */
export async function findSendable(
  db: Db | Tx,
  workspaceId: number,
  asked: readonly SendableAsked[],
): Promise<ReadonlyMap<string, Sendable>> {
  const known = asked.filter(({ template }) => ID.test(template));
  const [ids, versions] = [known.map(({ template }) => template), known.map(({ version }) => version ?? null)];
  const rows = await db<{ template: string; named: number | null; version: number; stamp: string }[]>`
    select distinct a.template_id as template, a.version as named, v.version, v.xmin::text as stamp
    from unnest(${ids}::bigint[], ${versions}::integer[]) as a (template_id, version)
    join message_template t on t.workspace_id = ${workspaceId} and t.template_id = a.template_id and (a.version is not null or t.archived_at is null)
    join message_template_version v on v.workspace_id = ${workspaceId} and v.template_id = a.template_id and v.version = coalesce(a.version, t.published_version) limit 10000`;
  return new Map(
    rows.map(({ template, named, version, stamp }) => [sendableKey({ template, version: named ?? undefined }), { version, stamp }]),
  );
}

/** What is told of templates to what sends them. */
export type TemplateTold = Pick<
  TemplateStored,
  "id" | "key" | "name" | "channel" | "purpose" | "tags" | "transactional" | "publishedVersion"
> & {
  readonly archived: boolean;
};

/** Some templates by their ids; unknown ones are left out. */
export async function tellTemplates(db: Db | Tx, workspaceId: number, ids: readonly string[]): Promise<ReadonlyMap<string, TemplateTold>> {
  const rows = await db<TemplateTold[]>`
    select template_id as id, key, name, channel, purpose, tags, transactional, published_version as "publishedVersion", archived_at is not null as archived
    from message_template where workspace_id = ${workspaceId} and template_id = any(${ids.filter((id) => ID.test(id))}::bigint[]) limit 10000`;
  return new Map(rows.map((row) => [row.id, row]));
}
