import { exportedEventSchema, personFactsSchema, takeExported } from "@terrace/contract/api/exports";
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { z } from "zod";
import { explain } from "./explain-answer.ts";
import type { CommandIo } from "./command-io.ts";

export type TakeCall = { readonly file: string; readonly url: string; readonly key: string };

/** The file cannot be taken; the message is for the person at the terminal. */
export class ExportedUnreadable extends Error {}

const personLine = z.object({ terrace: z.literal("person"), facts: personFactsSchema });
const eventLine = exportedEventSchema.extend({ terrace: z.literal("event") });
const line = z.discriminatedUnion("terrace", [personLine, eventLine]);

/** What is sent in one call. */
type Batch = {
  people: z.output<typeof personFactsSchema>[];
  events: { readonly row: number; readonly event: z.output<typeof exportedEventSchema> }[];
  bytes: number;
};

const BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_PEOPLE = 1_000;
const BATCH_EVENTS = 2_000;
const TRIES_MAX = 8;
const FIRST_WAIT_MS = 250;

/** Sends the lines of a JSONL export (plain or .gz) to a running Terrace. Sending a file again changes nothing. */
export async function sendExported(call: TakeCall, io: CommandIo): Promise<void> {
  const counts = { people: 0, events: 0, rejected: 0 };
  const rejects: string[] = [];
  let batch: Batch = { people: [], events: [], bytes: 0 };
  const flush = async (): Promise<void> => {
    if (batch.people.length + batch.events.length === 0) return;
    const { people, events } = batch;
    batch = { people: [], events: [], bytes: 0 };
    const taken = await post(call, JSON.stringify({ people, events: events.map(({ event }) => event) }));
    counts.people += taken.people;
    counts.events += taken.events;
    counts.rejected += taken.rejected.length;
    for (const { index, ...why } of taken.rejected) rejects.push(JSON.stringify({ row: events[index]?.row, ...why }));
  };
  let row = 0;
  for await (const text of linesOf(call.file)) {
    row += 1;
    if (text.trim() === "") continue;
    const read = readLine(text, row);
    if (read.terrace === "person") batch.people.push(read.facts);
    else batch.events.push({ row, event: read });
    batch.bytes += text.length;
    if (batch.bytes >= BATCH_BYTES || batch.people.length >= BATCH_PEOPLE || batch.events.length >= BATCH_EVENTS) await flush();
  }
  await flush();
  io.stdout.write(`Taken: ${counts.people} people and ${counts.events} events; ${counts.rejected} rejected.\n`);
  if (rejects.length > 0) {
    createWriteStream(`${call.file}.rejected.jsonl`).end(`${rejects.join("\n")}\n`);
    io.stdout.write(`The rejected lines with their reasons are in ${call.file}.rejected.jsonl.\n`);
  }
}

function linesOf(file: string): AsyncIterable<string> {
  const source = createReadStream(file);
  const input = file.toLowerCase().endsWith(".gz") ? source.pipe(createGunzip()) : source;
  return createInterface({ input, crlfDelay: Infinity });
}

function readLine(text: string, row: number): z.output<typeof line> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new ExportedUnreadable(`Line ${row} is not JSON.`);
  }
  if (typeof parsed === "object" && parsed !== null && "masked" in parsed)
    throw new ExportedUnreadable(`Line ${row} is masked. Only exports in clear can be imported: terrace export … --clear --reason …`);
  const read = line.safeParse(parsed);
  if (!read.success) throw new ExportedUnreadable(`Line ${row} is no line of a Terrace export in clear: ${z.prettifyError(read.error)}`);
  return read.data;
}

/** Posts until it is taken: repeating a call changes nothing. */
async function post(call: TakeCall, body: string): Promise<z.output<typeof takeExported.response>> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(new URL("/api/workspaces/current/exported", call.url), {
      method: "POST",
      headers: { authorization: `Bearer ${call.key}`, "content-type": "application/json" },
      body,
    }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    if (!(answer instanceof Error) && answer.ok) return takeExported.response.parse(await answer.json());
    if (attempt >= TRIES_MAX || (!(answer instanceof Error) && answer.status !== 429 && answer.status < 500))
      throw new ExportedUnreadable(await explain(answer, call.url));
    await new Promise((resolve) => {
      setTimeout(resolve, FIRST_WAIT_MS * 2 ** attempt);
    });
  }
}
