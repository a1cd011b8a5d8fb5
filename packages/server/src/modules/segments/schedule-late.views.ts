import type { Db } from "../../platform/storage/postgres.ts";

/** How long ago what is reckoned by a schedule and waits the longest was due, of all workspaces, in seconds; 0 while nothing waits. */
export async function loadScheduleLateSeconds(db: Db, now: Date): Promise<number> {
  const [row] = await db<{ seconds: number }[]>`
    /* all workspaces: one figure of the server */ select coalesce(greatest(0, extract(epoch from ${now} - min(next_at))), 0)::float8 as seconds
    from (select next_at from segment_standing union all select next_at from rfm_scoring) as scheduled`;
  return row?.seconds ?? 0;
}
