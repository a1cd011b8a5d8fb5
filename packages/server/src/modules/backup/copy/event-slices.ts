/** A part of the events that fits into one statement and one answer: all bounds are included. Days are dates, origins decimal. */
export type EventSlice = {
  /** Month as the table is partitioned, e.g. 202611. */
  readonly partition: number;
  readonly workspaceId: number;
  readonly names: { readonly from: string; readonly to: string };
  readonly days: { readonly from: string; readonly to: string };
  readonly origins: { readonly from: string; readonly to: string };
  /** One share of so many that the rest is dealt into, by a hash of the event. */
  readonly share: { readonly of: number; readonly at: number };
};

/** The span of all values, for bounds that do not narrow anything. */
export const ALL_DAYS = { from: "1970-01-01", to: "2149-06-06" } as const;
export const ALL_ORIGINS = { from: "0", to: "18446744073709551615" } as const;
const WHOLE_SHARE = { of: 1, at: 0 } as const;
/** Beyond this a slice of one id holds a row too large to be copied. */
const SHARES_MAX = 65_536;

export type NameCount = { readonly workspaceId: number; readonly name: string; readonly events: number };
export type DayCount = { readonly day: string; readonly events: number };

/**
 * Cuts the names of a partition, in order, into slices of about `eventsMax` events: small names together, each large one alone (`large`:
 * more than fits, to be cut further by day).
 */
export function sliceByName(
  partition: number,
  counts: readonly NameCount[],
  eventsMax: number,
): readonly { readonly slice: EventSlice; readonly large: boolean }[] {
  const slices: { slice: EventSlice; large: boolean; events: number }[] = [];
  for (const { workspaceId, name, events } of counts) {
    const last = slices.at(-1);
    const alone = events > eventsMax;
    if (last !== undefined && !alone && !last.large && last.slice.workspaceId === workspaceId && last.events + events <= eventsMax) {
      last.slice = { ...last.slice, names: { from: last.slice.names.from, to: name } };
      last.events += events;
    } else {
      const slice = { partition, workspaceId, names: { from: name, to: name }, days: ALL_DAYS, origins: ALL_ORIGINS, share: WHOLE_SHARE };
      slices.push({ slice, large: alone, events });
    }
  }
  return slices.map(({ slice, large }) => ({ slice, large }));
}

/** Cuts one name by day, and a day that is still too large by the ids it holds, which are spread evenly. */
export function sliceByDay(whole: EventSlice, counts: readonly DayCount[], eventsMax: number): readonly EventSlice[] {
  const slices: { from: string; to: string; events: number }[] = [];
  for (const { day, events } of counts) {
    const last = slices.at(-1);
    if (last !== undefined && last.events + events <= eventsMax) {
      last.to = day;
      last.events += events;
    } else slices.push({ from: day, to: day, events });
  }
  return slices.flatMap(({ from, to, events }) => {
    const slice = { ...whole, days: { from, to } };
    return events <= eventsMax ? [slice] : sliceByOrigin(slice, Math.ceil(events / eventsMax));
  });
}

/** Ids are hashes of 63 bits. */
const ORIGIN_BITS = 63n;

function sliceByOrigin(whole: EventSlice, parts: number): readonly EventSlice[] {
  const bounds = Array.from({ length: parts }, (_, index) => (BigInt(index) << ORIGIN_BITS) / BigInt(parts));
  return bounds.map((from, index) => {
    const next = bounds[index + 1];
    return { ...whole, origins: { from: String(from), to: next === undefined ? ALL_ORIGINS.to : String(next - 1n) } };
  });
}

/** Two halves of a slice whose rows turned out too large for one answer; undefined when it cannot be cut any further. */
export function halve(slice: EventSlice): readonly [EventSlice, EventSlice] | undefined {
  const [from, to] = [BigInt(slice.origins.from), BigInt(slice.origins.to)];
  if (from >= to) return halveShare(slice);
  const top = slice.origins.to === ALL_ORIGINS.to && from < 1n << ORIGIN_BITS ? (1n << ORIGIN_BITS) - 1n : to;
  const middle = from + (top - from) / 2n;
  return [
    { ...slice, origins: { from: slice.origins.from, to: String(middle) } },
    { ...slice, origins: { from: String(middle + 1n), to: slice.origins.to } },
  ];
}

/** An id with very many events, such as the one of events that belong to nobody. */
function halveShare(slice: EventSlice): readonly [EventSlice, EventSlice] | undefined {
  const { of, at } = slice.share;
  if (of >= SHARES_MAX) return undefined;
  return [
    { ...slice, share: { of: of * 2, at } },
    { ...slice, share: { of: of * 2, at: at + of } },
  ];
}
