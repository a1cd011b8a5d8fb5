import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { stat } from "node:fs/promises";
import { join } from "node:path";

/** Addresses that belong to the API: an unknown one is a fault, never the console's page. */
const NOT_CONSOLE = /^\/(api|v1|sdk|batch|capture|e|i|sa|debug|healthz|readyz|metrics)(\/|\.|$)/;
const HASHED_FOREVER = "public, max-age=31536000, immutable";
const AN_HOUR = "public, max-age=3600";

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Terrace</title><body style="font:14px/1.6 sans-serif;max-width:36em;margin:12vh auto;padding:0 20px">
<h1 style="font-size:20px">控制台尚未构建 · The console is not built</h1>
<p>运行 <code>npm start</code> 会自动构建；也可以运行 <code>npm run build -w @terrace/console</code>。API 已可使用：<a href="/api/docs">/api/docs</a>。</p>
<p><code>npm start</code> builds it; or run <code>npm run build -w @terrace/console</code>. The API works: <a href="/api/docs">/api/docs</a>.</p>`;

/** Serves the built console from `distDir`: its files, and for every other address of the console its page (deep links). Register last. */
export function registerConsole(server: FastifyInstance, distDir: string): void {
  server.register(async (scope) => {
    await scope.register(fastifyStatic, {
      root: distDir,
      serve: false,
      cacheControl: false,
      preCompressed: true,
      setHeaders: (reply, path) => void reply.header("cache-control", cacheOf(path)),
    });
    scope.get("/*", async (request, reply) => serve(distDir, request, reply));
  });
}

async function serve(distDir: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const path = request.url.split("?", 1)[0] ?? "/";
  if (NOT_CONSOLE.test(path)) {
    reply.callNotFound();
    return reply;
  }
  reply.header("cross-origin-resource-policy", "same-origin");
  const file = fileName(path);
  if (file !== undefined && (await isFile(join(distDir, file)))) return reply.sendFile(file);
  // A missing script answered with a page would be a riddle in the browser's log.
  if (/\.\w{1,8}$/.test(path) && !wantsPage(request)) {
    reply.callNotFound();
    return reply;
  }
  if (await isFile(join(distDir, "index.html"))) return reply.sendFile("index.html");
  return reply.code(503).header("retry-after", "10").header("cache-control", "no-store").type("text/html; charset=utf-8").send(NOT_BUILT);
}

/** The path inside the folder, or undefined when it is none: no dot files, no way out. */
function fileName(path: string): string | undefined {
  let name: string;
  try {
    name = decodeURIComponent(path.slice(1));
  } catch {
    return undefined;
  }
  return /^[\w][\w.@/-]*$/.test(name) && !name.includes("..") && !name.includes("/.") ? name : undefined;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function wantsPage(request: FastifyRequest): boolean {
  return request.headers.accept?.includes("text/html") === true;
}

/** Vite names what is under assets/ by its content. */
function cacheOf(path: string): string {
  if (path.endsWith(".html") || path.endsWith(".html.gz") || path.endsWith(".html.br")) return "no-cache";
  return /[\\/]assets[\\/]/.test(path) ? HASHED_FOREVER : AN_HOUR;
}
