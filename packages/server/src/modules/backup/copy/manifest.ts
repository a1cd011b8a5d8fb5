import { z } from "zod";

const sequenceSchema = z.object({ name: z.string(), last: z.string() });
const laneSchema = z.array(z.object({ lane: z.int(), seq: z.string() }));
const tableSchema = z.object({ name: z.string(), columns: z.array(z.string()) });
const partitionSchema = z.object({ partition: z.int(), events: z.int(), digest: z.string() });

/** The first record: what whoever restores must know before anything else. */
export const beginSchema = z.object({
  kind: z.literal("begin"),
  version: z.string(),
  madeAtMs: z.number(),
  /** Without it nothing in the vault, the feed or the quarantine could be opened, and ids would come out differently. Base64. */
  masterKey: z.string(),
  steps: z.object({ state: z.array(z.int()), events: z.array(z.int()) }),
  settled: laneSchema,
  written: laneSchema,
  sequences: z.array(sequenceSchema),
  eventColumns: z.array(z.string()),
  counts: z.object({ workspaces: z.int(), people: z.int(), ids: z.int(), events: z.int() }),
});
export type BackupBegin = z.infer<typeof beginSchema>;

/** The last record: what the others came to. */
export const endSchema = z.object({
  kind: z.literal("end"),
  tables: z.record(z.string(), z.object({ bytes: z.number(), sha256: z.string() })),
  /** Before and after copying; they differ when events were erased meanwhile. */
  partitions: z.array(z.object({ before: partitionSchema, after: partitionSchema.optional() })),
  slices: z.int(),
  eventBytes: z.number(),
});
export type BackupEnd = z.infer<typeof endSchema>;

/** The header of every record. */
export const recordSchema = z.discriminatedUnion("kind", [
  beginSchema,
  z.object({ kind: z.literal("table"), table: tableSchema }),
  // `done`: about how many events there are up to here.
  z.object({ kind: z.literal("events"), partition: z.int(), done: z.int() }),
  endSchema,
]);
export type BackupRecord = z.infer<typeof recordSchema>;
