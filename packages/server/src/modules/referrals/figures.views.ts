import type { Db } from "../../platform/storage/postgres.ts";
import { ch, type Warehouse } from "../../platform/storage/clickhouse.ts";
import { REFERRAL_CLICKED } from "@terrace/domain/event/referral-events";

export type PeriodMs = { readonly fromMs: number; readonly toMs: number };
export type GenerationCount = {
  readonly generation: number;
  readonly people: number;
  readonly converted: number;
  readonly revenueMinor: number;
};
export type CohortCount = { readonly participants: number; readonly brought: number; readonly converted: number };
export type Quartiles = { readonly p25: number | null; readonly median: number | null; readonly p75: number | null };

export async function countCodes(db: Db, workspaceId: number, programId: string, { fromMs, toMs }: PeriodMs): Promise<number> {
  const [row] = await db<{ count: number }[]>`
    select count(*)::int as count from referral_code
    where workspace_id = ${workspaceId} and program_id = ${programId} and created_at >= ${new Date(fromMs)} and created_at < ${new Date(toMs)}`;
  return row?.count ?? 0;
}

/** Short links of a program that were followed. */
export async function countClicks(
  warehouse: Warehouse,
  workspaceId: number,
  programId: string,
  { fromMs, toMs }: PeriodMs,
): Promise<number> {
  const [row] = await warehouse.rows<{ count: number }>(
    workspaceId,
    "referrals.clicks",
    ch`select count() as count from events where workspace_id = ${ch.value("UInt32", workspaceId)} and name = ${ch.value("String", REFERRAL_CLICKED)}
      and time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)})
      and toString(properties.program) = ${ch.value("String", programId)}`,
  );
  return row?.count ?? 0;
}

/** People bound in a period, by how many are above them. */
export async function countGenerations(
  db: Db,
  workspaceId: number,
  programId: string,
  { fromMs, toMs }: PeriodMs,
): Promise<readonly GenerationCount[]> {
  const rows = await db<(Omit<GenerationCount, "revenueMinor"> & { readonly revenueMinor: string })[]>`
    select generation, count(*)::int as people, count(converted_ms)::int as converted, sum(revenue_minor)::text as "revenueMinor"
    from referral_claim where workspace_id = ${workspaceId} and program_id = ${programId} and state = 'bound' and at_ms >= ${fromMs} and at_ms < ${toMs}
    group by generation order by generation`;
  return rows.map((row) => ({ ...row, revenueMinor: Number(row.revenueMinor) }));
}

export async function countInviters(db: Db, workspaceId: number, programId: string, { fromMs, toMs }: PeriodMs): Promise<number> {
  const [row] = await db<{ count: number }[]>`
    select count(distinct inviter_id)::int as count
    from referral_claim where workspace_id = ${workspaceId} and program_id = ${programId} and state = 'bound' and at_ms >= ${fromMs} and at_ms < ${toMs}`;
  return row?.count ?? 0;
}

/** Days from being bound to converting, of those bound in a period. */
export async function spreadOfDays(db: Db, workspaceId: number, programId: string, { fromMs, toMs }: PeriodMs): Promise<Quartiles> {
  const [row] = await db<{ days: readonly number[] | null }[]>`
    select percentile_cont(array[0.25, 0.5, 0.75]) within group (order by (converted_ms - at_ms) / 86400000.0::float8) as days
    from referral_claim where workspace_id = ${workspaceId} and program_id = ${programId} and state = 'bound' and converted_ms is not null
      and at_ms >= ${fromMs} and at_ms < ${toMs}`;
  const [p25 = null, median = null, p75 = null] = row?.days ?? [];
  return { p25, median, p75 };
}

/** Who came to take part in a period (was given a first code, or bound), whom they brought within a window from then on, and how many of these converted. */
export async function countCohort(
  db: Db,
  workspaceId: number,
  programId: string,
  { fromMs, toMs, windowMs }: PeriodMs & { readonly windowMs: number },
): Promise<CohortCount> {
  const [row] = await db<CohortCount[]>`
    with part (person_id, at_ms) as (
      select person_id, min(at_ms) from (
        select invitee_id as person_id, at_ms from referral_claim where workspace_id = ${workspaceId} and program_id = ${programId} and state = 'bound'
        union all
        select coalesce(i.person_id, c.origin_id), floor(extract(epoch from c.created_at) * 1000)::bigint from referral_code c
          left join identity i on i.workspace_id = ${workspaceId} and i.origin_id = c.origin_id
          where c.workspace_id = ${workspaceId} and c.program_id = ${programId}) as each
      group by person_id having min(at_ms) >= ${fromMs} and min(at_ms) < ${toMs})
    select count(*)::int as participants, coalesce(sum(b.brought), 0)::int as brought, coalesce(sum(b.converted), 0)::int as converted
    from part p cross join lateral (
      select count(*) as brought, count(converted_ms) as converted from referral_claim c
      where c.workspace_id = ${workspaceId} and (c.program_id = ${programId}) is true and c.inviter_id = p.person_id and c.state = 'bound'
        and c.at_ms >= p.at_ms and c.at_ms < p.at_ms + ${windowMs}::bigint) as b`;
  return row ?? { participants: 0, brought: 0, converted: 0 };
}

export type InviterCount = {
  readonly inviterId: string;
  readonly bound: number;
  readonly converted: number;
  readonly revenueMinor: number;
  readonly sameNetwork: number;
  readonly sameDevice: number;
};

/** Who brought people in a period, most first; with how many of them came from one network, and by one device. */
export async function loadInviters(
  db: Db,
  workspaceId: number,
  programId: string,
  asked: PeriodMs & { readonly after: Pick<InviterCount, "bound" | "inviterId"> | undefined; readonly limit: number },
): Promise<readonly InviterCount[]> {
  const { fromMs, toMs, after, limit } = asked;
  const rows = await db<(Omit<InviterCount, "revenueMinor"> & { readonly revenueMinor: string })[]>`
    with brought as materialized (
      select inviter_id, converted_ms, revenue_minor, network, device from referral_claim
      where workspace_id = ${workspaceId} and program_id = ${programId} and state = 'bound' and at_ms >= ${fromMs} and at_ms < ${toMs}),
    top as (
      select inviter_id, count(*)::int as bound, count(converted_ms)::int as converted, sum(revenue_minor)::text as revenue from brought group by inviter_id
      ${after === undefined ? db`` : db`having (-count(*), inviter_id) > (${-after.bound}, ${after.inviterId}::bigint)`}
      order by count(*) desc, inviter_id limit ${limit})
    select t.inviter_id as "inviterId", t.bound, t.converted, t.revenue as "revenueMinor",
      coalesce((select max(n.people) from (select count(*)::int as people from brought b where b.inviter_id = t.inviter_id and b.network <> '' group by b.network) as n), 0) as "sameNetwork",
      coalesce((select max(n.people) from (select count(*)::int as people from brought b where b.inviter_id = t.inviter_id and b.device is not null group by b.device) as n), 0) as "sameDevice"
    from top t order by t.bound desc, t.inviter_id`;
  return rows.map((row) => ({ ...row, revenueMinor: Number(row.revenueMinor) }));
}
