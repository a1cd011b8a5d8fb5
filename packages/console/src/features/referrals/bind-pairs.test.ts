import { PAIRS_MAX } from "@terrace/contract/api/referral-codes";
import { expect, test } from "vitest";
import { bindPairs, type Binding, type Bound } from "./bind-pairs.ts";

const pair = (row: number) => ({ row, invitee: `u${row}`, inviter: row % 2 === 0 ? "ann" : "", code: row % 2 === 0 ? "" : "x", atMs: 0 });

test("pairs go in parts, and what is refused is named by its row in the file", async () => {
  const sent: Parameters<Binding["send"]>[0][] = [];
  const told: Bound[] = [];
  const bound = await bindPairs({
    pairs: Array.from({ length: PAIRS_MAX + 3 }, (_, index) => pair(index + 2)),
    kind: "user_id",
    trusted: true,
    send: async (body) => {
      sent.push(body);
      return { taken: body.pairs.length - 1, refused: [{ pair: 1, code: "referral.code_not_found", field: "code" }] };
    },
    onPart: (part) => told.push(part),
  });
  expect(sent.map(({ pairs }) => pairs.length)).toEqual([PAIRS_MAX, 3]);
  expect(sent[0]?.pairs.slice(0, 2)).toEqual([
    { invitee: { kind: "user_id", value: "u2" }, inviter: { kind: "user_id", value: "ann" }, at: "1970-01-01T00:00:00.000Z" },
    { invitee: { kind: "user_id", value: "u3" }, code: "x", at: "1970-01-01T00:00:00.000Z" },
  ]);
  expect(bound).toEqual({
    taken: PAIRS_MAX + 1,
    refused: [
      { row: 3, why: "code" },
      { row: PAIRS_MAX + 3, why: "code" },
    ],
  });
  expect(told).toHaveLength(2);
});
