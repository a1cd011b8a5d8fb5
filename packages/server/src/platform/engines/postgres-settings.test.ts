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
  ["postmaster|LOG:  starting PostgreSQL 18.4", "info"],
  ["client backend|PANIC:  could not write", "error"],
])("the server's own troubles are passed on: %s", (line, level) => {
  expect(readPostgresLogLine(line)).toMatchObject({ level });
});

test("details and unknown lines are dropped", () => {
  expect(readPostgresLogLine("\tKey (phone)=(13800138000) already exists.")).toBeUndefined();
  expect(readPostgresLogLine("")).toBeUndefined();
});
