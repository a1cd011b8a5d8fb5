import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTerrace } from "@terrace/testkit/terrace";
import { expect, test } from "vitest";
import { arrived, person } from "../sdk/arrivals.ts";

/** Planted numbers: each stands in another place of an event. */
const PHONES = Array.from({ length: 12 }, (_, index) => `1387654${String(3210 + index)}`);
const EMAIL = "planted.person@secret.example.test";
const ID_CARD = "11010519491231002X";

test("no planted phone number, e-mail or id-card stands in clear in either engine's files", async () => {
  const data = await mkdtemp(join(tmpdir(), "terrace-rest-"));
  try {
    const terrace = await startTerrace({ data });
    const [one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve] = PHONES;
    await terrace.send([
      {
        type: "identify",
        userId: "planted",
        messageId: "p1",
        traits: { phone: one, email: EMAIL, id_card: ID_CARD, nested: { mobile: two } },
      },
      {
        type: "track",
        event: "Planted",
        userId: "planted",
        messageId: "p2",
        properties: { phone: three, note: `call +86 ${four} after six`, list: [{ tel: five }, six] },
      },
      { type: "track", event: "Planted", userId: seven, messageId: "p3", properties: { mobile: Number(eight) } },
      {
        type: "page",
        userId: "planted",
        messageId: "p4",
        properties: { url: `https://shop.example.test/?phone=${nine}&q=${encodeURIComponent(EMAIL)}` },
        context: { page: { url: `https://shop.example.test/?tel=${ten}` }, traits: { phone: eleven } },
      },
      // Bad on purpose: it ends in quarantine with its payload.
      { type: "track", userId: "planted", messageId: "p5", properties: { phone: twelve } },
    ]);
    await arrived(terrace, { name: "Planted" }, 2);
    const found = await person(terrace, "user_id", "planted");
    expect(JSON.stringify(found)).not.toContain(one);
    const clear = await terrace.api<{ traits: Record<string, unknown> }>(`/people/${found.id}/unmask`, {
      body: { reason: "checking the vault" },
    });
    expect(clear.traits["phone"]).toBe(one);
    const byPhone = await person(terrace, "phone", one ?? "");
    expect(byPhone.id).toBe(found.id);
    expect(await terrace.stop()).toBe(0);
    for (const planted of [...PHONES, EMAIL, ID_CARD]) expect(filesWith(planted, data), planted).toEqual([]);
    // The check can fail: something that is not personal is found.
    expect(filesWith("shop.example.test", data).length + filesWith("planted", data).length).toBeGreaterThan(0);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
});

function filesWith(text: string, folder: string): readonly string[] {
  try {
    return execFileSync("grep", ["-rlaF", "--", text, folder], { encoding: "utf8" }).trim().split("\n");
  } catch {
    // grep answers 1 when nothing matches.
    return [];
  }
}
