import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { signStatement, verifyCertificate, type Statement } from "./certificate.ts";

const key = generateKeyPairSync("ed25519");
const statement: Statement = {
  format: "terrace-erasure-certificate/1",
  number: "1-7",
  workspace: "茶饮店",
  requestedAt: "2026-07-01T00:00:00.000Z",
  keysDestroyedAt: "2026-07-01T00:00:00.000Z",
  finishedAt: "2026-07-01T00:01:00.000Z",
  people: 2,
  ids: 5,
  removed: { people: { identities: 5 }, events: { anonymised: 12 } },
  audit: { position: "3", hash: "00ff" },
  terrace: "0.1.0",
};
const text = JSON.stringify(signStatement(key, statement));

test("a certificate verifies as it is, and laid out anew", () => {
  expect(verifyCertificate(text)).toMatchObject({ state: "valid", statement: { number: "1-7" } });
  expect(verifyCertificate(text, key.publicKey).state).toBe("valid");
  const turned = Object.fromEntries(Object.entries(JSON.parse(text) as object).toReversed());
  expect(verifyCertificate(JSON.stringify(turned, null, 2)).state).toBe("valid");
});

test("one that was changed, or signed by somebody else, does not", () => {
  expect(verifyCertificate(text.replace('"people":2', '"people":3')).state).toBe("forged");
  const other = generateKeyPairSync("ed25519");
  expect(verifyCertificate(text, other.publicKey).state).toBe("foreign");
  expect(verifyCertificate(JSON.stringify(signStatement(other, statement)), key.publicKey).state).toBe("foreign");
});

test("what is no certificate is told apart", () => {
  for (const none of ["", "{}", "[]", '{"statement":{},"algorithm":"Ed25519","publicKey":"x","signature":"y"}'])
    expect(verifyCertificate(none).state, none).toBe("unreadable");
});
