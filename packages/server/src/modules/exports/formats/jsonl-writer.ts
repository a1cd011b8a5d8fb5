import type { RecordWriter } from "./record-writer.ts";

/** One JSON object per line, whole. */
export function jsonlWriter(): RecordWriter {
  return {
    write: (records) => {
      let text = "";
      for (const record of records) text += `${JSON.stringify(record)}\n`;
      return text === "" ? [] : [Buffer.from(text)];
    },
    end: () => [],
  };
}
