/** Rows as they stand in a file, header and all, some at a time. */
export type RecordBatches = AsyncGenerator<readonly (readonly string[])[]>;
