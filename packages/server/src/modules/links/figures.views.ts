import { FIGURE_GROUPS_MAX, type MessageFigures } from "@terrace/contract/api/message-figures";
import { ch, type ChStatement, type Warehouse } from "../../platform/storage/clickhouse.ts";

const OUTCOMES = ["delivered", "opened", "clicked", "bounced", "complained", "unsubscribed", "failed"] as const;
const NAMES = ["message_sent", ...OUTCOMES.map((what) => `message_${what}`)];
const KEYS = {
  channel: ch`toString(properties.channel)`,
  template: ch`toString(properties.template)`,
  source: ch`concat(toString(properties.source), ':', toString(properties.source_id))`,
} as const satisfies Readonly<Record<string, ChStatement>>;

export type Counted = Omit<MessageFigures, "name">;
export type FiguresAsked = { readonly by: keyof typeof KEYS; readonly fromMs: number; readonly toMs: number };

/**
 * What became of messages that were sent in [from, to), whenever it did: each message counts once for each thing that happened to it, however often it is told.
 * Only what Terrace itself told counts.
 */
export async function loadFigures(
  warehouse: Pick<Warehouse, "rows">,
  workspaceId: number,
  { by, fromMs, toMs }: FiguresAsked,
): Promise<readonly Counted[]> {
  const happened = OUTCOMES.map((what) => ch`countIf(name = ${ch.value("String", `message_${what}`)}) > 0`);
  return warehouse.rows<Counted>(
    workspaceId,
    "messages.figures",
    ch`select key, toUInt32(count()) as sent, toUInt32(countIf(happened[1])) as delivered, toUInt32(countIf(happened[2])) as opened, toUInt32(countIf(happened[3])) as clicked,
        toUInt32(countIf(happened[4])) as bounced, toUInt32(countIf(happened[5])) as complained, toUInt32(countIf(happened[6])) as unsubscribed, toUInt32(countIf(happened[7])) as failed
      from (
        select toString(properties.message) as message, min(${KEYS[by]}) as key, [${ch.join(happened, ", ")}] as happened
        from events where workspace_id = ${ch.value("UInt32", workspaceId)} and source = 'terrace' and name in ${ch.value("Array(String)", NAMES)}
          and time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)})
        group by message
        having countIf(name = 'message_sent' and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)})) > 0)
      group by key order by sent desc, key limit ${ch.value("UInt32", FIGURE_GROUPS_MAX + 1)}`,
  );
}
