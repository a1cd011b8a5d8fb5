import { ch, type Warehouse } from "../../platform/storage/clickhouse.ts";
import type { BroadcastRow } from "./broadcast.store.ts";

const HAPPENINGS = ["sent", "delivered", "opened", "clicked", "bounced", "complained", "unsubscribed"] as const;
/** Messages of which this is known, each counted once. */
export type Reach = { readonly [Happening in (typeof HAPPENINGS)[number]]: number };

/** What became of the messages of a broadcast, by variant, as events tell it. */
export async function loadReach(
  warehouse: Warehouse,
  { workspaceId, id, beganMs }: Pick<BroadcastRow, "workspaceId" | "id" | "beganMs">,
): Promise<ReadonlyMap<string, Reach>> {
  if (beganMs === null) return new Map();
  const counts = HAPPENINGS.map(
    (happening) =>
      ch`uniqExactIf(toString(properties.message), name = ${ch.value("String", `message_${happening}`)}) as ${{ text: happening, params: {} }}`,
  );
  const rows = await warehouse.rows<Reach & { readonly variant: string }>(
    workspaceId,
    "broadcasts.reach",
    ch`select toString(properties.source_part) as variant, ${ch.join(counts, ", ")} from events
      where workspace_id = ${ch.value("UInt32", workspaceId)} and name in ${ch.value(
        "Array(String)",
        HAPPENINGS.map((happening) => `message_${happening}`),
      )}
      and time >= fromUnixTimestamp64Milli(${ch.value("Int64", beganMs)})
      and toString(properties.source) = 'broadcast' and toString(properties.source_id) = ${ch.value("String", id)}
      group by variant`,
  );
  return new Map(rows.map(({ variant, ...reach }) => [variant, reach]));
}
