import { expect, test } from "vitest";
import { auditDetail, auditFacts } from "./audit-detail.ts";

const WORDS: Readonly<Record<string, string>> = {
  "auditWord.role": "角色",
  "auditWord.name": "名称",
  "auditWord.was": "原来",
  "auditWord.kind": "类型",
  "auditWord.confirmed": "已确认",
  "auditWord.scopes": "权限",
  "role.admin": "管理员",
  "imports.kind.people": "用户",
  "permission.people:read": "查看用户",
  "common.yes": "是",
};
const find = (key: string, fallback: string) => WORDS[key] ?? fallback;

test("names and values are told in words", () => {
  expect(auditDetail({ role: "admin", confirmed: true, kind: "people" }, find)).toBe("角色 管理员 · 已确认 是 · 类型 用户");
  expect(auditDetail({ scopes: ["people:read", "new:thing"] }, find)).toBe("权限 查看用户, new:thing");
  expect(auditDetail({ was: { name: "旧", timeZone: "UTC" } }, find)).toBe("原来 名称 旧 · timeZone UTC");
});

test("what someone typed is never taken for a word", () => {
  expect(auditFacts({ name: "admin", reason: "people" }, find)).toEqual([
    ["名称", "admin"],
    ["reason", "people"],
  ]);
});

test("empty values are left out", () => {
  expect(auditDetail({ role: "", expiresAt: null, scopes: [] }, find)).toBe("");
});
