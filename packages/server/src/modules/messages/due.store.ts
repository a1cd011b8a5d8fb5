import type { SentMessage } from "@terrace/domain/governor/facts";
import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { MessageSource } from "@terrace/domain/messages/message";
import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** Messages of a workspace and channel of which some are due. */
export type DuePlace = { readonly workspaceId: number; readonly channel: MessageChannel };

/** Where messages are due, by workspace. What is not due is not read: the order has each probe go by the index, where statistics would have it read the table for a channel without any. */
export async function loadDuePlaces(db: Db, now: Date, channels: readonly MessageChannel[]): Promise<readonly DuePlace[]> {
  /* all workspaces: one loop serves them all */
  return db<DuePlace[]>`
    select w.workspace_id as "workspaceId", c.channel from workspace w cross join unnest(${[...channels]}::text[]) as c (channel)
    where exists (
      select from generate_series(1, 9) as p (priority) cross join lateral (
        select from message m where m.workspace_id = w.workspace_id and m.channel = c.channel and m.priority = p.priority and m.state = 'waiting' and m.due_at <= ${now}
        order by m.due_at limit 1) as due)
    order by w.workspace_id, c.channel`;
}

/** A message that is due, as it was asked for. */
export type DueMessage = {
  readonly id: string;
  readonly reference: string;
  readonly originId: string;
  readonly channel: MessageChannel;
  readonly template: string;
  readonly templateVersion: number | null;
  readonly purpose: string;
  readonly tags: readonly string[];
  readonly transactional: boolean;
  readonly priority: number;
  readonly sourceKind: MessageSource["kind"];
  readonly sourceId: string;
  readonly sourcePart: string;
  readonly sourceRun: string;
  /** Sealed. */
  readonly variables: Uint8Array | null;
  readonly askedAt: Date;
  readonly notBefore: Date;
  readonly expiresAt: Date | null;
  readonly tries: number;
  readonly attempts: number;
  readonly reason: string;
  readonly providerId: string | null;
  readonly repeatUntil: Date | null;
  readonly addressToken: string | null;
  readonly letGoAt: Date | null;
  readonly providerRef: string | null;
  readonly providerTrust: string | null;
};

const columns = (
  sql: Tx,
) => sql`message_id as id, reference, origin_id as "originId", channel, template, template_version as "templateVersion", purpose, tags, transactional,
  priority, source_kind as "sourceKind", source_id as "sourceId", source_part as "sourcePart", source_run as "sourceRun", variables, asked_at as "askedAt",
  not_before as "notBefore", expires_at as "expiresAt", tries, attempts, reason, provider_id as "providerId", repeat_until as "repeatUntil", address_token as "addressToken",
  let_go_at as "letGoAt", provider_ref as "providerRef", provider_trust as "providerTrust"`;

/** Takes due messages of a channel until the transaction ends, the more urgent first, then who waited longer; those that somebody else has are passed over. */
export async function claimWaiting(tx: Tx, { workspaceId, channel }: DuePlace, now: Date, limit: number): Promise<readonly DueMessage[]> {
  return tx<DueMessage[]>`
    select taken.* from generate_series(9, 1, -1) as p (priority) cross join lateral (
      select ${columns(tx)} from message
      where workspace_id = ${workspaceId} and channel = ${channel} and priority = p.priority and state = 'waiting' and due_at <= ${now}
      order by due_at limit ${limit} for update skip locked) as taken
    order by p.priority desc limit ${limit}`;
}

/** Takes what else is due for people of some ids, on some channels. */
export async function claimRivals(
  tx: Tx,
  workspaceId: number,
  rivals: { readonly originIds: readonly string[]; readonly channels: readonly MessageChannel[]; readonly except: readonly string[] },
  now: Date,
): Promise<readonly DueMessage[]> {
  return tx<DueMessage[]>`
    select ${columns(tx)} from message
    where workspace_id = ${workspaceId} and origin_id = any(${numbers(rivals.originIds)}::bigint[]) and state = 'waiting' and due_at <= ${now}
      and channel = any(${[...rivals.channels]}::text[]) and not message_id = any(${numbers(rivals.except)}::bigint[])
    order by message_id limit 2000 for update skip locked`;
}

/** First key of the advisory locks that keep decisions about a person to one transaction. */
const PERSON_SPACE = 7_261_048;

/** Keeps others from deciding about people until the transaction ends. Answers the people it got; whoever somebody else has is left to them: nobody waits. */
export async function tryLockPeople(tx: Tx, workspaceId: number, personIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx<{ personId: string; got: boolean }[]>`
    /* all workspaces: locks */ select person_id as "personId", pg_try_advisory_xact_lock(${PERSON_SPACE}, hashtext(${`${workspaceId} `} || person_id)) as got
    from unnest(${[...personIds]}::text[]) as p (person_id)`;
  return new Set(rows.filter(({ got }) => got).map(({ personId }) => personId));
}

/** What people of some ids were sent since, or is on its way to them. */
export async function loadSent(
  tx: Db | Tx,
  workspaceId: number,
  originIds: readonly string[],
  since: Date,
): Promise<readonly (SentMessage & { readonly originId: string })[]> {
  const rows = await tx<(Omit<SentMessage, "atMs"> & { originId: string; at: Date })[]>`
    select origin_id as "originId", let_go_at as at, channel, template, tags, purpose, transactional from message
    where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[]) and let_go_at > ${since}`;
  return rows.map(({ at, ...row }) => ({ ...row, atMs: at.getTime() }));
}

/** Workspaces with messages whose end nobody has told for too long. */
export async function loadLeftWorkspaces(db: Db, now: Date): Promise<readonly number[]> {
  const rows = await db<{ workspaceId: number }[]>`
    /* all workspaces: one loop serves them all */ select distinct workspace_id as "workspaceId" from message
    where state = 'sending' and due_at <= ${now} order by workspace_id`;
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Who carried messages of a workspace whose end nobody has told for too long. */
export async function loadLeftProviders(db: Db, workspaceId: number, now: Date): Promise<readonly string[]> {
  const rows = await db<{ id: string }[]>`
    select distinct provider_id as id from message where workspace_id = ${workspaceId} and state = 'sending' and due_at <= ${now} and provider_id is not null order by id`;
  return rows.map(({ id }) => id);
}

type LeftAsked = { readonly now: Date; readonly providerIds: readonly string[]; readonly limit: number };

/** Takes messages that some providers carried and whose end nobody has told for too long; others pass them over until the transaction ends. */
export async function claimLeft(tx: Tx, workspaceId: number, { now, providerIds, limit }: LeftAsked): Promise<readonly DueMessage[]> {
  return tx<DueMessage[]>`
    select ${columns(tx)} from message
    where workspace_id = ${workspaceId} and state = 'sending' and due_at <= ${now} and provider_id = any(${[...providerIds]}::text[])
    order by due_at, message_id limit ${limit} for update skip locked`;
}
