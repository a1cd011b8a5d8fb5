import { statfs } from "node:fs/promises";
import { loadAppliedSteps } from "../../platform/storage/applied-steps.store.ts";
import { eventClockMs, eventDisk } from "./events.views.ts";
import { amiss, fine, type Check, type Finding } from "./finding.ts";
import type { DoctorDeps } from "./doctor-deps.ts";
import { stateClockMs } from "./state.views.ts";

const CLOCK_WARN_MS = 5_000;
const CLOCK_BAD_MS = 60_000;
const FREE_WARN_BYTES = 2_000_000_000;
const FREE_WARN_SHARE = 0.1;
const FREE_BAD_BYTES = 300_000_000;

/** Schema, clocks and disks. */
export function engineChecks(deps: DoctorDeps): readonly Check[] {
  return [
    { name: "schema", run: () => checkSchema(deps) },
    { name: "clocks", run: () => checkClocks(deps) },
    { name: "disk", run: () => checkDisk(deps) },
  ];
}

async function checkSchema({ db, knownSteps }: DoctorDeps): Promise<Finding> {
  const [applied, known] = await Promise.all([loadAppliedSteps(db), knownSteps()]);
  const differ = (a: readonly number[], b: readonly number[]): number => a.filter((number) => !b.includes(number)).length;
  const missing = differ(known.state, applied.state) + differ(known.events, applied.events);
  const unknown = differ(applied.state, known.state) + differ(applied.events, known.events);
  if (unknown > 0)
    return amiss("schema", {
      verdict: "bad",
      outcome: "schema.newer",
      figures: { steps: unknown },
      found: `${unknown} steps of a newer Terrace`,
      mend: "start the newer version",
    });
  if (missing > 0)
    return amiss("schema", {
      verdict: "warn",
      outcome: "schema.missing",
      figures: { steps: missing },
      found: `${missing} steps are not applied`,
      mend: "start Terrace; it applies them",
    });
  const figures = { state: applied.state.length, events: applied.events.length };
  return fine("schema", { outcome: "schema.fine", figures, found: `${figures.state} + ${figures.events} steps applied` });
}

async function checkClocks({ db, warehouse, nowMs }: DoctorDeps): Promise<Finding> {
  const off = [];
  for (const [name, ask] of [
    ["PostgreSQL", () => stateClockMs(db)],
    ["ClickHouse", () => eventClockMs(warehouse)],
  ] as const) {
    const before = nowMs();
    const theirs = await ask();
    const after = nowMs();
    off.push({ name, ms: Math.round(Math.max(0, before - theirs, theirs - after)) });
  }
  const worst = Math.max(...off.map(({ ms }) => ms));
  const found = off.map(({ name, ms }) => `${name} ${ms} ms off`).join(", ");
  const figures = Object.fromEntries(off.map(({ name, ms }) => [name.toLowerCase(), ms]));
  if (worst < CLOCK_WARN_MS) return fine("clocks", { outcome: "clocks.fine", figures, found });
  const verdict = worst < CLOCK_BAD_MS ? "warn" : "bad";
  return amiss("clocks", { verdict, outcome: "clocks.off", figures, found, mend: "set the clocks by NTP on every machine" });
}

async function checkDisk({ warehouse, folders }: DoctorDeps): Promise<Finding> {
  const disks = await Promise.all(
    folders.map(async (folder) => {
      const { bavail, blocks, bsize } = await statfs(folder);
      return { name: folder, free: bavail * bsize, total: blocks * bsize };
    }),
  );
  const events = await eventDisk(warehouse);
  if (events !== undefined) disks.push({ name: "ClickHouse", ...events });
  const worst = disks.toSorted((a, b) => a.free - b.free)[0];
  if (worst === undefined) return fine("disk", { outcome: "disk.none", found: "no disk to look at" });
  const figures = { name: worst.name, free: (worst.free / 1e9).toFixed(1), total: (worst.total / 1e9).toFixed(0) };
  const found = `${worst.name}: ${figures.free} GB free of ${figures.total}`;
  if (worst.free < FREE_BAD_BYTES) {
    const mend = "free space now: Terrace stops accepting when the disk is full";
    return amiss("disk", { verdict: "bad", outcome: "disk.full", figures, found, mend });
  }
  if (worst.free < FREE_WARN_BYTES || worst.free < worst.total * FREE_WARN_SHARE)
    return amiss("disk", { verdict: "warn", outcome: "disk.low", figures, found, mend: "free space or add some" });
  return fine("disk", { outcome: "disk.fine", figures, found });
}
