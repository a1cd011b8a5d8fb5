import type { Mapping } from "@terrace/domain/imports/mapping";
import { bindMapping, type MappedEvent, type RowMapper } from "@terrace/domain/imports/map-rows";
import type { OpenGroup } from "@terrace/domain/imports/group-window";
import { mapChunk, openFile, readChunks, type MappedChunk } from "../modules/imports/module.ts";

const ROWS_PER_CHUNK = 10_000;
const BYTES_PER_CHUNK = 2 * 1024 * 1024;
const SHOWN = 3;
const REASONS_MAX = 100;

type Output = { readonly write: (text: string) => unknown };
type Tally = { rows: number; events: number; rejected: number; readonly names: Map<string, number>; readonly reasons: Map<string, number> };

/** Maps a whole file without sending anything; prints the first events, the reasons of rejected rows, and the counts. Exit code 0, or 1 when the mapping does not fit the file. */
export async function dryRun(path: string, mapping: Mapping, output: Output): Promise<number> {
  const tally: Tally = { rows: 0, events: 0, rejected: 0, names: new Map(), reasons: new Map() };
  const closed = new Set<string>();
  let mapper: RowMapper | undefined;
  let carried: readonly OpenGroup[] = [];
  for await (const { header, fromRow, rows, last } of readChunks(await openFile(path), mapping, {
    rowsMax: ROWS_PER_CHUNK,
    bytesMax: BYTES_PER_CHUNK,
    fromRow: 1,
  })) {
    const bound = mapper === undefined ? bindMapping(mapping, header) : { ok: true as const, value: mapper };
    if (!bound.ok) {
      output.write(`The mapping does not fit the file at "${bound.fault.field ?? ""}": ${bound.fault.mend ?? ""}\n`);
      return 1;
    }
    mapper = bound.value;
    const chunk = await mapChunk({
      mapper,
      last,
      nowMs: Date.now(),
      carried,
      rows: rows.map((cells, index) => ({ row: fromRow + index, cells })),
      findClosed: (keys) => Promise.resolve(new Set(keys.filter((key) => closed.has(key)))),
    });
    carried = chunk.open;
    for (const key of chunk.closed) closed.add(key);
    tally.rows += rows.length;
    count(tally, chunk, output);
  }
  report(tally, output);
  return 0;
}

function count(tally: Tally, chunk: MappedChunk, output: Output): void {
  for (const { event } of chunk.made) {
    if (tally.events < SHOWN) output.write(`${describe(event)}\n`);
    tally.events += 1;
    const name = event.name === "" ? "figures of a channel" : event.name;
    tally.names.set(name, (tally.names.get(name) ?? 0) + 1);
  }
  for (const { code, field, detail } of chunk.rejects) {
    const reason = `${code} ${field} ${detail}`;
    if (tally.reasons.has(reason) || tally.reasons.size < REASONS_MAX) tally.reasons.set(reason, (tally.reasons.get(reason) ?? 0) + 1);
  }
  tally.rejected += chunk.rejects.length;
}

function report({ rows, events, rejected, names, reasons }: Tally, output: Output): void {
  const number = (value: number): string => value.toLocaleString("en");
  for (const [name, times] of names) output.write(`${number(times)} × ${name}\n`);
  for (const [reason, times] of reasons) output.write(`${number(times)} rejected: ${reason}\n`);
  output.write(`${number(rows)} rows would make ${number(events)} events; ${number(rejected)} rows would be rejected. Nothing was sent.\n`);
}

function describe(event: MappedEvent): string {
  return JSON.stringify({
    name: event.name,
    time: event.timeMs === undefined ? "(now)" : new Date(event.timeMs).toISOString(),
    ids: event.ids,
    properties: event.properties,
    traits: event.traits,
  });
}
