import { expect, test } from "vitest";
import { decideOidcAccount, placementsOf, type OidcClaims, type OidcRules } from "./oidc-rules.ts";

const rules: OidcRules = {
  allowedDomains: ["example.com"],
  requireVerifiedEmail: true,
  createAccounts: true,
  defaultWorkspaceId: 1,
  defaultRole: "analyst",
  mapping: [
    { value: "ops", workspaceId: 1, role: "operator" },
    { value: "all", workspaceId: 1, role: "support" },
    { value: "all", workspaceId: 2, role: "custom:3" },
  ],
};
const claims: OidcClaims = { subject: "s", email: "li@Example.com", emailVerified: true, name: "", groups: [] };
const decide = (change: Partial<OidcClaims>, known = { bySubject: false, byEmail: false }, changedRules: Partial<OidcRules> = {}) => {
  const decided = decideOidcAccount({ ...rules, ...changedRules }, { ...claims, ...change }, known);
  return decided.ok ? decided.value : decided.fault.code;
};

test("an account of the provider becomes an operator only by a verified e-mail of an allowed domain", () => {
  expect(decide({})).toBe("create");
  expect(decide({}, { bySubject: false, byEmail: true })).toBe("link");
  expect(decide({ email: "li@example.com.evil.org" })).toBe("oidc.not_invited");
  expect(decide({ emailVerified: false }, { bySubject: false, byEmail: true })).toBe("oidc.not_invited");
  expect(decide({ email: undefined })).toBe("oidc.not_invited");
  expect(decide({}, { bySubject: false, byEmail: false }, { createAccounts: false })).toBe("oidc.not_invited");
  expect(decide({ emailVerified: false }, { bySubject: true, byEmail: false })).toBe("known");
  expect(decide({ email: "li@other.org" }, { bySubject: true, byEmail: true })).toBe("oidc.not_invited");
});

test("groups place people, the first rule of a workspace wins, new ones without any start in the default", () => {
  expect(placementsOf(rules, ["all", "ops"], false)).toEqual([
    { workspaceId: 1, role: "operator" },
    { workspaceId: 2, role: "custom:3" },
  ]);
  expect(placementsOf(rules, [], true)).toEqual([{ workspaceId: 1, role: "analyst" }]);
  expect(placementsOf(rules, [], false)).toEqual([]);
});
