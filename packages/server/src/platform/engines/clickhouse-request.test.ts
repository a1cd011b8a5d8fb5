import { expect, test } from "vitest";
import { readMultipart, readRequest, renderSetup } from "./clickhouse-request.ts";

function read(query: string, headers: Record<string, string> = {}): ReturnType<typeof readRequest> {
  return readRequest({ url: new URLSearchParams(query), headers, fields: new Map(), newQueryId: "new" });
}

test("settings, parameters and the words of the interface are told apart", () => {
  const request = read("query=SELECT+1&query_id=q&database=d&max_threads=2&param_a=x%09y&default_format=CSV");
  expect(request).toMatchObject({ sql: "SELECT 1", queryId: "q", database: "d", format: "CSV" });
  expect([...request.settings]).toEqual([["max_threads", "2"]]);
  expect([...request.parameters]).toEqual([["a", "x\ty"]]);
});

const DEFAULTS = new Map([
  ["max_threads", "1"],
  ["async_insert", "0"],
]);

function setup(query: string): ReturnType<typeof renderSetup> {
  return renderSetup(read(query), DEFAULTS);
}

test("a request's settings win over the defaults and are quoted", () => {
  const { settings, parameters } = setup("max_threads=2&log_comment=it%27s&param_p=a%5Cnb&database=x%60y");
  expect(settings).toBe("SET max_threads = '2', async_insert = '0', log_comment = 'it\\'s';\nUSE `x\\`y`;\n");
  expect(parameters).toBe("SET param_p = 'a\\\\nb';\n");
});

test("a request without parameters sets none", () => {
  expect(setup("")).toMatchObject({ settings: "SET max_threads = '1', async_insert = '0';\n", parameters: "" });
});

test("setups have one shape when they give values to the same names in the same database", () => {
  const { shape } = setup("log_comment=a&param_p=1&param_q=2");
  expect(setup("param_q=3&max_threads=9&param_p=4&log_comment=b").shape).toBe(shape);
  for (const other of [
    "log_comment=a&param_p=1",
    "log_comment=a&param_p=1&param_q=2&param_r=3",
    "param_p=1&param_q=2",
    "log_comment=a&param_p=1&param_q=2&database=d",
  ]) {
    expect(setup(other).shape).not.toBe(shape);
  }
});

test.each(["readonly=1", "compatibility=24.3", "profile=x", "allow_ddl=0", `param_p=${"x".repeat(20_000)}`])(
  "a setup that lasts, or is long, is for one statement only: %.20s",
  (query) => {
    expect(setup(query).shape).toBeUndefined();
  },
);

test.each(["max_threads%3D1=2", "param_a%20b=1", "=1", "a.b=1"])("a name that is none is refused: %s", (query) => {
  expect(() => read(query)).toThrow("Code: 36");
});

test("sessions are refused, because every request has a connection of its own", () => {
  expect(() => read("session_id=s")).toThrow("Sessions are not supported");
});

test("an answer is compressed only for who asks and understands", () => {
  expect(read("enable_http_compression=1", { "accept-encoding": "gzip" }).acceptsCompressed).toBe(true);
  expect(read("", { "accept-encoding": "gzip" }).acceptsCompressed).toBe(false);
  expect(read("enable_http_compression=1").acceptsCompressed).toBe(false);
});

test("a multipart form carries the query and its parameters", () => {
  const body =
    '--b\r\nContent-Disposition: form-data; name="query"\r\n\r\nSELECT\r\n1\r\n--b\r\nContent-Disposition: form-data; name="param_x"\r\n\r\n[1,2]\r\n--b--\r\n';
  expect([...readMultipart(body, "multipart/form-data; boundary=b")]).toEqual([
    ["query", "SELECT\r\n1"],
    ["param_x", "[1,2]"],
  ]);
});
