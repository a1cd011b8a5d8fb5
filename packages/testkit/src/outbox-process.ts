import { openPostgres, type PostgresAddress } from "@terrace/server/platform/storage/postgres";
import pino from "pino";
import { startLoops } from "@terrace/server/platform/loops";
import { messageParts } from "./message-parts.ts";
import { sinkCarrier, type SinkProvider } from "./message-sink.ts";

/** What a process of its own is told: where the database and the sink are, and what the sink's provider allows. */
export type OutboxOrder = {
  readonly postgres: PostgresAddress;
  readonly sink: string;
  readonly provider: SinkProvider;
  /** Added to the clock of this process, so that leases end before a test does. */
  readonly aheadMs: number;
};

// Run as `node outbox-process.ts <order as JSON>`: hands over what is due until it is killed.
const order = JSON.parse(process.argv[2] ?? "") as OutboxOrder;
const db = openPostgres(order.postgres, { connectionsMax: 6, name: "terrace-outbox" });
const { messages } = messageParts({
  db,
  carrier: sinkCarrier(order.sink, order.provider),
  nowMs: () => Date.now() + order.aheadMs,
});
startLoops({ log: pino({ level: "warn" }) }, messages.loops);
process.stdout.write("ready\n");
