import type { Kept, KeepFacts, Standing, StandingWhy } from "@terrace/domain/pyramids/standing";
import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

/** Somebody to judge: who they are, and the ids under which they stand or are barred. */
export type Judged = {
  readonly personId: string;
  readonly under: readonly string[];
  /** They stand under several ids that do not say the same: people who were joined. */
  readonly uneven: boolean;
  readonly standing: Standing | null;
  readonly facts: KeepFacts;
};

type JudgedRow = {
  readonly personId: string;
  readonly under: string[] | null;
  readonly uneven: boolean | null;
  readonly since: Date | null;
  readonly lapseDue: Date | null;
  readonly warnedMonth: number | null;
  readonly warnedDue: Date | null;
  readonly qualifies: boolean;
  readonly barred: number | null;
  readonly appointed: boolean;
  readonly appointmentEnded: Date | null;
};

export type JudgeAsked = {
  readonly workspaceId: number;
  readonly pyramidId: string;
  readonly layerId: string;
  readonly qualified: string;
  /** When they are judged: an appointment whose time is over then is over, whether it was ended or not. */
  readonly at: Date;
  /** Those for whom a look may change something, or everyone whom a review may concern. */
  readonly whom: { readonly known: Date; readonly promotes: boolean; readonly lapses: boolean } | "all";
};

/** Who qualifies for a layer, stands in it or is barred from it, as people belong together now, in order of their ids. */
export async function loadJudged(db: Db | Tx, asked: JudgeAsked): Promise<readonly Judged[]> {
  const { workspaceId, pyramidId, layerId, qualified, at, whom } = asked;
  const concerned =
    whom === "all"
      ? db``
      : db`where (s.person_id is null and b.person_id is null and ${whom.promotes}::boolean)
          or (s.person_id is not null and ((q.person_id is null and s.lapse_due is null and ${whom.lapses}::boolean) or (q.person_id is not null and s.lapse_due is not null)
            or s.lapse_due <= ${whom.known} or s.warned_due <= ${whom.known} or s.uneven))`;
  const rows = await db<JudgedRow[]>`
    with q as materialized (
      select distinct i.person_id from segment_member m join identity i on i.workspace_id = ${workspaceId} and i.origin_id = m.person_id
      where m.workspace_id = ${workspaceId} and m.segment_id = ${qualified}),
    s as materialized (
      select i.person_id, array_agg(t.person_id order by t.person_id) as under, min(t.since) as since,
        case when bool_and(t.lapse_due is not null) then max(t.lapse_due) end as lapse_due, max(t.warned_month) as warned_month, max(t.warned_due) as warned_due,
        count(t.lapse_due) not in (0, count(*)) or count(t.warned_due) not in (0, count(*))
          or coalesce(min(t.lapse_due) < max(t.lapse_due) or min(t.warned_due) < max(t.warned_due) or min(t.warned_month) < max(t.warned_month), false) as uneven
      from pyramid_standing t join identity i on i.workspace_id = ${workspaceId} and i.origin_id = t.person_id
      where t.workspace_id = ${workspaceId} and t.layer_id = ${layerId} group by i.person_id),
    b as materialized (
      select i.person_id, max(t.month) as month from pyramid_bar t join identity i on i.workspace_id = ${workspaceId} and i.origin_id = t.person_id
      where t.workspace_id = ${workspaceId} and t.layer_id = ${layerId} group by i.person_id),
    judged as materialized (
      select coalesce(q.person_id, s.person_id, b.person_id) as person_id, q.person_id is not null as qualifies, s.under, s.uneven, s.since, s.lapse_due, s.warned_month, s.warned_due, b.month as barred
      from q full join s using (person_id) full join b on b.person_id = coalesce(q.person_id, s.person_id) ${concerned})
    select j.person_id as "personId", j.under, j.uneven, j.since, j.lapse_due as "lapseDue", j.warned_month as "warnedMonth", j.warned_due as "warnedDue", j.qualifies, j.barred,
      coalesce(given.open, false) as appointed, given.ended_at as "appointmentEnded"
    from judged j
    left join lateral (
      select bool_or(a.ended_at is null and (a.until is null or a.until > ${at})) as open, max(coalesce(a.ended_at, case when a.until <= ${at} then a.until end)) as ended_at
      from identity i join pyramid_appointment a on a.workspace_id = ${workspaceId} and a.person_id = i.origin_id and a.pyramid_id = ${pyramidId}
      where i.workspace_id = ${workspaceId} and i.person_id = j.person_id and j.under is not null) given on true
    order by j.person_id /* workspace_id: in the parts */`;
  return rows.map(judgedOf);
}

function judgedOf(row: JudgedRow): Judged {
  const { personId, under, since, warnedMonth, warnedDue } = row;
  return {
    personId,
    under: under ?? [],
    uneven: row.uneven ?? false,
    standing:
      since === null
        ? null
        : {
            sinceMs: since.getTime(),
            lapseDueMs: row.lapseDue?.getTime() ?? null,
            warned: warnedMonth === null || warnedDue === null ? null : { month: warnedMonth, dueMs: warnedDue.getTime() },
          },
    facts: {
      qualifies: row.qualifies,
      barred: row.barred,
      appointed: row.appointed,
      appointmentEndedMs: row.appointmentEnded?.getTime() ?? null,
    },
  };
}

/** What became of somebody. */
export type Judgement = { readonly who: Judged; readonly kept: Kept };
export type LayerPlace = { readonly workspaceId: number; readonly pyramidId: string; readonly layerId: string; readonly layer: string };

/** Writes who stands and who is barred from now on, and notes why; lists are not changed. `month` is the one that a review is of. */
export async function saveJudgements(
  tx: Tx,
  place: LayerPlace,
  judgements: readonly Judgement[],
  { at, month }: { readonly at: Date; readonly month: number | null },
): Promise<void> {
  await saveStandings(
    tx,
    place,
    judgements.filter(({ who, kept }) => who.uneven || JSON.stringify(who.standing) !== JSON.stringify(kept.standing)),
  );
  await saveBars(
    tx,
    place,
    judgements.filter(({ who, kept }) => who.facts.barred !== kept.barred),
  );
  const told = judgements.flatMap(({ who, kept }) =>
    kept.why === null
      ? []
      : [{ who, why: kept.why, what: whatOf(kept.why), month: kept.why === "minimum" ? (kept.barred ?? month) : month }],
  );
  await noteChanges(
    tx,
    place,
    told.flatMap(({ who, why, what, month: of }) =>
      (who.under.length === 0 ? [who.personId] : who.under).map((personId) => ({ personId, why, what, month: of })),
    ),
    at,
  );
}

function whatOf(why: StandingWhy): "in" | "out" {
  return why === "condition" || why === "review" ? "in" : "out";
}

async function saveStandings(tx: Tx, { workspaceId, layerId }: LayerPlace, changed: readonly Judgement[]): Promise<void> {
  const gone = changed.filter(({ kept }) => kept.standing === null).flatMap(({ who }) => who.under);
  if (gone.length > 0)
    await tx`delete from pyramid_standing where workspace_id = ${workspaceId} and layer_id = ${layerId} and person_id = any(${numbers(gone)}::bigint[])`;
  const rows = changed.flatMap(({ who, kept: { standing } }) =>
    standing === null ? [] : (who.under.length === 0 ? [who.personId] : who.under).map((personId) => ({ personId, standing })),
  );
  if (rows.length === 0) return;
  const instants = (pick: (standing: Standing) => number | null): string => numbers(rows.map(({ standing }) => pick(standing)));
  await tx`
    insert into pyramid_standing (workspace_id, layer_id, person_id, since, lapse_due, warned_month, warned_due)
    select ${workspaceId}, ${layerId}, n.id, to_timestamp(n.since / 1000.0), to_timestamp(n.lapse / 1000.0), n.month, to_timestamp(n.warned / 1000.0)
    from unnest(${numbers(rows.map(({ personId }) => personId))}::bigint[], ${instants(({ sinceMs }) => sinceMs)}::bigint[], ${instants(({ lapseDueMs }) => lapseDueMs)}::bigint[],
      ${instants(({ warned }) => warned?.month ?? null)}::integer[], ${instants(({ warned }) => warned?.dueMs ?? null)}::bigint[]) as n (id, since, lapse, month, warned)
    on conflict (workspace_id, layer_id, person_id) do update set lapse_due = excluded.lapse_due, warned_month = excluded.warned_month, warned_due = excluded.warned_due`;
}

async function saveBars(tx: Tx, { workspaceId, layerId }: LayerPlace, changed: readonly Judgement[]): Promise<void> {
  if (changed.length === 0) return;
  await tx`
    delete from pyramid_bar b using identity i, unnest(${numbers(changed.map(({ who }) => who.personId))}::bigint[]) as n (id)
    where i.workspace_id = ${workspaceId} and i.person_id = n.id and b.workspace_id = ${workspaceId} and b.layer_id = ${layerId} and b.person_id = i.origin_id`;
  const barred = changed.filter(({ kept }) => kept.barred !== null);
  if (barred.length === 0) return;
  await tx`
    insert into pyramid_bar (workspace_id, layer_id, person_id, month)
    select ${workspaceId}, ${layerId}, n.id, n.month
    from unnest(${numbers(barred.map(({ who }) => who.personId))}::bigint[], ${numbers(barred.map(({ kept }) => kept.barred))}::integer[]) as n (id, month)`;
}

type Noted = { readonly personId: string; readonly what: "in" | "out"; readonly why: string; readonly month: number | null };

/** Notes what happened to people in a layer. */
export async function noteChanges(
  tx: Tx,
  { workspaceId, pyramidId, layer }: Omit<LayerPlace, "layerId">,
  noted: readonly Noted[],
  at: Date,
): Promise<void> {
  if (noted.length === 0) return;
  await tx`
    insert into pyramid_change (workspace_id, pyramid_id, layer, person_id, at, what, why, month)
    select ${workspaceId}, ${pyramidId}, ${layer}, n.id, ${at}, n.what, n.why, n.month
    from unnest(${numbers(noted.map(({ personId }) => personId))}::bigint[], ${noted.map(({ what }) => what)}::text[], ${noted.map(({ why }) => why)}::text[],
      ${numbers(noted.map(({ month }) => month))}::integer[]) as n (id, what, why, month)`;
}

/** What is known of who qualifies, as a text that is another one after each change; null while that is not live. */
export async function markOf(db: Db | Tx, workspaceId: number, segmentId: string): Promise<string | null> {
  const [row] = await db<{ mark: string; stage: string }[]>`
    select xmin::text as mark, stage from segment_rule where workspace_id = ${workspaceId} and segment_id = ${segmentId}`;
  return row?.stage === "live" ? row.mark : null;
}

/** Whether the end of a lapse or of a grace has come for somebody of a layer. */
export async function isAnyDue(db: Db | Tx, workspaceId: number, layerId: string, now: Date): Promise<boolean> {
  const rows = await db`
    select from pyramid_standing where workspace_id = ${workspaceId} and layer_id = ${layerId}
      and (lapse_due is not null or warned_due is not null) and least(lapse_due, warned_due) <= ${now} limit 1`;
  return rows.count > 0;
}

/** Has the layers looked at in which some ids stand, or from which they are barred: whose they are has changed. */
export async function lookAgain(tx: Tx, workspaceId: number, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx`
    update pyramid_layer set looked = null where workspace_id = ${workspaceId} and looked is not null and layer_id in (
      select layer_id from pyramid_standing where workspace_id = ${workspaceId} and person_id = any(${numbers(ids)}::bigint[])
      union select layer_id from pyramid_bar where workspace_id = ${workspaceId} and person_id = any(${numbers(ids)}::bigint[]))`;
}

/** Lets everyone who qualifies stand; answers them. */
export async function standAll(
  tx: Tx,
  { workspaceId, pyramidId, layerId, layer }: LayerPlace,
  qualified: string,
  at: Date,
): Promise<readonly string[]> {
  const rows = await tx<{ id: string }[]>`
    with own as materialized (
      select distinct i.person_id from segment_member m join identity i on i.workspace_id = ${workspaceId} and i.origin_id = m.person_id
      where m.workspace_id = ${workspaceId} and m.segment_id = ${qualified}),
    made as (
      insert into pyramid_standing (workspace_id, layer_id, person_id, since) select ${workspaceId}, ${layerId}, person_id, ${at} from own
      on conflict do nothing),
    told as (
      insert into pyramid_change (workspace_id, pyramid_id, layer, person_id, at, what, why)
      select ${workspaceId}::integer, ${pyramidId}::bigint, ${layer}, person_id, ${at}::timestamptz, 'in', 'rules_changed' from own)
    select person_id as id from own order by person_id`;
  return rows.map(({ id }) => id);
}

export async function insertReview(
  tx: Tx,
  workspaceId: number,
  row: {
    readonly pyramidId: string;
    readonly month: number;
    readonly at: Date;
    readonly promoted: number;
    readonly demoted: number;
    readonly warned: number;
  },
): Promise<void> {
  await tx`
    insert into pyramid_review (workspace_id, pyramid_id, month, at, promoted, demoted, warned)
    values (${workspaceId}, ${row.pyramidId}, ${row.month}, ${row.at}, ${row.promoted}, ${row.demoted}, ${row.warned})`;
}

/** The months of whose reviews a grace is over for somebody of a layer. */
export async function loadWarnedMonths(db: Db, workspaceId: number, layerId: string, now: Date): Promise<readonly number[]> {
  const rows = await db<{ month: number }[]>`
    select distinct warned_month as month from pyramid_standing
    where workspace_id = ${workspaceId} and layer_id = ${layerId} and warned_due <= ${now} and warned_month is not null order by 1 limit 100`;
  return rows.map(({ month }) => month);
}

/** Whose some ids are now; those that are nobody's are left out. */
export async function loadOwnersOf(db: Db | Tx, workspaceId: number, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await db<{ id: string; person: string }[]>`
    select i.origin_id as id, i.person_id as person from unnest(${numbers(ids)}::bigint[]) as n (id) join identity i on i.workspace_id = ${workspaceId} and i.origin_id = n.id`;
  return new Map(rows.map(({ id, person }) => [id, person]));
}

export type ReviewRow = {
  readonly month: number;
  readonly at: Date;
  readonly promoted: number;
  readonly demoted: number;
  readonly warned: number;
};

/** Reviews that were made, the newest first. */
export async function loadReviews(db: Db, workspaceId: number, pyramidId: string): Promise<readonly ReviewRow[]> {
  return db<ReviewRow[]>`
    select month, at, promoted, demoted, warned from pyramid_review where workspace_id = ${workspaceId} and pyramid_id = ${pyramidId} order by month desc limit 120`;
}
