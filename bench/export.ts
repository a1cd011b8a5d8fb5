// Export of everyone in each format, streamed over HTTP: node bench/export.ts --people 10000,100000,1000000 --data <folder made by bench/people.ts --data>
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { openInstance, type Instance } from "./instance.ts";
import { WORKSPACE } from "./people-made.ts";
import { residentMb, treeCpu } from "./process-tree.ts";

const { values } = parseArgs({
  options: { people: { type: "string", default: "10000,100000,1000000" }, data: { type: "string" }, what: { type: "string", default: "" } },
});

type Run = { readonly name: string; readonly body: Readonly<Record<string, unknown>> };
const RUNS: readonly Run[] = [
  { name: "people, CSV, masked", body: { what: "people", format: "csv" } },
  { name: "people, JSONL, masked", body: { what: "people", format: "jsonl" } },
  { name: "people, JSONL, clear with facts", body: { what: "people", format: "jsonl", clear: true, reason: "benchmark" } },
  { name: "people, Parquet, masked", body: { what: "people", format: "parquet" } },
  { name: "events, CSV", body: { what: "events", format: "csv" } },
];

type Taken = { readonly bytes: number; readonly tookMs: number; readonly peakMb: number; readonly cpu: string };

/** Reads a stream to its end and watches the memory and the CPU of the process that makes it. */
async function take(subject: TestTerrace, open: () => Promise<AsyncIterable<Uint8Array>>): Promise<Taken> {
  let peakMb = residentMb(subject.pid);
  const timer = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(subject.pid));
  }, 250);
  const before = treeCpu(subject.pid);
  const startedAt = performance.now();
  let bytes = 0;
  for await (const chunk of await open()) bytes += chunk.length;
  const tookMs = performance.now() - startedAt;
  clearInterval(timer);
  const after = treeCpu(subject.pid);
  const cpu = (["main", "threads", "postgres", "clickhouse"] as const).map((part) => (after[part] - before[part]).toFixed(1)).join(" / ");
  return { bytes, tookMs, peakMb, cpu };
}

async function exportOnce(subject: TestTerrace, { body }: Run): Promise<Taken & { readonly rows: number }> {
  const { id } = await subject.api<{ id: string }>("/exports", { body });
  const taken = await take(subject, async () => {
    const answer = await fetch(new URL(`/api/workspaces/current/exports/${id}/file`, subject.url), {
      headers: { authorization: `Bearer ${subject.secretKey}` },
    });
    if (!answer.ok || answer.body === null) throw new Error(`the file of ${id} answered ${answer.status}`);
    return answer.body;
  });
  for (;;) {
    const row = (await subject.api<{ items: { id: string; state: string; rows: number }[] }>("/exports")).items.find(
      (one) => one.id === id,
    );
    if (row?.state === "done") return { ...taken, rows: row.rows };
    if (row?.state !== "running") throw new Error(`the export ended as ${row?.state ?? "nothing"}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}

/** What the state engine alone needs to hand out the rows behind it, unopened. */
async function bound(subject: TestTerrace, { db }: Instance): Promise<Taken> {
  const copy = db`
    copy (select i.*, f.traits, v.token, v.ciphertext, k.wrapped_key from identity i
      left join person_profile f on f.workspace_id = i.workspace_id and f.person_id = i.origin_id
      left join vault_value v on v.workspace_id = i.workspace_id and v.origin_id = i.origin_id
      left join person_key k on k.workspace_id = i.workspace_id and k.origin_id = i.origin_id where i.workspace_id = ${db.unsafe(String(WORKSPACE))}) to stdout`;
  // The driver hands on what the server sends, buffer by buffer.
  return take(subject, async () => (await copy.readable()) as AsyncIterable<Uint8Array>);
}

/** People filled by an older Terrace come with keys that cannot export yet; a changed key is known everywhere after a few seconds. */
async function allow({ db }: Instance): Promise<void> {
  const changed = await db`
    update api_key set scopes = scopes || '{data:export,people:unmask}' where workspace_id = ${WORKSPACE} and kind = 'secret' and not scopes @> '{data:export}'`;
  if (changed.count > 0)
    await new Promise((resolve) => {
      setTimeout(resolve, 6_000);
    });
}

function line(name: string, rows: number | undefined, { bytes, tookMs, peakMb, cpu }: Taken): string {
  const rate = rows === undefined ? "" : Math.round(rows / (tookMs / 1000)).toLocaleString("en");
  return `| ${name} | ${rows?.toLocaleString("en") ?? ""} | ${(tookMs / 1000).toFixed(1)} | ${rate} | ${(bytes / 1_048_576).toFixed(0)} | ${peakMb.toFixed(0)} | ${cpu} |`;
}

for (const size of values.people.split(",").map(Number)) {
  const data = join(values.data ?? "", String(size));
  if (!existsSync(join(data, "bench.filled")))
    throw new Error(`${data} holds no people: run bench/people.ts --people ${size} --data first`);
  const subject = await startTerrace({ data });
  try {
    const instance = await openInstance(data);
    try {
      await allow(instance);
      console.log(
        `\n## ${size.toLocaleString("en")} people\n\n| what | rows | s | rows/s | MB | peak MB of the process | CPU s main / threads / postgres / clickhouse |\n|---|---|---|---|---|---|---|`,
      );
      console.log(line("bound: COPY of the tables", undefined, await bound(subject, instance)));
      for (const run of RUNS.filter(({ name }) => name.includes(values.what))) {
        const { rows, ...taken } = await exportOnce(subject, run);
        console.log(line(run.name, rows, taken));
      }
    } finally {
      await instance.close();
    }
  } finally {
    await subject.stop();
  }
}
