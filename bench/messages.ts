// Messages: `node bench/run.mjs messages [--messages 20000] [--waiting 10000,100000,1000000]`. Through the governor to a local HTTP sink, beside a bare loop to the same
// sink; and what it costs to look for due work while much waits that is not due.
import { parseArgs } from "node:util";
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { MESSAGE_CHANNELS } from "@terrace/domain/messages/channel";
import { claimWaiting, loadDuePlaces } from "@terrace/server/modules/messages/due.store";
import type { Carrier } from "@terrace/server/modules/messages/module";
import { inTransaction, type Db } from "@terrace/server/platform/storage/postgres";
import { askedMessage, makeKnown, messageParts } from "@terrace/testkit/message-parts";
import { sinkCarrier } from "@terrace/testkit/message-sink";
import { phone, user } from "@terrace/testkit/people-model";
import { startStateEngine } from "@terrace/testkit/state-engine";
import { percentile } from "./load.ts";

const { values } = parseArgs({
  options: { messages: { type: "string", default: "20000" }, waiting: { type: "string", default: "10000,100000,1000000" } },
});
const MESSAGES = Number(values.messages);
const WAITING = values.waiting.split(",").map(Number);
const PEOPLE_AT_ONCE = 500;
const AT_ONCE = 128;
const LOOKS = 200;
const FILL_ROWS = 20_000;
const PLAIN = { repeating: "neither", repeatableForMs: null, ratePerSecond: null } as const;

async function bareLoop(carrier: Carrier, count: number): Promise<number> {
  const startedAt = performance.now();
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      const handover = {
        reference: `bare${next}`,
        address: { channel: "sms", value: "+8613810000000" },
        message: { channel: "sms", text: "hello" },
      } as const;
      await carrier.send(1, "sink", handover, AbortSignal.timeout(10_000));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return (count * 1_000) / (performance.now() - startedAt);
}

async function throughGovernor(db: Db, carrier: Carrier): Promise<number> {
  const workspaceId = await newWorkspace(db);
  // At noon in Shanghai, so that the rules of a new workspace let messages go.
  const nowMs = (): number => Date.parse("2026-03-10T04:00:00Z");
  const { messages, privacy } = messageParts({ db, carrier, nowMs });
  // A broadcast: one message each.
  for (let from = 0; from < MESSAGES; from += PEOPLE_AT_ONCE) {
    const people = Array.from({ length: PEOPLE_AT_ONCE }, (_, n) => ({
      ids: [user(`u${from + n}`), phone(`+86138${String(10_000_000 + from + n)}`)],
    }));
    const originIds = await makeKnown({ db, privacy }, workspaceId, people);
    await inTransaction(db, (tx) =>
      messages.ask(
        tx,
        workspaceId,
        originIds.map((originId, n) => askedMessage({ key: String(from + n), originId, template: "sale" })),
      ),
    );
  }
  await db`analyze message`;
  const startedAt = performance.now();
  const { signal } = new AbortController();
  while ((await unfinished(db, workspaceId)) > 0) while ((await messages.loops[0]?.step(signal)) === 0);
  const perSecond = (MESSAGES * 1_000) / (performance.now() - startedAt);
  await messages.stop();
  const [sent] = await db<
    { count: number }[]
  >`select count(*)::int as count from message where workspace_id = ${workspaceId} and state = 'sent'`;
  if (sent?.count !== MESSAGES) throw new Error(`${sent?.count} of ${MESSAGES} messages were sent`);
  return perSecond;
}

async function unfinished(db: Db, workspaceId: number): Promise<number> {
  const [row] = await db<
    { count: number }[]
  >`select count(*)::int as count from message where workspace_id = ${workspaceId} and state in ('waiting', 'sending')`;
  return row?.count ?? 0;
}

async function newWorkspace(db: Db): Promise<number> {
  const [row] = await db<{ id: number }[]>`insert into workspace (name) values ('bench') returning workspace_id as id`;
  return row?.id ?? 0;
}

/** Messages that wait for another day, as a paused or put-off broadcast leaves them. */
async function fillWaiting(db: Db, workspaceId: number, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += FILL_ROWS)
    await db`
      insert into message (workspace_id, key, reference, origin_id, channel, template, purpose, tags, transactional, priority, source_kind, source_id, source_part, source_run,
        asked_at, not_before, state, due_at)
      select ${workspaceId}, 'w' || n, 'w' || n, n, 'sms', 't', 'service', '{}', false, 1 + n % 9, 'broadcast', 'b', '', '', now(), now(), 'waiting', now() + interval '1 day'
      from generate_series(${at}::int, ${Math.min(to, at + FILL_ROWS) - 1}::int) as n`;
}

async function claimCosts(db: Db): Promise<void> {
  const workspaceId = await newWorkspace(db);
  console.log(
    "\n## Looking for due work\n\n| waiting, not due | look p50 ms | look p99 ms | claim p50 ms | claim p99 ms |\n|---|---|---|---|---|",
  );
  let filled = 0;
  for (const waiting of WAITING) {
    await fillWaiting(db, workspaceId, filled, waiting);
    filled = waiting;
    await db`vacuum analyze message`;
    const [looks, claims]: [number[], number[]] = [[], []];
    for (let at = 0; at < LOOKS; at += 1) {
      const began = performance.now();
      await loadDuePlaces(db, new Date(), MESSAGE_CHANNELS);
      const looked = performance.now();
      await inTransaction(db, (tx) => claimWaiting(tx, { workspaceId, channel: "sms" }, new Date(), 500));
      looks.push(looked - began);
      claims.push(performance.now() - looked);
    }
    const p = (all: number[], share: number): string => percentile(all, share).toFixed(2);
    console.log(`| ${waiting} | ${p(looks, 0.5)} | ${p(looks, 0.99)} | ${p(claims, 0.5)} | ${p(claims, 0.99)} |`);
  }
}

const engine = await startStateEngine();
const { db } = engine;
// The sink has a process of its own, as a provider has.
const sink = fork(fileURLToPath(new URL("message-sink.ts", import.meta.url)));
const url = await new Promise<string>((resolve) => sink.once("message", (told) => resolve(typeof told === "string" ? told : "")));
try {
  const carrier = sinkCarrier(url, PLAIN);
  await bareLoop(carrier, 2_000);
  const bare = await bareLoop(carrier, MESSAGES);
  const through = await throughGovernor(db, carrier);
  console.log("\n## To a local HTTP sink\n\n| messages | bare loop /s | through the governor /s | ratio |\n|---|---|---|---|");
  console.log(`| ${MESSAGES} | ${Math.round(bare)} | ${Math.round(through)} | ${(through / bare).toFixed(2)} |`);
  await claimCosts(db);
} finally {
  sink.kill();
  await engine.stop();
}
