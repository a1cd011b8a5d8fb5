import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";

/** Enough rows that an import takes longer than it takes to kill it. */
const ROWS = 60_000;
const PEOPLE = 4_000;
/** Every so many rows one is bad. */
const BAD_EVERY = 3_000;
const BAD = ROWS / BAD_EVERY;
const GOOD = ROWS - BAD;
const KILLS_OF_IMPORT = 3;
/** After it was asked for, and after each restart. */
const UNDO_KILLED_MS = [0, 300, 700];

let data: string;
let terrace: TestTerrace;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "terrace-import-crash-"));
  terrace = await startTerrace({ data });
});
afterAll(async () => {
  await terrace.stop();
  await rm(data, { recursive: true, force: true });
});

type Import = {
  readonly id: string;
  readonly state: string;
  readonly rowsRead: number;
  readonly rowsAccepted: number;
  readonly rowsRejected: number;
  readonly eventsMade: number;
  readonly undone: { readonly events: number; readonly traits: number; readonly consents: number } | null;
};
const headers = { authorization: "Bearer test-secret-key" };
const address = (path: string): URL => new URL(`/api/workspaces/current${path}`, terrace.url);
const look = (id: string): Promise<Import> => terrace.api(`/imports/${id}`);

const MAPPING = {
  kind: "events",
  ids: [{ kind: "user_id", column: "user" }],
  event: { name: "Survived" },
  time: { column: "at", format: "iso", zone: "UTC" },
  properties: { n: { column: "n", type: "number" } },
  traits: { level: { column: "level" } },
  consent: { choices: [{ purpose: "marketing", channel: "sms", column: "sms" }], at: { value: "2026-01-31" } },
};

function fileOf(): Buffer {
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const at = index % BAD_EVERY === BAD_EVERY - 1 ? "soon" : "2026-02-01 08:00";
    return `u${index % PEOPLE},${at},${index},silver,yes`;
  });
  return Buffer.from(`user,at,n,level,sms\n${rows.join("\n")}\n`);
}

async function startImport(): Promise<string> {
  const bytes = fileOf();
  const { id } = await terrace.api<{ id: string }>("/imports/uploads", { body: { fileName: "big.csv", bytes: bytes.length } });
  const sent = await fetch(address(`/imports/uploads/${id}`), {
    method: "PATCH",
    headers: { ...headers, "content-type": "application/offset+octet-stream", "upload-offset": "0" },
    body: new Uint8Array(bytes),
  });
  expect(sent.status).toBe(200);
  return (await terrace.api<Import>("/imports/jobs", { body: { upload: id, mapping: MAPPING } })).id;
}

async function killAndRestart(): Promise<void> {
  await terrace.kill();
  terrace = await startTerrace({ data });
}

/** Waits until the import is in a state, as long as a dead worker's lease and the work take. */
const inState = (id: string, state: string): Promise<Import> =>
  eventually(async () => {
    const one = await look(id);
    expect(one.state).toBe(state);
    return one;
  }, 120_000);

async function storedNumbers(): Promise<readonly number[]> {
  const numbers: number[] = [];
  for (let cursor = ""; ;) {
    const query = `name=Survived&limit=200${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page = await terrace.api<{ items: readonly { properties: { n: number } }[]; nextCursor?: string }>(`/events?${query}`);
    numbers.push(...page.items.map(({ properties }) => properties.n));
    if (page.nextCursor === undefined) return numbers;
    cursor = page.nextCursor;
  }
}

async function drained(): Promise<void> {
  await eventually(async () => {
    const { consumers } = await terrace.api<{ consumers: { lagEvents: number }[] }>("/feed");
    expect(consumers.filter(({ lagEvents }) => lagEvents > 0)).toEqual([]);
  }, 120_000);
}

test("kill -9 in the middle of an import and of its undoing: every row once, every rejected row once, everything taken back", async () => {
  await terrace.send([{ type: "identify", userId: "u7", traits: { level: "gold" }, messageId: "before" }]);
  const id = await startImport();
  for (let kill = 1; kill <= KILLS_OF_IMPORT; kill += 1) {
    await eventually(async () => {
      const { rowsRead, state } = await look(id);
      expect(state).toBe("running");
      expect(rowsRead).toBeGreaterThan((ROWS * kill) / (KILLS_OF_IMPORT + 2));
    }, 120_000);
    await killAndRestart();
    expect((await look(id)).rowsRead, "killed in the middle").toBeLessThan(ROWS);
  }
  expect(await inState(id, "done")).toMatchObject({ rowsRead: ROWS, rowsAccepted: GOOD, rowsRejected: BAD, eventsMade: GOOD });
  await drained();
  const stored = await storedNumbers();
  expect(stored.length - new Set(stored).size, "rows doubled").toBe(0);
  expect(stored, "rows lost").toHaveLength(GOOD);
  const rejected = (await (await fetch(address(`/imports/${id}/rejected`), { headers })).text()).trim().split("\r\n");
  expect(new Set(rejected).size).toBe(rejected.length);
  expect(rejected).toHaveLength(BAD + 1);
  const consent = "/consents/check?kind=user_id&value=u7&purpose=marketing&channel=sms";
  expect(await terrace.api(consent)).toMatchObject({ reason: "given" });

  await terrace.api(`/imports/${id}/undo`, { method: "POST" });
  // The first finds it asked for and hardly begun; where the others find it is the machine's affair.
  for (const laterMs of UNDO_KILLED_MS) {
    await sleep(laterMs);
    await killAndRestart();
  }
  expect((await inState(id, "undone")).undone).toMatchObject({ events: GOOD, traits: PEOPLE, consents: PEOPLE });
  expect(await storedNumbers()).toEqual([]);
  const person = await terrace.api<{ traits: readonly { key: string; value: unknown }[] }>("/person?kind=user_id&value=u7");
  expect(person.traits).toMatchObject([{ key: "level", value: "gold" }]);
  expect(await terrace.api(consent)).toMatchObject({ reason: "silent" });
});
