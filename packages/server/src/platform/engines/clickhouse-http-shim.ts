import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { ChdbAnswer } from "./chdb-addon.ts";
import type { ChdbStore } from "./chdb-store.ts";
import { readText, spoolBody } from "./clickhouse-body.ts";
import { ClickHouseError, readEngineError, statusOfErrorCode } from "./clickhouse-error.ts";
import { readStatement, renderInsertFromFile, type InsertStatement } from "./clickhouse-insert.ts";
import { readMultipart, readRequest, renderSetup, type ClickHouseRequest } from "./clickhouse-request.ts";

export type ShimOptions = Readonly<{
  /** Undefined until the store is open: requests are answered 503 meanwhile. */
  store: () => ChdbStore | undefined;
  /** Where insert bodies lie while the engine reads them; its path must hold no wildcard characters. */
  spoolPath: string;
  bodyBytesMax: number;
  /** Settings of every statement; a request's own settings win. */
  defaults: ReadonlyMap<string, string>;
  newId: () => string;
}>;

const compress = promisify(gzip);

const SQL_BYTES_MAX = 16 * 1024 * 1024;
const HEADER_BYTES_MAX = 1024 * 1024;
const COMPRESS_FROM_BYTES = 1024;
const ABORTED = 236;
const NOT_IMPLEMENTED = 48;
const SYNTAX_ERROR = 62;

/**
 * Answers ClickHouse's HTTP interface from an embedded store, as far as `@clickhouse/client` uses it: statements in the URL or the body,
 * bound parameters, settings, inserts with (compressed) bodies, `/ping`, error codes. A client that hangs up cancels its read.
 * Not covered: sessions, and streaming of results, which are buffered up to `max_result_bytes`.
 */
export function createClickHouseShim(options: ShimOptions): Server {
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: 60_000 }, (request, response) => {
    answer(options, request, response).catch((error: unknown) => sendError(response, error));
  });
  // An insert of 256 MB over a slow pipe is still an insert.
  server.requestTimeout = 0;
  return server;
}

async function answer(options: ShimOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const store = options.store();
  if (store === undefined) throw new ClickHouseError(ABORTED, "ABORTED", "The engine is starting");
  const url = new URL(request.url ?? "/", "http://embedded");
  if (url.pathname === "/ping" || (url.pathname === "/" && request.method === "GET" && url.search === "")) {
    response.end("Ok.\n");
    return;
  }
  const hangUp = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) hangUp.abort();
  });
  const job: Job = { options, store, request, signal: hangUp.signal };
  const parsed = await readParsed(job, url.searchParams);
  response.setHeader("X-ClickHouse-Query-Id", parsed.request.queryId);
  const result = await execute(job, parsed);
  await sendAnswer(response, parsed.request, result);
}

type Job = Readonly<{ options: ShimOptions; store: ChdbStore; request: IncomingMessage; signal: AbortSignal }>;
type Parsed = Readonly<{ request: ClickHouseRequest; isBodyRead: boolean }>;
type Outcome = Readonly<{ answer: ChdbAnswer; isInsert: boolean }>;

const NOTHING_INSERTED: ChdbAnswer = { elapsed: 0, rowsRead: 0, bytesRead: 0 };

/** The statement stands in the URL, in the body, or in both (then the body follows); for an INSERT in the URL the body is data. */
async function readParsed(job: Job, url: URLSearchParams): Promise<Parsed> {
  const { headers } = job.request;
  const newQueryId = job.options.newId();
  const contentType = headers["content-type"] ?? "";
  if (contentType.startsWith("multipart/form-data")) {
    const fields = readMultipart(await readText(job.request, SQL_BYTES_MAX), contentType);
    return { request: readRequest({ url, headers, fields, newQueryId }), isBodyRead: true };
  }
  const request = readRequest({ url, headers, fields: new Map(), newQueryId });
  if (request.sql !== "" && readStatement(request.sql).kind !== "query") return { request, isBodyRead: false };
  const body = await readText(job.request, SQL_BYTES_MAX);
  const sql = request.sql === "" ? body : body === "" ? request.sql : `${request.sql}\n${body}`;
  return { request: { ...request, sql }, isBodyRead: true };
}

async function execute(job: Job, parsed: Parsed): Promise<Outcome> {
  const { request } = parsed;
  if (request.sql.trim() === "") throw new ClickHouseError(SYNTAX_ERROR, "SYNTAX_ERROR", "Empty query");
  const statement = readStatement(request.sql);
  switch (statement.kind) {
    case "insert-input":
      throw new ClickHouseError(
        NOT_IMPLEMENTED,
        "NOT_IMPLEMENTED",
        "INSERT … SELECT … FROM input() is not supported by the embedded engine",
      );
    case "insert":
      return { answer: await insertRows(job, parsed, statement.insert), isInsert: true };
    case "query":
      return { answer: await runSql(job, request, { sql: request.sql, lane: isWrite(request.sql) ? "write" : "read" }), isInsert: false };
  }
}

function isWrite(sql: string): boolean {
  return /^\s*INSERT\b/i.test(sql);
}

async function runSql(
  job: Job,
  request: ClickHouseRequest,
  statement: Readonly<{ sql: string; lane: "read" | "write" }>,
): Promise<ChdbAnswer> {
  const setup = renderSetup(request, job.options.defaults);
  return job.store.run({ setup, ...statement, format: request.format, signal: job.signal });
}

/** Rows go through a file: chDB's own way of passing them along with the statement reads a blank line in them as the statement's end. */
async function insertRows(job: Job, parsed: Parsed, insert: InsertStatement): Promise<ChdbAnswer> {
  const path = join(job.options.spoolPath, `${job.options.newId()}.rows`);
  try {
    const bytes = await spool(job, parsed, { path, head: insert.inlineData, bytesMax: job.options.bodyBytesMax });
    if (bytes === 0) return NOTHING_INSERTED;
    return await runSql(job, parsed.request, { sql: renderInsertFromFile(insert, path), lane: "write" });
  } finally {
    await rm(path, { force: true });
  }
}

type Spool = Readonly<{ path: string; head: string; bytesMax: number }>;

async function spool(job: Job, parsed: Parsed, file: Spool): Promise<number> {
  if (!parsed.isBodyRead) return spoolBody(job.request, file);
  return spoolText(file);
}

async function spoolText(file: Spool): Promise<number> {
  await writeFile(file.path, file.head, { flag: "wx", mode: 0o600 });
  return Buffer.byteLength(file.head);
}

async function sendAnswer(response: ServerResponse, request: ClickHouseRequest, outcome: Outcome): Promise<void> {
  const { answer: result, isInsert } = outcome;
  response.setHeader("X-ClickHouse-Summary", renderSummary(outcome));
  response.setHeader("X-ClickHouse-Timezone", "UTC");
  response.setHeader("Content-Type", "text/plain; charset=UTF-8");
  const bytes = isInsert ? new Uint8Array() : (result.bytes ?? new Uint8Array());
  if (request.acceptsCompressed && bytes.length >= COMPRESS_FROM_BYTES) {
    response.setHeader("Content-Encoding", "gzip");
    response.end(await compress(bytes, { level: 3 }));
    return;
  }
  response.end(bytes);
}

function renderSummary({ answer: result, isInsert }: Outcome): string {
  const rows = String(result.rowsRead);
  const bytes = String(result.bytesRead);
  return JSON.stringify({
    read_rows: rows,
    read_bytes: bytes,
    written_rows: isInsert ? rows : "0",
    written_bytes: isInsert ? bytes : "0",
    total_rows_to_read: "0",
    result_rows: "0",
    result_bytes: String(result.bytes?.length ?? 0),
    elapsed_ns: String(Math.round(result.elapsed * 1e9)),
  });
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  const { code, text } = readEngineError(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = statusOfErrorCode(code);
  // The rest of a refused body is not read: the connection ends with the answer.
  const headers = {
    "X-ClickHouse-Exception-Code": String(code),
    "Content-Type": "text/plain; charset=UTF-8",
    ...(status === 503 ? { "Retry-After": "1" } : {}),
  };
  response.writeHead(status, headers).end(`${text}\n`);
}
