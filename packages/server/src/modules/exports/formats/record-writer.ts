import type { JsonObject } from "@terrace/domain/json";

/** Turns records into the bytes of a file, piece by piece; `end` gives what stands behind the last record. */
export type RecordWriter = {
  readonly write: (records: readonly JsonObject[]) => readonly Uint8Array[];
  readonly end: () => readonly Uint8Array[];
};
