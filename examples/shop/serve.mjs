#!/usr/bin/env node
// `npm run example:shop -- --key <write key>`: a small shop whose pages send their events to Terrace.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const PAGES = fileURLToPath(new URL("public", import.meta.url));
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };
const HELP = `npm run example:shop -- --key <write key> [--terrace <address>] [--port <port>]

  --key       write key of a workspace (console: 设置 → 密钥, Settings → Keys), or TERRACE_WRITE_KEY
  --terrace   address of Terrace; default http://127.0.0.1:7700
  --port      where the shop is served; default 7710
`;

/** Serves the shop; resolves with its address once it listens. Port 0 takes a free one. */
export async function serveShop({ terrace, key, port }) {
  const server = createServer((request, response) => {
    void answer(request.url ?? "/", { terrace, key }).then(({ status, type, body }) => {
      response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
      response.end(body);
    });
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

async function answer(url, settings) {
  const path = new URL(url, "http://shop").pathname;
  const file = normalize(path === "/" ? "/index.html" : path);
  const type = TYPES[extname(file)];
  try {
    if (type === undefined) throw new Error("not a page");
    const body = await readFile(join(PAGES, file), "utf8");
    return { status: 200, type, body: body.replace("<!-- terrace -->", () => snippet(settings)) };
  } catch {
    return {
      status: 404,
      type: TYPES[".html"],
      body: "<!doctype html><meta charset=utf-8><title>404</title><p>没有这个页面。<a href=/>回首页</a>",
    };
  }
}

/** What the console's sources page gives to copy. */
function snippet({ terrace, key }) {
  return `<script>window.terrace = window.terrace || []</script>
    <script async src="${terrace}/sdk/terrace.js" data-key="${key}" data-clicks data-exposure data-performance data-search="q"></script>`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { key: { type: "string" }, terrace: { type: "string" }, port: { type: "string" }, help: { type: "boolean" } },
  });
  const key = values.key ?? process.env.TERRACE_WRITE_KEY;
  if (values.help || key === undefined) {
    process.stdout.write(HELP);
    process.exit(values.help ? 0 : 2);
  }
  const terrace = (values.terrace ?? "http://127.0.0.1:7700").replace(/\/+$/, "");
  const { url } = await serveShop({ terrace, key, port: Number(values.port ?? 7710) });
  process.stdout.write(`The shop is open at ${url}, its events go to ${terrace}\n`);
}
