import { isJsonObject } from "@terrace/domain/json";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Edge } from "./edge-deps.ts";
import { parseJson, textOfBytes, unpack } from "./read-body.ts";
import { formOf, itemsOf, readSensorsForm, type SensorsPayload } from "./sensors-form.ts";
import { post } from "./segment.routes.ts";
import { describeRejected, takeItems, type Receipt } from "./take-items.ts";
import { authenticate, keyInHeader, queryOf } from "./write-key.ts";

/** A transparent picture of one pixel. */
const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/** Sensors Data (神策): `/sa` and `/sa.gif` take events, `/debug` also says what it thinks of them. */
export function registerSensorsRoutes(scope: FastifyInstance, edge: Edge): void {
  const plain = async (request: FastifyRequest, reply: FastifyReply) => {
    await takeSensors(edge, request, false);
    return reply.type("text/plain; charset=utf-8").send("");
  };
  post(scope, "/sa", plain);
  // Mini-programs that do not batch put the event into the address.
  scope.get("/sa", { exposeHeadRoute: false }, plain);
  const gif = async (request: FastifyRequest, reply: FastifyReply) => {
    await takeSensors(edge, request, false);
    return reply.type("image/gif").header("cache-control", "no-store").send(PIXEL);
  };
  post(scope, "/sa.gif", gif);
  scope.get("/sa.gif", { exposeHeadRoute: false }, gif);
  post(scope, "/debug", async (request, reply) => {
    const dryRun = isDryRun(request);
    const receipt = await takeSensors(edge, request, dryRun);
    const valid = receipt.rejected.length === 0;
    return reply.code(valid ? 200 : 400).send({ valid, dry_run: dryRun, accepted: receipt.accepted, rejected: describeRejected(receipt) });
  });
}

function isDryRun(request: FastifyRequest): boolean {
  const header = request.headers["dry-run"];
  return typeof header === "string" && header.toLowerCase() !== "false";
}

async function takeSensors(edge: Edge, request: FastifyRequest, dryRun: boolean): Promise<Receipt> {
  const { payload, form } = await readSensors(request);
  const first = payload.items.find(isJsonObject);
  const owner = await authenticate(edge, [
    keyInHeader(request),
    queryOf(request, "writeKey"),
    queryOf(request, "token"),
    form.get("writeKey"),
    form.get("token"),
    queryOf(request, "project"),
    form.get("project"),
    first?.["token"],
    first?.["project"],
  ]);
  return await takeItems(edge, request, { source: "sensors", owner, items: payload.items.map(withoutKey), bytes: payload.bytes, dryRun });
}

/** Keys do not belong in quarantine. */
function withoutKey(item: unknown): unknown {
  if (!isJsonObject(item) || !Object.hasOwn(item, "token")) return item;
  const { token: _token, ...rest } = item;
  return rest;
}

type Read = { readonly payload: SensorsPayload; readonly form: ReadonlyMap<string, string> };

/** The form is in the query (pictures) or in the body, whatever content type an SDK gives it (mini-programs say text/plain); JSON as such is taken too. */
async function readSensors(request: FastifyRequest): Promise<Read> {
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (raw.length === 0) return await fromForm(request.url.slice(request.url.indexOf("?") + 1));
  const bytes = await unpack(raw, request.headers["content-encoding"]);
  const text = textOfBytes(bytes);
  if (!/^\s*[[{]/.test(text)) return await fromForm(text);
  return { payload: { items: itemsOf(parseJson(text)), bytes: bytes.length }, form: new Map() };
}

async function fromForm(text: string): Promise<Read> {
  const form = formOf(text);
  return { payload: await readSensorsForm(form), form };
}
