import type { Db } from "../../platform/storage/postgres.ts";

/** How long ago what is reckoned by a schedule and waits the longest was due, of all workspaces, in seconds; 0 while nothing waits. */
export async function loadScheduleLateSeconds(db: Db, now: Date): Promise<number> {
  const [row] = await db<{ seconds: number }[]>`
    /* all workspaces: one figure of the server */ select coalesce(greatest(0, extract(epoch from ${now} - min(next_at))), 0)::float8 as seconds
    from (select next_at from segment_standing union all select next_at from rfm_scoring) as scheduled`;
  return row?.seconds ?? 0;
}

/** How long ago what waits the longest to be looked at came, or its time did, of all workspaces, in seconds; 0 while nothing waits. */
export async function loadLookLateSeconds(db: Db, now: Date): Promise<number> {
  const [row] = await db<{ seconds: number }[]>`
    /* all workspaces: one figure of the server */ select coalesce(greatest(0, extract(epoch from ${now} - min(waiting.at))), 0)::float8 as seconds
    from segment_engine e cross join lateral (
      (select t.at from segment_touch t where t.workspace_id = e.workspace_id order by t.touch_id limit 1)
      union all (select d.due_at from segment_due d where d.workspace_id = e.workspace_id order by d.due_at limit 1)) as waiting`;
  return row?.seconds ?? 0;
}

/** How long ago the end of an appointment, of a lapse or of a grace was due that waits the longest, of all workspaces, in seconds; 0 while none waits. */
export async function loadEndsLateSeconds(db: Db, now: Date): Promise<number> {
  const [row] = await db<{ seconds: number }[]>`
    /* all workspaces: one figure of the server */ select coalesce(greatest(0, extract(epoch from ${now} - min(due))), 0)::float8 as seconds from (
      select min(until) as due from pyramid_appointment where ended_at is null and until is not null
      union all
      select (select least(s.lapse_due, s.warned_due) from pyramid_standing s where s.workspace_id = l.workspace_id and s.layer_id = l.layer_id
        and (s.lapse_due is not null or s.warned_due is not null) order by least(s.lapse_due, s.warned_due) limit 1)
      from pyramid_layer l) as ends`;
  return row?.seconds ?? 0;
}
