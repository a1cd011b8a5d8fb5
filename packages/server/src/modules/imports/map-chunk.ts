import { createGroupWindow, type OpenGroup } from "@terrace/domain/imports/group-window";
import { isJsonObject } from "@terrace/domain/json";
import type { FileRow, MappedEvent, RowMapper, RowReject } from "@terrace/domain/imports/map-rows";

/** Rows mapped between two breathers of the event loop. */
const ROWS_AT_ONCE = 1_000;

/** An event with the rows it was made of. */
export type MadeEvent = { readonly event: MappedEvent; readonly rows: readonly FileRow[] };

/** What a chunk of rows came to. `open` = groups that go on in the next chunk; `closed` = groups that must not occur again. */
export type MappedChunk = {
  readonly made: readonly MadeEvent[];
  readonly rejects: readonly RejectedRow[];
  readonly open: readonly OpenGroup[];
  readonly closed: readonly string[];
};
export type RejectedRow = RowReject & { readonly cells: readonly string[] };

export type ChunkInput = {
  readonly mapper: RowMapper;
  readonly rows: readonly FileRow[];
  readonly carried: readonly OpenGroup[];
  readonly last: boolean;
  readonly nowMs: number;
  /** Which of these groups were closed by an earlier chunk. */
  readonly findClosed: (keys: readonly string[]) => Promise<ReadonlySet<string>>;
};

/** Maps a chunk, letting other work in between. */
export async function mapChunk(input: ChunkInput): Promise<MappedChunk> {
  const { mapper, rows } = input;
  const rejects: RejectedRow[] = [];
  const made: MadeEvent[] = [];
  const fit = rows.filter((row) => {
    const refused = mapper.refuse(row);
    if (refused !== undefined) rejects.push({ ...refused, cells: row.cells });
    return refused === undefined;
  });
  const take = (group: readonly FileRow[]): void => {
    const outcome = mapper.map(group);
    const future = "event" in outcome ? consentToCome(outcome.event, input.nowMs) : undefined;
    if (future !== undefined) for (const { row, cells } of group) rejects.push({ row, ...future, cells });
    else if ("event" in outcome) {
      made.push({ event: outcome.event, rows: group });
      // The rows are counted with their first event.
      for (const event of outcome.also) made.push({ event, rows: [] });
    } else outcome.rejects.forEach((reject, index) => rejects.push({ ...reject, cells: group[index]?.cells ?? [] }));
  };
  if (mapper.groupOf === undefined) {
    for (let at = 0; at < fit.length; at += 1) {
      take([fit[at] as FileRow]);
      if (at % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await breathe();
    }
    return { made, rejects: rejects.toSorted(byRow), open: [], closed: [] };
  }
  const groups = await mapGroups({ ...input, rows: fit }, mapper.groupOf, { take, reject: (reject) => void rejects.push(reject) });
  return { made, rejects: rejects.toSorted(byRow), ...groups };
}

/** Nobody can have agreed tomorrow: a consent of a later time than now is a fault of the file. */
function consentToCome({ properties }: MappedEvent, nowMs: number): Omit<RowReject, "row"> | undefined {
  const said = properties["$consent"];
  const at = said !== undefined && isJsonObject(said) ? said["at"] : undefined;
  if (typeof at !== "string" || Date.parse(at) <= nowMs) return undefined;
  return { code: "import.row_invalid", field: "consent.at", detail: "The time of the consent lies in the future", keep: true };
}

const byRow = (a: RejectedRow, b: RejectedRow): number => a.row - b.row;

type Sinks = { readonly take: (group: readonly FileRow[]) => void; readonly reject: (reject: RejectedRow) => void };

async function mapGroups(
  input: ChunkInput,
  groupOf: (row: FileRow) => string,
  { take, reject }: Sinks,
): Promise<{ readonly open: readonly OpenGroup[]; readonly closed: readonly string[] }> {
  const window = createGroupWindow(input.carried);
  const keys = input.rows.map(groupOf);
  const openKeys = new Set(input.carried.map(({ key }) => key));
  const closedBefore = await input.findClosed([...new Set(keys)].filter((key) => !openKeys.has(key)));
  const closed = new Set<string>();
  for (const [index, row] of input.rows.entries()) {
    const key = keys[index] ?? "";
    if (closedBefore.has(key) || closed.has(key)) {
      reject({
        row: row.row,
        code: "import.row_invalid",
        field: "",
        detail: "The row comes too late: its group was complete before. Sort the file by group",
        keep: true,
        cells: row.cells,
      });
      continue;
    }
    const complete = window.add(key, row);
    if (complete !== undefined) {
      closed.add(complete.key);
      take(complete.rows);
    }
    if (index % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await breathe();
  }
  if (input.last) for (const group of window.finish()) take(group.rows);
  return { open: window.open(), closed: [...closed] };
}

/** Lets other work of the process run. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
