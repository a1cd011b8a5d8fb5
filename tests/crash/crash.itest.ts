import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterEach, beforeEach, expect, test } from "vitest";

/** Kills per target; 24 in all with the two signals of the event engine. */
const ROUNDS = 6;
/** An engine that was killed again and again while others use the machine. */
const STARTED_AGAIN_WITHIN_MS = 150_000;
const SENDERS = 4;
const BATCH = 25;
const PAUSE_MS = 40;

let data: string;
let load: Load | undefined;
let terrace: TestTerrace;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "terrace-crash-"));
});
afterEach(async () => {
  await load?.stop();
  await terrace.stop();
  await rm(data, { recursive: true, force: true });
});

type Load = {
  /** Lets the requests under way finish; answers the ids that were acknowledged. */ readonly stop: () => Promise<ReadonlySet<string>>;
};

/** Sends numbered events until told to stop, retrying each batch unchanged until it is acknowledged, as a real client does. */
function startLoad(url: () => string): Load {
  const acknowledged = new Set<string>();
  let running = true;
  async function sender(number: number): Promise<void> {
    for (let round = 0; running; round += 1) {
      const batch = Array.from({ length: BATCH }, (_, index) => ({
        type: "track",
        event: "Crash Tested",
        userId: `user-${(number * 31 + index) % 200}`,
        messageId: `${number}-${round}-${index}`,
        timestamp: new Date().toISOString(),
        properties: { round },
      }));
      let isAcknowledged = false;
      // Whoever stops the load may have nobody left who answers.
      while (!(isAcknowledged = await acknowledgedBy(url(), batch)) && running) await sleep(50);
      if (!isAcknowledged) return;
      // A steady load, not the most the machine can take: the point is the kills, and the check reads every event back.
      await sleep(PAUSE_MS);
      for (const { messageId } of batch) acknowledged.add(messageId);
    }
  }
  const senders = Array.from({ length: SENDERS }, (_, number) => sender(number));
  return {
    stop: async () => {
      running = false;
      await Promise.all(senders);
      return acknowledged;
    },
  };
}

async function acknowledgedBy(url: string, batch: readonly unknown[]): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/v1/batch`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa("test-write-key:")}`, "content-type": "application/json" },
      body: JSON.stringify({ batch }),
      signal: AbortSignal.timeout(10_000),
    });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

type EventPage = { readonly items: readonly { readonly messageId: string }[]; readonly nextCursor?: string };

async function storedMessageIds(): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor = "";
  for (;;) {
    const page = await terrace.api<EventPage>(
      `/events?name=Crash%20Tested&limit=200${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    ids.push(...page.items.map((item) => item.messageId));
    if (page.nextCursor === undefined) return ids;
    cursor = page.nextCursor;
  }
}

async function expectExactlyOnce(acknowledged: ReadonlySet<string>): Promise<void> {
  await eventually(async () => {
    const { consumers } = await terrace.api<{ consumers: { name: string; lagEvents: number }[] }>("/feed");
    expect(consumers.filter(({ lagEvents }) => lagEvents > 0)).toEqual([]);
  }, 150_000).catch((error: unknown) => {
    throw new Error(`not drained:\n${terrace.output().slice(-6_000)}`, { cause: error });
  });
  const stored = await storedMessageIds();
  const distinct = new Set(stored);
  expect(stored.length - distinct.size, "events doubled").toBe(0);
  expect(
    [...acknowledged].filter((id) => !distinct.has(id)),
    "acknowledged events lost",
  ).toEqual([]);
}

/** The engine's process now; waits while it is being started again. */
async function childPid(engine: "postgres" | "clickhouse"): Promise<number> {
  const pattern = engine === "postgres" ? "native/bin/postgres" : "clickhouse-child";
  return eventually(
    () => Promise.resolve(Number(execFileSync("pgrep", ["-P", String(terrace.pid), "-f", pattern], { encoding: "utf8" }).trim())),
    STARTED_AGAIN_WITHIN_MS,
  ).catch((error: unknown) => {
    throw new Error(`${engine} did not start again:\n${terrace.output().slice(-6_000)}`, { cause: error });
  });
}

test("kill -9 of the main process under load loses and doubles nothing", async () => {
  terrace = await startTerrace({ data });
  load = startLoad(() => terrace.url);
  for (let round = 0; round < ROUNDS; round += 1) {
    await sleep(300 + Math.random() * 1_500);
    await terrace.kill();
    terrace = await startTerrace({ data });
  }
  await expectExactlyOnce(await load.stop());
});

test.each([
  ["postgres", "SIGKILL"],
  ["clickhouse", "SIGKILL"],
  ["clickhouse", "SIGSEGV"],
] as const)("%s killed by %s under load loses and doubles nothing", async (engine, signal) => {
  terrace = await startTerrace({ data });
  load = startLoad(() => terrace.url);
  for (let round = 0; round < ROUNDS; round += 1) {
    await sleep(300 + Math.random() * 1_500);
    process.kill(await childPid(engine), signal);
    await sleep(200);
  }
  await expectExactlyOnce(await load.stop());
});
