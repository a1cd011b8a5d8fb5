import { pino } from "pino";
import { expect, test } from "vitest";
import { outliveLostConnections } from "./lost-connections.ts";

test("a broken connection is told and outlived; any other failure is thrown on", () => {
  const lines: string[] = [];
  const before = new Set(process.listeners("unhandledRejection"));
  const stop = outliveLostConnections(pino({}, { write: (line: string) => void lines.push(line) }));
  const hear = process.listeners("unhandledRejection").find((listener) => !before.has(listener));
  const promise = Promise.resolve();
  hear?.(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }), promise);
  expect(lines.join("")).toContain("for which nobody waited");
  expect(() => hear?.(new Error("a bug"), promise)).toThrow("a bug");
  stop();
  expect(process.listeners("unhandledRejection")).toHaveLength(before.size);
});
