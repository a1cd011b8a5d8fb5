// Rows a second of an imported file, and memory while it grows: node bench/run.mjs imports [--sizes 20000,60000,180000] [--wide-mb 20,200,2000]
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { cpuPerEvent, treeCpu, treeMb } from "./process-tree.ts";

const { values } = parseArgs({
  options: { sizes: { type: "string", default: "20000,60000,180000" }, "wide-mb": { type: "string", default: "" } },
});
const PIECE_LENGTH = 4 * 1024 * 1024;
const KNOWN_PEOPLE = 5_000;
const LOOK_MS = 250;

/** A file of so many rows: its header and one row of it. */
type Shape = {
  readonly name: string;
  readonly header: string;
  readonly line: (row: number, run: number) => string;
  readonly mapping: object;
};
type Import = { readonly id: string; readonly state: string; readonly rowsRead: number; readonly rowsRejected: number };

const SHAPES: readonly Shape[] = [
  {
    name: "new people, user id and phone each",
    header: "user,phone,city,at",
    line: (row, run) => `b${run}-${row},1${String(3_000_000_000 + run * 1_000_000 + row)},上海,2026-05-01 10:00:00`,
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
    header: "user,at,page,n",
    line: (row, run) => `known-${row % KNOWN_PEOPLE},2026-05-02 10:00:00,/p/${row % 50},${run * 10_000_000 + row}`,
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
    header: "order,user,at,item,qty,price",
    line: (row, run) =>
      `o${run}-${Math.floor(row / 10)},known-${Math.floor(row / 10) % KNOWN_PEOPLE},2026-05-03 10:00:00,item ${row % 100},2,9.5`,
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

/** Rows of two kilobytes: how memory goes with the size of a file, not with its rows. */
const WIDE_TEXT = "A remark of the shop assistant about this visit that is as long as remarks are. ".repeat(27);
const WIDE: Shape = {
  name: "events with long texts",
  header: "user,at,n,text",
  line: (row, run) => `known-${row % KNOWN_PEOPLE},2026-05-02 10:00:00,${run * 10_000_000 + row},${WIDE_TEXT}${row}`,
  mapping: {
    kind: "events",
    ids: [{ kind: "user_id", column: "user" }],
    event: { name: "Visit Noted" },
    time: { column: "at" },
    properties: { n: { column: "n", type: "number" }, text: { column: "text" } },
  },
};

const terrace = await startTerrace();
try {
  console.log(`at rest: ${treeMb(terrace.pid).toFixed(0)} MB`);
  let run = 0;
  for (const shape of SHAPES)
    for (const rows of values.sizes.split(",").map(Number)) {
      run += 1;
      await measure(terrace, shape, { rows, run });
    }
  for (const megabytes of values["wide-mb"].split(",").filter(Boolean).map(Number)) {
    run += 1;
    await measure(terrace, WIDE, { rows: Math.round((megabytes * 1e6) / Buffer.byteLength(`${WIDE.line(0, run)}\n`)), run });
  }
} finally {
  await terrace.stop();
}

/** The file in pieces, so that none of it need be held here. */
function* piecesOf({ header, line }: Shape, rows: number, run: number): Generator<Buffer> {
  let text = `${header}\n`;
  for (let row = 0; row < rows; row += 1) {
    text += `${line(row, run)}\n`;
    if (text.length < PIECE_LENGTH) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}

async function upload(
  { api, url }: Pick<TestTerrace, "api" | "url">,
  shape: Shape,
  rows: number,
  run: number,
): Promise<{ id: string; bytes: number }> {
  let bytes = 0;
  for (const piece of piecesOf(shape, rows, run)) bytes += piece.length;
  const { id } = await api<{ id: string }>("/imports/uploads", { body: { fileName: "bench.csv", bytes } });
  let at = 0;
  for (const piece of piecesOf(shape, rows, run)) {
    const answer = await fetch(new URL(`/api/workspaces/current/imports/uploads/${id}`, url), {
      method: "PATCH",
      headers: { authorization: "Bearer test-secret-key", "content-type": "application/offset+octet-stream", "upload-offset": String(at) },
      body: new Uint8Array(piece),
    });
    if (!answer.ok) throw new Error(await answer.text());
    at += piece.length;
  }
  return { id, bytes };
}

async function measure(
  { api, url, pid }: TestTerrace,
  shape: Shape,
  { rows, run }: { readonly rows: number; readonly run: number },
): Promise<void> {
  const beganUpload = performance.now();
  const file = await upload({ api, url }, shape, rows, run);
  const uploadSeconds = (performance.now() - beganUpload) / 1000;
  const before = treeCpu(pid);
  const { id } = await api<Import>("/imports/jobs", { body: { upload: file.id, mapping: shape.mapping } });
  let startedAt: number | undefined;
  let peakMb = 0;
  for (;;) {
    const one = await api<Import>(`/imports/${id}`);
    if (one.state !== "queued") startedAt ??= performance.now();
    peakMb = Math.max(peakMb, treeMb(pid));
    if (one.state === "done" && one.rowsRejected > 0) throw new Error(`${one.rowsRejected} rows were rejected`);
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
    `${shape.name}, ${rows.toLocaleString("en")} rows, ${(file.bytes / 1e6).toFixed(1)} MB (uploaded in ${uploadSeconds.toFixed(0)} s): ${perSecond(readAt)} rows/s committed, ${perSecond(performance.now())} rows/s stored, peak ${peakMb.toFixed(0)} MB\n  while committing: ${cpuPerEvent(before, committed, 0, rows)}\n  until stored: ${cpuPerEvent(before, treeCpu(pid), 0, rows)}`,
  );
}
