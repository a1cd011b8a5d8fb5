import type { MappedEvent } from "@terrace/domain/imports/map-rows";
import type { JsonObject } from "@terrace/domain/json";
import type { MappedChunk } from "../map-chunk.ts";

const SAMPLES = 5;
const REASONS_MAX = 100;
const NAMES_MAX = 50;

/** What an import would come to. */
export type TrialResult = {
  readonly rows: number;
  readonly events: number;
  readonly rejected: number;
  readonly names: readonly { readonly name: string; readonly events: number }[];
  readonly reasons: readonly { readonly code: string; readonly field: string; readonly detail: string; readonly rows: number }[];
  readonly samples: readonly {
    readonly name: string;
    readonly time: string | null;
    readonly ids: readonly string[];
    readonly properties: JsonObject;
    readonly traits: JsonObject;
  }[];
  readonly firstTime: string | null;
  readonly lastTime: string | null;
};

/** Counts what a file comes to, chunk by chunk; reasons and names beyond the first hundred are counted but not listed. */
export function createTrialTally(): { readonly add: (rows: number, chunk: MappedChunk) => void; readonly result: () => TrialResult } {
  const names = new Map<string, number>();
  const reasons = new Map<string, { code: string; field: string; detail: string; rows: number }>();
  const samples: TrialResult["samples"][number][] = [];
  const total = { rows: 0, events: 0, rejected: 0, first: Infinity, last: -Infinity };
  return {
    add: (rows, { made, rejects }) => {
      total.rows += rows;
      total.events += made.length;
      total.rejected += rejects.length;
      for (const { event } of made) {
        if (samples.length < SAMPLES) samples.push(sampleOf(event));
        if (names.has(event.name) || names.size < NAMES_MAX) names.set(event.name, (names.get(event.name) ?? 0) + 1);
        if (event.timeMs === undefined) continue;
        total.first = Math.min(total.first, event.timeMs);
        total.last = Math.max(total.last, event.timeMs);
      }
      for (const { code, field, detail } of rejects) {
        const key = `${code} ${field} ${detail}`;
        const known = reasons.get(key);
        if (known !== undefined) known.rows += 1;
        else if (reasons.size < REASONS_MAX) reasons.set(key, { code, field, detail, rows: 1 });
      }
    },
    result: () => ({
      rows: total.rows,
      events: total.events,
      rejected: total.rejected,
      names: [...names].map(([name, events]) => ({ name, events })).toSorted((a, b) => b.events - a.events),
      reasons: [...reasons.values()].toSorted((a, b) => b.rows - a.rows),
      samples,
      firstTime: Number.isFinite(total.first) ? new Date(total.first).toISOString() : null,
      lastTime: Number.isFinite(total.last) ? new Date(total.last).toISOString() : null,
    }),
  };
}

function sampleOf(event: MappedEvent): TrialResult["samples"][number] {
  return {
    name: event.name,
    time: event.timeMs === undefined ? null : new Date(event.timeMs).toISOString(),
    ids: event.ids.map(({ kind, value }) => `${kind}: ${value}`),
    properties: event.properties,
    traits: Object.fromEntries(event.traits.flatMap((change) => ("value" in change ? [[change.key, change.value] as const] : []))),
  };
}
