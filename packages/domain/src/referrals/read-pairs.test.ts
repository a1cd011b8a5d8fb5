import fc from "fast-check";
import { expect, test } from "vitest";
import { csvLine } from "../exports/csv-line.ts";
import { readPairs } from "./read-pairs.ts";

test("columns stand in any order, in English or Chinese; times without a zone are of the workspace's", () => {
  expect(readPairs("\uFEFF时间;邀请人;被邀请人\r\n2026-03-01 08:00;ann;ben\r\n", "Asia/Shanghai")).toEqual({
    pairs: [{ row: 2, invitee: "ben", inviter: "ann", code: "", atMs: Date.UTC(2026, 2, 1) }],
    refused: [],
  });
  expect(readPairs("Invitee,Code,Time\ncat,ann-2026,2026-03-01T00:00:00Z\ndan,ann-2026,", "Asia/Shanghai")?.pairs).toEqual([
    { row: 2, invitee: "cat", inviter: "", code: "ann-2026", atMs: Date.UTC(2026, 2, 1) },
    { row: 3, invitee: "dan", inviter: "", code: "ann-2026", atMs: undefined },
  ]);
});

test("a file without the columns is not read; rows that cannot be pairs are named, empty ones left out", () => {
  for (const text of ["", "a,b\n1,2", "invitee,time\nben,", "inviter,code\nann,x"]) expect(readPairs(text, "UTC")).toBeUndefined();
  expect(
    readPairs("invitee,inviter,code,time\n,ann,,\nben,,,\nben,ann,x,\n,,,\nben,ann,,yesterday\nben,ann,,\nben,," + "x".repeat(33), "UTC"),
  ).toEqual({
    pairs: [{ row: 7, invitee: "ben", inviter: "ann", code: "", atMs: undefined }],
    refused: [
      { row: 2, why: "who" },
      { row: 3, why: "one" },
      { row: 4, why: "one" },
      { row: 6, why: "time" },
      { row: 8, why: "long" },
    ],
  });
});

test("whatever an export writes into cells is read again", () => {
  const id = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `x${text.replaceAll(/\s/gu, "_")}`);
  fc.assert(
    fc.property(fc.array(fc.record({ invitee: id, inviter: id }), { maxLength: 20 }), (rows) => {
      const text = csvLine(["invitee", "inviter"]) + rows.map(({ invitee, inviter }) => csvLine([invitee, inviter])).join("");
      expect(readPairs(text, "UTC")?.pairs.map(({ invitee, inviter }) => ({ invitee, inviter }))).toEqual(rows);
    }),
  );
});
