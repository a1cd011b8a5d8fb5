import { expect, test } from "vitest";
import { streamChecks } from "./stream-checks.ts";

test("streams that were refused are told, and where none can be seen, that others hold them", async () => {
  const look = async (streams?: () => { readonly open: number; readonly refused: number }) =>
    Promise.all(streamChecks({ streams }).map(({ run }) => run(false)));
  expect(await look(() => ({ open: 3, refused: 0 }))).toMatchObject([{ verdict: "ok", outcome: "streams.fine", figures: { open: 3 } }]);
  expect(await look(() => ({ open: 3, refused: 2 }))).toMatchObject([
    { verdict: "warn", outcome: "streams.refused", figures: { open: 3, refused: 2 } },
  ]);
  expect(await look()).toMatchObject([{ verdict: "ok", outcome: "streams.elsewhere" }]);
});
