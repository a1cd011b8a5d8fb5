// How long a simulated workspace takes to fill, from the order to the last event stored: node bench/simulate.ts [--people 20000] [--days 180]
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { SimulationView } from "@terrace/contract/api/simulations";
import { startTerrace } from "@terrace/testkit/terrace";
import { cpuPerEvent, treeCpu, treeMb } from "./process-tree.ts";

const { values } = parseArgs({ options: { people: { type: "string", default: "20000" }, days: { type: "string", default: "180" } } });

const terrace = await startTerrace();
try {
  const before = treeCpu(terrace.pid);
  const startedAt = performance.now();
  const order = { people: Number(values.people), days: Number(values.days), seed: 1 };
  let view = await terrace.api<SimulationView>("/simulations", { body: order });
  let highestMb = 0;
  while (view.state === "filling") {
    await sleep(500);
    highestMb = Math.max(highestMb, treeMb(terrace.pid));
    const { items } = await terrace.api<{ items: readonly SimulationView[] }>("/simulations");
    view = items[0] ?? view;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `${view.people} people, ${view.days} days: ${view.events} events in ${seconds.toFixed(1)} s = ${Math.round(view.events / seconds)} events/s; process tree ${highestMb.toFixed(0)} MB at most`,
  );
  console.log(cpuPerEvent(before, treeCpu(terrace.pid), 0, view.events));
} finally {
  await terrace.stop();
}
