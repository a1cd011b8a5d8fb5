// Rows a second of an imported file, and memory while it grows: node bench/run.mjs imports [--sizes 20000,60000,180000]
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { cpuPerEvent, treeCpu, treeMb } from "./process-tree.ts";

const { values } = parseArgs({ options: { sizes: { type: "string", default: "20000,60000,180000" } } });
const PIECE_BYTES = 8 * 1024 * 1024;
const KNOWN_PEOPLE = 5_000;
const LOOK_MS = 250;

type Shape = { readonly name: string; readonly csv: (rows: number, run: number) => string; readonly mapping: object };
type Import = { readonly id: string; readonly state: string; readonly rowsRead: number };

const SHAPES: readonly Shape[] = [
  {
    name: "new people, user id and phone each",
    csv: (rows, run) =>
      table(
        "user,phone,city,at",
        rows,
        (row) => `b${run}-${row},1${String(3_000_000_000 + run * 1_000_000 + row)},上海,2026-05-01 10:00:00`,
      ),
    mapping: {
      kind: "events",
      ids: [
        { kind: "user_id", column: "user" },
        { kind: "phone", column: "phone" },
      ],
      event: { name: "Signed Up" },
      time: { column: "at" },
      traits: { city: { column: "city" } },
    },
  },
  {
    name: "events of known people",
    csv: (rows, run) =>
      table("user,at,page,n", rows, (row) => `known-${row % KNOWN_PEOPLE},2026-05-02 10:00:00,/p/${row % 50},${run * 10_000_000 + row}`),
    mapping: {
      kind: "events",
      ids: [{ kind: "user_id", column: "user" }],
      event: { name: "Page Seen" },
      time: { column: "at" },
      properties: { page: { column: "page" }, n: { column: "n", type: "number" } },
    },
  },
  {
    name: "order lines, ten to an order",
    csv: (rows, run) =>
      table(
        "order,user,at,item,qty,price",
        rows,
        (row) => `o${run}-${Math.floor(row / 10)},known-${Math.floor(row / 10) % KNOWN_PEOPLE},2026-05-03 10:00:00,item ${row % 100},2,9.5`,
      ),
    mapping: {
      kind: "events",
      ids: [{ kind: "user_id", column: "user" }],
      event: { name: "Order Completed" },
      time: { column: "at" },
      properties: { order_id: { column: "order" } },
      group: {
        by: ["order"],
        items: { name: "products", properties: { name: { column: "item" }, quantity: { column: "qty", type: "number" } } },
        totals: { revenue: { sum: ["qty", "price"] } },
      },
    },
  },
];

const terrace = await startTerrace();
try {
  console.log(`at rest: ${treeMb(terrace.pid).toFixed(0)} MB`);
  let run = 0;
  for (const shape of SHAPES)
    for (const rows of values.sizes.split(",").map(Number)) {
      run += 1;
      await measure(terrace, shape, { rows, run });
    }
} finally {
  await terrace.stop();
}

function table(header: string, rows: number, line: (row: number) => string): string {
  return `${header}\n${Array.from({ length: rows }, (_, row) => line(row)).join("\n")}\n`;
}

async function measure(
  { api, url, pid }: TestTerrace,
  shape: Shape,
  { rows, run }: { readonly rows: number; readonly run: number },
): Promise<void> {
  const bytes = Buffer.from(shape.csv(rows, run));
  const { id: upload } = await api<{ id: string }>("/imports/uploads", { body: { fileName: "bench.csv", bytes: bytes.length } });
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    await fetch(new URL(`/api/workspaces/current/imports/uploads/${upload}`, url), {
      method: "PATCH",
      headers: { authorization: "Bearer test-secret-key", "content-type": "application/offset+octet-stream", "upload-offset": String(at) },
      body: bytes.subarray(at, at + PIECE_BYTES),
    });
  const before = treeCpu(pid);
  const { id } = await api<Import>("/imports/jobs", { body: { upload, mapping: shape.mapping } });
  let startedAt: number | undefined;
  let peakMb = 0;
  for (;;) {
    const one = await api<Import>(`/imports/${id}`);
    if (one.state !== "queued") startedAt ??= performance.now();
    peakMb = Math.max(peakMb, treeMb(pid));
    if (one.state === "done") break;
    if (one.state === "failed") throw new Error(JSON.stringify(one));
    await sleep(LOOK_MS);
  }
  const readAt = performance.now();
  const committed = treeCpu(pid);
  for (;;) {
    const { consumers } = await api<{ consumers: readonly { lagEvents: number }[] }>("/feed");
    if (consumers.every(({ lagEvents }) => lagEvents === 0)) break;
    await sleep(LOOK_MS);
  }
  const perSecond = (until: number): string => Math.round(rows / ((until - (startedAt ?? until)) / 1000)).toLocaleString("en");
  console.log(
    `${shape.name}, ${rows.toLocaleString("en")} rows, ${(bytes.length / 1e6).toFixed(1)} MB: ${perSecond(readAt)} rows/s committed, ${perSecond(performance.now())} rows/s stored, peak ${peakMb.toFixed(0)} MB\n  while committing: ${cpuPerEvent(before, committed, 0, rows)}\n  until stored: ${cpuPerEvent(before, treeCpu(pid), 0, rows)}`,
  );
}
