import type { Warehouse } from "@terrace/server/platform/storage/clickhouse";

/** Ids that events come with; every second one belongs to the person before it. */
export const IDS = 1_000_000;
export const WORKSPACE = 1;
export const ZONE = "Asia/Shanghai";
/** A Monday; events lie in the 180 days before. */
export const NOW_MS = Date.UTC(2026, 5, 29, 4);
export const DAYS = 180;
const CHUNK = 500_000;

/** The id of a number, spread as hashes are over what both engines hold. */
export const ID = (number: string): string => `bitShiftRight(intHash64(toUInt64(${number}) + 1), 1)`;

/** Fills the event engine with events of half as many people as ids: the same ones for the same number, whatever the machine. */
export async function fillEvents({ client }: Warehouse, events: number, ids = IDS): Promise<void> {
  const [settings] = [
    {
      max_partitions_per_insert_block: "0",
      input_format_try_infer_dates: 0 as const,
      input_format_try_infer_datetimes: 0 as const,
      max_execution_time: 3_600,
    },
  ];
  await client.command({
    query: `insert into person_of_origin_row (workspace_id, origin_id, person_id, change_seq)
      select ${WORKSPACE}, ${ID("number * 2 + 1")}, ${ID("number * 2")}, 1 from numbers(${ids / 2})`,
    clickhouse_settings: settings,
  });
  await client.command({ query: "SYSTEM RELOAD DICTIONARY person_of_origin" });
  await client.command({
    query: `insert into person_trait (workspace_id, person_id, traits, change_seq, is_gone)
      select ${WORKSPACE}, ${ID("number * 2")}, concat('{"city":"city', toString(number % 40), '","level":', toString(number % 5), '}'), 1, 0 from numbers(${ids / 2})`,
    clickhouse_settings: settings,
  });
  for (let from = 0; from < events; from += CHUNK) {
    const count = Math.min(CHUNK, events - from);
    await client.command({
      query: `insert into events (workspace_id, origin_id, name, time, received_at, message_id, event_id, source, properties, channel, page_path)
      with cityHash64(number) as draw, cityHash64(number, 1) as second, cityHash64(number, 2) as third,
        -- Some people do much more than others.
        toUInt64(pow((second % 1000003) / 1000003, 2.2) * ${ids}) as who,
        ['page_view', 'page_view', 'page_view', 'page_view', 'page_view', 'page_view', 'Product Viewed', 'Product Viewed', 'Product Viewed', 'login', 'login', 'search', 'search', 'Product Added', 'Product Added', 'Checkout', 'Order Completed'][draw % 17 + 1] as called,
        third % 20000 as cents
      select ${WORKSPACE}, ${ID("who")}, called,
        fromUnixTimestamp64Milli(toInt64(${NOW_MS} - (third % ${DAYS * 86_400_000}))) as at, at, concat('m', toString(number)), concat('0-', toString(intDiv(number, 1000)), '-', toString(number % 1000)), 'import',
        concat('{"price":', multiIf(draw % 3 = 0, toString(intDiv(cents, 100)), draw % 3 = 1, toString(cents / 100), concat('"', toString(cents / 100), '"')), ',"kind":"kind', toString(second % 30), '","order":', toString(number), '}'),
        ['', 'wechat', 'direct', 'douyin', 'search'][second % 5 + 1], concat('/p/', toString(draw % 200))
      from numbers(${from}, ${count})`,
      clickhouse_settings: settings,
    });
  }
  // One partition at a time: all at once take longer than the client waits.
  const partitions = await client.query({
    query: "select distinct partition_id as id from system.parts where table = 'events' and active order by id",
    format: "JSONEachRow",
  });
  for (const { id } of await partitions.json<{ id: string }>())
    await client.command({ query: `OPTIMIZE TABLE events PARTITION ID '${id}' FINAL`, clickhouse_settings: settings });
}
