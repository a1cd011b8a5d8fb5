import pino from "pino";
import { expect, test } from "vitest";
import { createExportHost } from "./export-host.ts";

const NO_MASTER_KEY = {
  postgres: { host: "/nowhere", port: 1, database: "none", username: "none" },
  clickhouse: { url: "http://127.0.0.1:1" },
  clickhouseReplicated: false,
  masterKey: new Uint8Array(1),
  dataFolder: "",
  ledgerFolders: [],
  logLevel: "silent",
  feedRetentionHours: 1,
  writeKeyEventsPerSecond: 0,
  outboundAllow: "",
};
const ORDER = { workspaceId: 1, moment: "0-1", nowMs: 0, viewKey: "", facts: false, format: "csv", columns: { asked: ["id"] } } as const;

test("pages that a thread was making fail when it dies, and others after the host stopped", async () => {
  const host = createExportHost(NO_MASTER_KEY, pino({ level: "silent" }));
  const job = host.open(ORDER);
  const pages = [job.make(["1"]), job.make(["2"])];
  expect((await Promise.allSettled(pages)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await expect(pages[0]).rejects.toThrow("the thread that made a page of the export ended");
  job.close();
  await host.stop();
  await expect(job.make(["3"])).rejects.toThrow("Terrace is stopping");
});
