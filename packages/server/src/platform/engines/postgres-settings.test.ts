import { expect, test } from "vitest";
import { readPostgresLogLine, renderPostgresSettings } from "./postgres-settings.ts";

test("the socket folder is quoted", () => {
  expect(renderPostgresSettings({ socketPath: "/it's/run" })).toContain("unix_socket_directories = '/it''s/run'");
});

test("errors of the application's statements are left to the application", () => {
  expect(readPostgresLogLine('client backend|ERROR:  invalid input syntax for type uuid: "13800138000"')).toBeUndefined();
  expect(readPostgresLogLine("client backend|FATAL:  the database system is starting up")).toBeUndefined();
});

test.each([
  ["checkpointer|ERROR:  could not write to file", "error"],
  ["postmaster|FATAL:  lock file exists", "error"],
  ["autovacuum worker|WARNING:  page is not marked", "warn"],
  ["startup|LOG:  redo done at 0/1F2E3D8 system usage: elapsed: 0.10 s", "info"],
  ["client backend|PANIC:  could not write", "error"],
])("the server's own troubles are passed on: %s", (line, level) => {
  expect(readPostgresLogLine(line)).toMatchObject({ level });
});

test("details, everyday messages and unknown lines are dropped", () => {
  expect(readPostgresLogLine("postmaster|LOG:  starting PostgreSQL 18.4")).toBeUndefined();
  expect(readPostgresLogLine("\tKey (phone)=(13800138000) already exists.")).toBeUndefined();
  expect(readPostgresLogLine("")).toBeUndefined();
});
