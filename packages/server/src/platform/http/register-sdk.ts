import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { faultError } from "./fault-error.ts";

/** Files of the clients that pages of any site load from here. */
const FILES = ["terrace.js", "browser.js", "flags.js", "overlay.js"] as const;
const FOREVER = "public, max-age=31536000, immutable";
const AN_HOUR = "public, max-age=3600";

type Served = {
  readonly plain: Buffer;
  readonly br: Buffer;
  readonly gzip: Buffer;
  readonly tag: string;
};

/** Serves the built browser clients from `folder` under `/sdk/`; asked for with `?v=` and this version, a page may keep it for good. */
export function registerSdk(server: FastifyInstance, { folder, version }: { readonly folder: string; readonly version: string }): void {
  for (const file of FILES) {
    let served: Promise<Served> | undefined;
    server.get(`/sdk/${file}`, async (request, reply) => {
      served ??= load(join(folder, file)).catch((error: unknown) => {
        served = undefined;
        throw faultError("not_found", {
          mend: "The browser client is not built: npm start builds it",
          message: `${file} cannot be read: ${String(error)}`,
        });
      });
      return answer(await served, version, request, reply);
    });
  }
}

async function load(path: string): Promise<Served> {
  const plain = await readFile(path);
  const [br, zipped] = await Promise.all([promisify(brotliCompress)(plain), promisify(gzip)(plain, { level: 9 })]);
  return { plain, br, gzip: zipped, tag: createHash("sha256").update(plain).digest("base64url").slice(0, 16) };
}

function answer(served: Served, version: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const accepted = request.headers["accept-encoding"] ?? "";
  const encoding = /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : undefined;
  const tag = `"${served.tag}${encoding === undefined ? "" : `-${encoding}`}"`;
  const { v } = request.query as { readonly v?: unknown };
  reply.headers({
    "cache-control": v === version ? FOREVER : AN_HOUR,
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    vary: "accept-encoding",
    etag: tag,
  });
  if (request.headers["if-none-match"] === tag) return reply.code(304).send();
  if (encoding !== undefined) reply.header("content-encoding", encoding);
  return reply.type("text/javascript; charset=utf-8").send(encoding === undefined ? served.plain : served[encoding]);
}
