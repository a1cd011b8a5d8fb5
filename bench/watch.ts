import { setTimeout as sleep } from "node:timers/promises";
import type { TestTerrace } from "@terrace/testkit/terrace";

let probeNumber = 0;

/** Milliseconds from the acknowledgement of an event until a query shows it. */
export async function probeVisible(subject: TestTerrace): Promise<number> {
  probeNumber += 1;
  const messageId = `probe-${Date.now()}-${probeNumber}`;
  await subject.send([{ type: "track", event: "Probe", userId: "probe", messageId }]);
  const acknowledgedAt = performance.now();
  for (;;) {
    // With the name, which is in the sort key, the looking costs Terrace next to nothing.
    const page = await subject.api<{ items: unknown[] }>(`/events?name=Probe&messageId=${messageId}&limit=1`);
    if (page.items.length > 0) return performance.now() - acknowledgedAt;
    await sleep(50);
  }
}

/** Events that a consumer of the feed has still to take, at most over all consumers. */
export async function feedLag(subject: TestTerrace): Promise<number> {
  const { consumers } = await subject.api<{ consumers: { lagEvents: number }[] }>("/feed");
  return Math.max(0, ...consumers.map(({ lagEvents }) => lagEvents));
}

/** Seconds until every consumer of the feed has caught up. */
export async function drained(subject: TestTerrace): Promise<number> {
  const from = performance.now();
  while ((await feedLag(subject)) > 0) await sleep(200);
  return (performance.now() - from) / 1000;
}

/** Lines of /metrics without comments. */
export async function metricLines(subject: TestTerrace): Promise<readonly string[]> {
  const text = await (await fetch(`${subject.url}/metrics`)).text();
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** Longest block of the event loop since the metrics were last read, in ms. */
export async function loopLagMaxMs(subject: TestTerrace): Promise<number> {
  const line = (await metricLines(subject)).find((text) => text.startsWith("nodejs_eventloop_lag_max_seconds "));
  return Number(line?.split(" ")[1] ?? 0) * 1000;
}

/** Headers of a request that carries the write key. */
export function writeHeaders(subject: TestTerrace): Readonly<Record<string, string>> {
  return { authorization: `Basic ${btoa(`${subject.writeKey}:`)}` };
}
