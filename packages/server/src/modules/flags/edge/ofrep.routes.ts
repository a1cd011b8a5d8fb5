import type { Evaluation } from "@terrace/domain/flags/evaluate-flag";
import { UNIT_ATTRIBUTES } from "@terrace/domain/assignment/units";
import type { JsonObject } from "@terrace/domain/json";
import { ok, type Result } from "@terrace/domain/result";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hash } from "node:crypto";
import { answerPreflight, keyInHeader } from "../../collect/module.ts";
import { evaluatorFor, type Evaluator } from "../live/evaluate-for.ts";
import { objectAt, parsedBody, problemOfAttributes } from "./context.ts";
import { isKnownTag, type FlagEdge } from "./client.ts";
import type { Client } from "./subscriptions.ts";

const POLL_MS_MIN = 5_000;

/** The OpenFeature Remote Evaluation Protocol. */
export function registerOfrepRoutes(scope: FastifyInstance, edge: FlagEdge): void {
  scope.post<{ Params: { key: string } }>("/ofrep/v1/evaluate/flags/:key", (request, reply) =>
    evaluateOne(edge, request.params.key, request, reply),
  );
  scope.post("/ofrep/v1/evaluate/flags", (request, reply) => evaluateAll(edge, request, reply));
  scope.get("/ofrep/v1/configuration", (request, reply) => configure(edge, request, reply));
  for (const path of ["/ofrep/v1/evaluate/flags/:key", "/ofrep/v1/evaluate/flags", "/ofrep/v1/configuration"])
    scope.options(path, answerPreflight);
}

function keyOf(request: FastifyRequest): string | undefined {
  const header = request.headers["x-api-key"];
  return keyInHeader(request) ?? (typeof header === "string" ? header : undefined);
}

type Failure = { readonly errorCode: "PARSE_ERROR" | "INVALID_CONTEXT"; readonly errorDetails: string };

/** The attributes of a context; the targeting key is the id of the person, unless the context names one itself. */
function attributesIn(request: FastifyRequest): Result<JsonObject, Failure> {
  const body = request.body === undefined || request.body === "" ? {} : parsedBody(request.body);
  if (body === undefined) return refused("PARSE_ERROR", "the body is no JSON");
  const context = objectAt(body, "context");
  if (context === undefined) return refused("INVALID_CONTEXT", "the context is no object");
  const problem = problemOfAttributes(context);
  if (problem !== undefined) return refused("INVALID_CONTEXT", problem);
  const { targetingKey } = context;
  return ok(targetingKey === undefined ? context : { [UNIT_ATTRIBUTES.person]: targetingKey, ...context });
}

function refused(errorCode: Failure["errorCode"], errorDetails: string): Result<never, Failure> {
  return { ok: false, fault: { errorCode, errorDetails } };
}

async function evaluateOne(edge: FlagEdge, key: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const client = await edge.admit(keyOf(request));
  const attributes = attributesIn(request);
  if (!attributes.ok) return reply.code(400).send({ key, ...attributes.fault });
  const evaluator = await evaluatorFor(edge, { ...client, attributes: attributes.value, only: key });
  if (!isThere(evaluator, key)) return reply.code(404).send({ key, errorCode: "FLAG_NOT_FOUND", errorDetails: "there is no such flag" });
  return reply.header("cache-control", "no-store").send(answerOf(evaluator, key));
}

async function evaluateAll(edge: FlagEdge, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const client = await edge.admit(keyOf(request));
  const attributes = attributesIn(request);
  if (!attributes.ok) return reply.code(400).send(attributes.fault);
  const evaluator = await evaluatorFor(edge, { ...client, attributes: attributes.value });
  const flags = Object.keys(evaluator.payload.features).map((key) => answerOf(evaluator, key));
  const body = JSON.stringify({ flags, eventStreams: [streamOf(client)] });
  const tag = hash("sha256", body, "base64url").slice(0, 22);
  reply.headers({ etag: `"${tag}"`, "cache-control": "no-cache" });
  if (isKnownTag(request, tag)) return reply.code(304).send();
  return reply.type("application/json; charset=utf-8").send(body);
}

/** Where a client hears of changes instead of asking again and again; on the same server. */
function streamOf({ key }: Client) {
  return { type: "sse", endpoint: { requestUri: `/sub/${encodeURIComponent(key)}` } };
}

function isThere({ payload }: Evaluator, key: string): boolean {
  return Object.hasOwn(payload.features, key);
}

function answerOf({ payload, evaluate }: Evaluator, key: string) {
  const { value, reason, variant, errorCode, ruleId, given } = evaluate(key);
  if (errorCode !== undefined) return { key, errorCode: "GENERAL", errorDetails: "flags presuppose each other in a circle" };
  const flagVersion = payload.features[key]?.terrace.version ?? 0;
  return {
    key,
    value,
    reason,
    variant,
    metadata: { flagVersion, ...(ruleId === undefined ? {} : { rule: ruleId }), ...metadataOf(given) },
  };
}

/** What a hook needs to tell of an exposure. */
function metadataOf(given: Evaluation["given"]) {
  if (given === undefined) return {};
  const { experiment, arm, hashVersion, version, attribute, remembered, period } = given;
  return {
    experiment,
    arm,
    hashVersion,
    experimentVersion: version,
    unit: attribute,
    remembered,
    ...(period === undefined ? {} : { period }),
  };
}

const CONFIGURATION = JSON.stringify({
  name: "Terrace",
  capabilities: {
    cacheInvalidation: { polling: { enabled: true, minPollingIntervalMs: POLL_MS_MIN } },
    flagEvaluation: { supportedTypes: ["int", "float", "string", "boolean", "object"] },
    caching: { enabled: false },
  },
});
const CONFIGURATION_TAG = hash("sha256", CONFIGURATION, "base64url").slice(0, 22);

async function configure(edge: FlagEdge, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  await edge.admit(keyOf(request));
  reply.headers({ etag: `"${CONFIGURATION_TAG}"`, "cache-control": "no-cache" });
  if (isKnownTag(request, CONFIGURATION_TAG)) return reply.code(304).send();
  return reply.type("application/json; charset=utf-8").send(CONFIGURATION);
}
