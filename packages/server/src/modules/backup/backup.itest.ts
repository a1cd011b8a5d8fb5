import { spawn } from "node:child_process";
import { copyFile, mkdtemp, open, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const PASSPHRASE = "a passphrase nobody guesses";
const EVENTS_PER_BATCH = 20;

let folder: string;
let source: TestTerrace;
let load: Load | undefined;
let file: string;
/** Acknowledged before the backup began. */
let acknowledged: ReadonlySet<string>;
let kept: Awaited<ReturnType<typeof keepFigures>>;
let live: Awaited<ReturnType<typeof keepLive>>;
let batches: readonly (readonly unknown[])[];

type Run = { readonly code: number | null; readonly out: string };

/** Runs a command of Terrace as the terminal does. */
async function terrace(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TERRACE_LOG_LEVEL: "warn", TERRACE_BACKUP_PASSPHRASE: PASSPHRASE, ...env },
  });
  let out = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
  const code = await new Promise<number | null>((resolve) => {
    child.once("exit", resolve);
  });
  return { code, out };
}

type Load = {
  /** Ids of the events acknowledged up to now. */
  readonly soFar: () => ReadonlySet<string>;
  readonly stop: () => Promise<readonly (readonly unknown[])[]>;
};

function startLoad(target: TestTerrace): Load {
  const acknowledged = new Set<string>();
  const batches: unknown[][] = [];
  let running = true;
  const sender = async (number: number): Promise<void> => {
    for (let round = 0; running; round += 1) {
      const batch = Array.from({ length: EVENTS_PER_BATCH }, (_, index) => ({
        type: "track",
        event: `Backed Up ${index % 3}`,
        // Devices are joined to users as the load goes on.
        userId: `user-${(number * 7 + index) % 40}`,
        anonymousId: `device-${(round + index) % 60}`,
        messageId: `${number}-${round}-${index}`,
        timestamp: new Date(Date.now() - index * 3 * 86_400_000).toISOString(),
        properties: { round, price: round + 0.5, nested: { list: [1, 2], at: "2024-01-02T03:04:05+08:00" } },
        context: { traits: { name: `人${number}-${index % 5}`, phone: `1390000${1000 + ((number * 7 + index) % 40)}` } },
      }));
      await target.send(batch);
      batches.push(batch);
      // A steady load, not the most the machine can take: everything is read back.
      await sleep(100);
      for (const { messageId } of batch) acknowledged.add(messageId);
    }
  };
  const senders = [0, 1].map(sender);
  return {
    soFar: () => new Set(acknowledged),
    stop: async () => {
      running = false;
      await Promise.all(senders);
      return batches;
    },
  };
}

type Page = { readonly items: readonly { readonly messageId: string; readonly properties?: unknown }[]; readonly nextCursor?: string };

async function storedMessageIds(target: TestTerrace): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const name of ["Backed Up 0", "Backed Up 1", "Backed Up 2"])
    for (let cursor: string | undefined = ""; cursor !== undefined;) {
      const page: Page = await target.api<Page>(
        `/events?name=${encodeURIComponent(name)}&limit=200&from=2020-01-01T00:00:00Z${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      ids.push(...page.items.map(({ messageId }) => messageId));
      cursor = page.nextCursor;
    }
  return ids;
}

async function drained(target: TestTerrace): Promise<void> {
  await eventually(async () => {
    const { consumers } = await target.api<{ consumers: { name: string; lagEvents: number }[] }>("/feed");
    expect(consumers.filter(({ lagEvents }) => lagEvents > 0)).toEqual([]);
  }, 60_000);
}

/** Who everybody is: people with their ids and traits, and the merges made by hand. */
async function picture(target: TestTerrace): Promise<unknown> {
  const { items } = await target.api<{ items: readonly { id: string }[] }>("/people?limit=200");
  const people = await Promise.all(
    items.map(async ({ id }) => {
      const person = await target.api<{ identities: unknown; traits: unknown; firstSeenAt: string }>(`/people/${id}`);
      return { id, identities: person.identities, traits: person.traits, firstSeenAt: person.firstSeenAt };
    }),
  );
  return { people: people.toSorted((a, b) => a.id.localeCompare(b.id)), merges: await target.api("/merges") };
}

/** Segments that live: by rule, a list, and both put together. */
async function keepLive(target: TestTerrace) {
  const make = async (body: object): Promise<string> => (await target.api<{ id: string }>("/segments", { body })).id;
  const rule = { did: { event: "Backed Up 0" }, count: { op: "gte", value: 3 }, within: { days: 30 } };
  const byRule = await make({ name: "Backed up often", rule });
  const list = await make({ name: "Backed up list", list: { identity: "user_id", values: ["left", "user-1"] } });
  const either = await make({ name: "Either", combination: { op: "union", of: [byRule, list] } });
  await eventually(async () => expect(await stageOf(target, either)).toBe("live"), 60_000);
  return { byRule, list, either };
}

async function stageOf(target: TestTerrace, segment: string): Promise<string | undefined> {
  return (await target.api<{ live: { stage: string } | null }>(`/segments/${segment}`)).live?.stage;
}

/** Who is in the segments that live, as the people that they are now. */
async function liveSeen(target: TestTerrace): Promise<unknown> {
  const seen = Object.values(live).map(async (segment) => {
    const { items, total } = await target.api<{ items: readonly { personId: string }[]; total: number }>(
      `/segments/${segment}/people?limit=200`,
    );
    return { stage: await stageOf(target, segment), total, people: items.map(({ personId }) => personId) };
  });
  return Promise.all(seen);
}

/** What an operator keeps of figures: a segment, a saved analysis, an alert on it, a note, and a report. */
async function keepFigures(target: TestTerrace) {
  const member = await personOf(target, "left");
  const { id: segment } = await target.api<{ id: string }>("/segments", { body: { name: "Kept people", people: [member] } });
  const series = [{ event: { event: "Backed Up 0" }, measure: { kind: "events" } }];
  const filters = { people: { segment, in: true } };
  const query = { period: { from: "2026-01-01", to: "2026-02-01" }, series, filters };
  const { id: analysis } = await target.api<{ id: string }>("/insight-saved", { body: { name: "Kept question", kind: "trends", query } });
  const rule = { kind: "threshold", side: "above", value: 1_000_000, consecutive: 1 };
  const question = { kind: "trends", body: { series, filters } };
  await target.api("/alerts", { body: { name: "Kept alert", question, rule, interval: "day" } });
  await target.api("/annotations", { body: { day: "2026-01-05", text: "Kept note" } });
  const { id: report } = await target.api<{ id: string }>("/reports", { body: { kind: "daily", date: "2026-01-05" } });
  await eventually(async () => expect((await target.api<{ state: string }>(`/reports/${report}`)).state).toBe("done"), 60_000);
  return { segment, analysis, report };
}

/** All that `keepFigures` kept, as it is seen; who is in the segment both by the list of people and by the event engine. */
async function figuresSeen(target: TestTerrace): Promise<unknown> {
  const { segment, analysis, report } = kept;
  const { items: members } = await target.api<{ items: readonly { id: string }[] }>(`/people?segment=${segment}`);
  const body = {
    period: { from: "2020-01-01", to: "2030-01-01" },
    interval: "year",
    series: [{ event: { event: null }, measure: { kind: "people" } }],
    filters: { people: { segment, in: true } },
  };
  const { lines } = await target.api<{ lines: readonly { total: number }[] }>("/insight/trends", { body });
  const { items: alerts } = await target.api<{ items: readonly { name: string; question: unknown; rule: unknown }[] }>("/alerts");
  return {
    members: members.map(({ id }) => id),
    inEvents: lines[0]?.total,
    segment: await target.api(`/segments/${segment}`),
    analysis: await target.api(`/insight-saved/${analysis}`),
    report: await target.api(`/reports/${report}`),
    alerts: alerts.map(({ name, question, rule }) => ({ name, question, rule })),
    notes: await target.api("/annotations"),
  };
}

async function personOf(target: TestTerrace, userId: string): Promise<string> {
  return eventually(async () => (await target.api<{ id: string }>(`/person?kind=user_id&value=${userId}`)).id);
}

async function releaseAsOwner(target: TestTerrace): Promise<number> {
  const answer = await fetch(`${target.url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(target.owner),
  });
  const session = (await answer.json()) as { csrfToken: string; workspaces: readonly { id: string }[] };
  const released = await fetch(`${target.url}/api/workspaces/${session.workspaces[0]?.id}/outward-hold`, {
    method: "DELETE",
    headers: {
      cookie: answer.headers
        .getSetCookie()
        .map((cookie) => cookie.split(";")[0])
        .join("; "),
      "x-terrace-csrf": session.csrfToken,
    },
  });
  return released.status;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "terrace-backup-"));
  source = await startTerrace({ data: join(folder, "source") });
  await source.send(["left", "right"].map((userId) => ({ type: "identify", userId, messageId: userId, traits: { side: userId } })));
  await source.api("/merges", {
    body: { people: [await personOf(source, "left"), await personOf(source, "right")], reason: "the same", confirmConflicts: true },
  });
  kept = await keepFigures(source);
  live = await keepLive(source);
  load = startLoad(source);
  await sleep(1_000);
  acknowledged = load.soFar();
  file = join(folder, "first.backup");
  const made = await terrace(["backup", file, "--data", source.data]);
  batches = await load.stop();
  expect(made.out).toContain("people");
  expect(made.code).toBe(0);
}, 120_000);

afterAll(async () => {
  await load?.stop();
  await source.stop();
  await rm(folder, { recursive: true, force: true });
});

test("what was made under load comes back: every event acknowledged before it once, and with the rest sent again the same people", async () => {
  const target = join(folder, "restored");
  const restored = await terrace(["restore", file, "--data", target]);
  expect(restored.out).toContain("Restored");
  // Made by hand into a folder of no plan: nobody knows who was erased since, and it says so.
  expect(restored.out).toContain("no list of erasures was found");
  expect(restored.code).toBe(0);
  const again = await startTerrace({ data: target });
  try {
    await drained(again);
    const stored = await storedMessageIds(again);
    const distinct = new Set(stored);
    const sent = new Set(batches.flat().map((event) => (event as { messageId: string }).messageId));
    expect(stored.length - distinct.size, "doubled").toBe(0);
    expect(
      [...acknowledged].filter((id) => !distinct.has(id)),
      "lost",
    ).toEqual([]);
    expect(
      [...distinct].filter((id) => !sent.has(id)),
      "invented",
    ).toEqual([]);
    // People are a function of facts: with the same events both installations must know the same people.
    for (const batch of batches) await again.send(batch);
    await drained(again);
    await drained(source);
    expect((await storedMessageIds(again)).toSorted()).toEqual([...sent].toSorted());
    expect(await picture(again)).toEqual(await picture(source));
    const figures = await figuresSeen(source);
    expect(figures).toMatchObject({ members: [expect.any(String)], inEvents: 1, report: { state: "done" } });
    await eventually(async () => expect(await figuresSeen(again)).toEqual(figures), 30_000);
    await eventually(async () => expect(await liveSeen(again)).toEqual(await liveSeen(source)), 30_000);
    expect(await stageOf(again, live.either)).toBe("live");
    // They go on living: somebody new comes in, by what they did.
    await again.send(
      [0, 1, 2].map((round) => ({ type: "track", event: "Backed Up 0", userId: "newcomer", messageId: `newcomer-${round}` })),
    );
    const newcomer = await personOf(again, "newcomer");
    const entered = async (segment: string) =>
      (await again.api<{ items: readonly object[] }>(`/segments/${segment}/history?limit=1`)).items;
    for (const segment of [live.byRule, live.either])
      await eventually(
        async () => expect(await entered(segment)).toMatchObject([{ person: { personId: newcomer }, enteredWhy: "event", leftAt: null }]),
        30_000,
      );
    // Nothing goes out until an owner lets it; a key is no owner.
    expect(await again.api("/outward-hold")).toMatchObject({ hold: { reason: expect.stringContaining("restored from a backup") } });
    await expect(again.api("/outward-hold", { method: "DELETE" })).rejects.toThrow("role.not_allowed");
    expect(await releaseAsOwner(again)).toBe(200);
    expect(await again.api("/outward-hold")).toEqual({ hold: null });
    expect(await source.api("/outward-hold")).toEqual({ hold: null });
  } finally {
    await again.stop();
  }
}, 90_000);

test("a whole file is verified, a wrong passphrase, a flipped bit, a cut end and another file are told apart, and write nothing", async () => {
  const { size } = await stat(file);
  expect(await terrace(["backup", "--verify", file])).toMatchObject({ code: 0, out: expect.stringContaining("is whole") });
  const flipped = join(folder, "flipped.backup");
  await copyFile(file, flipped);
  const handle = await open(flipped, "r+");
  await handle.write(Buffer.from([0x5a, 0xa5, 0x5a]), 0, 3, Math.floor(size / 2));
  await handle.close();
  const cut = join(folder, "cut.backup");
  await copyFile(file, cut);
  await truncate(cut, size - 100);
  const other = join(folder, "other.backup");
  await writeFile(other, "not a backup at all, but long enough to be one");
  const target = join(folder, "never");
  for (const [args, env, code] of [
    [[file], { TERRACE_BACKUP_PASSPHRASE: "another passphrase" }, "backup.passphrase_wrong"],
    [[file], { TERRACE_BACKUP_PASSPHRASE: "" }, "backup.passphrase_missing"],
    [[flipped], {}, /backup\.(damaged|truncated)/],
    [[cut], {}, "backup.truncated"],
    [[other], {}, "backup.not_a_backup"],
    [[join(folder, "nowhere")], {}, "backup.not_found"],
  ] as const) {
    const run = await terrace(["restore", ...args, "--data", target], env);
    expect(run.out).toMatch(code);
    expect(run.code).toBe(1);
  }
  expect((await readdir(folder)).includes("never")).toBe(false);
});

test("a restore touches nothing that is there, and a backup overwrites nothing", async () => {
  const restored = await terrace(["restore", file, "--data", source.data]);
  expect(restored).toMatchObject({ code: 1, out: expect.stringContaining("backup.target_not_empty") });
  const made = await terrace(["backup", file, "--data", source.data]);
  expect(made).toMatchObject({ code: 1, out: expect.stringContaining("backup.file_exists") });
  const weak = await terrace(["backup", join(folder, "weak.backup"), "--data", source.data], { TERRACE_BACKUP_PASSPHRASE: "short" });
  expect(weak).toMatchObject({ code: 1, out: expect.stringContaining("backup.passphrase_weak") });
  expect((await readdir(folder)).filter((name) => name.includes("partial"))).toEqual([]);
});

test("a plan makes backups into its folder, which are verified; one at a time, and only with a folder and a passphrase", async () => {
  const plan = { enabled: false, folder, time: "03:00", timeZone: "Asia/Shanghai", keepDaily: 7, keepWeekly: 4, keepMonthly: 6 };
  const put = (body: object): Promise<unknown> => source.api("/backups/plan", { method: "PUT", body });
  await expect(source.api("/backups", { method: "POST" })).rejects.toThrow("backup.passphrase_missing");
  await expect(put({ ...plan, folder: join(folder, "nowhere") })).rejects.toThrow("backup.folder_unusable");
  await expect(put({ ...plan, folder: "relative" })).rejects.toThrow("backup.folder_unusable");
  await expect(put({ ...plan, passphrase: "short" })).rejects.toThrow("backup.passphrase_weak");
  await expect(put({ ...plan, enabled: true })).rejects.toThrow("backup.passphrase_missing");
  await put({ ...plan, passphrase: PASSPHRASE });
  await source.api("/backups", { method: "POST" });
  await expect(source.api("/backups", { method: "POST" })).rejects.toThrow("request.conflict");
  const run = await eventually(async () => {
    const { items } = await source.api<{
      items: readonly { state: string; file: string; verified: boolean; events: number; fault: string }[];
    }>("/backups");
    const [newest] = items;
    if (newest?.state !== "done") throw new Error(`${newest?.state} ${newest?.fault}`);
    return newest;
  }, 40_000);
  expect(run).toMatchObject({ verified: true, planned: false, askedBy: expect.any(String) });
  expect(run.events).toBeGreaterThan(0);
  expect(await terrace(["backup", "--verify", run.file])).toMatchObject({ code: 0 });
}, 90_000);
