import type { ConsentFact, ConsentQuestion, ConsentState } from "@terrace/domain/consent/consent-facts";
import type { ConsentSource } from "@terrace/domain/consent/consent-claims";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** A line of the ledger; `evidence` is encrypted. */
export type FactRow = ConsentFact & {
  readonly source: ConsentSource;
  readonly textKey: string;
  readonly textVersion: number;
  readonly evidence: Uint8Array;
  readonly actor: string;
  readonly learnedAt: Date;
};

const FACTS_PER_PERSON_MAX = 20_000;
export const HISTORY_MAX = 500;

/** All facts of the person an id belongs to that bear on a question; an id nobody has met yet has its own. */
export async function factsFor(
  db: Db,
  workspaceId: number,
  originId: string,
  { purpose, channel, atMs }: ConsentQuestion,
): Promise<readonly ConsentFact[]> {
  const rows = await db<{ purpose: string; channel: string; state: ConsentState; atMs: string }[]>`
    select purpose, channel, state, max(at_ms) as "atMs" from consent_fact
    where workspace_id = ${workspaceId} and purpose = any(${[purpose, "*"]}) and channel = any(${[channel, ""]}) and at_ms <= ${atMs} and origin_id in (
      select other.origin_id from identity mine join identity other on other.workspace_id = ${workspaceId} and other.person_id = mine.person_id
      where mine.workspace_id = ${workspaceId} and mine.origin_id = ${originId}
      union all select ${originId}::bigint)
    group by purpose, channel, state`;
  return rows.map((row) => ({ ...row, atMs: Number(row.atMs) }));
}

/** Every line of a person's ledger, newest first. A word that hangs on several ids of the person is one line. */
export async function loadLedger(db: Db, workspaceId: number, personId: string): Promise<readonly FactRow[]> {
  const rows = await db<(Omit<FactRow, "atMs"> & { atMs: string })[]>`
    select purpose, channel, state, at_ms as "atMs", source, text_key as "textKey", text_version as "textVersion", evidence, actor, learned_at as "learnedAt"
    from (
      select distinct on (f.purpose, f.channel, f.at_ms, f.state) f.* from identity i
      join consent_fact f on f.workspace_id = ${workspaceId} and f.origin_id = i.origin_id
      where i.workspace_id = ${workspaceId} and i.person_id = ${personId}
      order by f.purpose, f.channel, f.at_ms, f.state, f.fact_id
    ) lines order by at_ms desc, state desc, purpose, channel limit ${FACTS_PER_PERSON_MAX}`;
  return rows.map((row) => ({ ...row, atMs: Number(row.atMs) }));
}

/** The state that counts, for each of these people who ever spoke about the purpose: what `factThatCounts` says, for many at once. */
export async function statesOf(
  db: Db | Tx,
  workspaceId: number,
  people: readonly string[],
  { purpose, channel, atMs }: ConsentQuestion,
): Promise<ReadonlyMap<string, ConsentState>> {
  const rows = await db<{ personId: string; state: ConsentState }[]>`
    select distinct on (i.person_id) i.person_id as "personId", f.state
    from identity i join consent_fact f on f.workspace_id = ${workspaceId} and f.origin_id = i.origin_id
    where i.workspace_id = ${workspaceId} and i.person_id = any(${people as string[]}::bigint[])
      and f.purpose = any(${[purpose, "*"]}) and f.channel = any(${[channel, ""]}) and f.at_ms <= ${atMs}
    order by i.person_id, f.at_ms desc, f.state desc`;
  return new Map(rows.map(({ personId, state }) => [personId, state]));
}

/** People by what stands of what they said about each purpose: agreed, for every channel or for one; or taken back, and agreed for none. */
export async function countStates(
  db: Db,
  workspaceId: number,
  purposes: readonly string[],
  atMs: number,
): Promise<ReadonlyMap<string, { readonly given: number; readonly withdrawn: number }>> {
  const rows = await db<{ purpose: string; given: number; withdrawn: number }[]>`
    select purpose, count(*) filter (where agreed)::int as given, count(*) filter (where not agreed)::int as withdrawn from (
      select purpose, bool_or(state = 'given') as agreed from (
        select latest.*, max(at_ms) filter (where channel = '') over (partition by purpose, person_id) as whole_ms from (
          select distinct on (p.purpose, i.person_id, f.channel) p.purpose, i.person_id, f.channel, f.state, f.at_ms
          from unnest(${purposes as string[]}::text[]) as p (purpose)
          join consent_fact f on f.workspace_id = ${workspaceId} and f.purpose = any(array[p.purpose, '*'])
          join identity i on i.workspace_id = ${workspaceId} and i.origin_id = f.origin_id
          where f.at_ms <= ${atMs}
          order by p.purpose, i.person_id, f.channel, f.at_ms desc, f.state desc
        ) latest
      ) said where channel = '' or whole_ms is null or at_ms > whole_ms
      group by purpose, person_id
    ) people group by purpose`;
  return new Map(rows.map(({ purpose, given, withdrawn }) => [purpose, { given, withdrawn }]));
}
