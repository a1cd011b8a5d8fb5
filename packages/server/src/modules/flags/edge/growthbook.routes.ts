import type { Evaluation } from "@terrace/domain/flags/evaluate-flag";
import type { ExperimentRule, Feature } from "@terrace/domain/flags/feature";
import { isJsonObject, type Json, type JsonObject } from "@terrace/domain/json";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { faultError } from "../../../platform/http/fault-error.ts";
import { answerPreflight } from "../../collect/module.ts";
import { evaluatorFor } from "../live/evaluate-for.ts";
import { objectAt, parsedBody, problemOfAttributes } from "./context.ts";
import { isKnownTag, type FlagEdge } from "./client.ts";

type KeyParams = { readonly Params: { readonly client: string } };

/** What GrowthBook's clients call: the features, a stream that tells of changes, and evaluation in the server. */
export function registerGrowthbookRoutes(scope: FastifyInstance, edge: FlagEdge): void {
  scope.get<KeyParams>("/api/features/:client", (request, reply) => answerFeatures(edge, request.params.client, request, reply));
  // The answer to HEAD would leave a stream open that nobody reads.
  scope.get<KeyParams>("/sub/:client", { exposeHeadRoute: false }, (request, reply) =>
    subscribe(edge, request.params.client, request, reply),
  );
  scope.post<KeyParams>("/api/eval/:client", (request, reply) => evaluate(edge, request.params.client, request, reply));
  for (const path of ["/api/features/:client", "/sub/:client", "/api/eval/:client"]) scope.options(path, answerPreflight);
}

async function answerFeatures(edge: FlagEdge, key: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { workspaceId, environment } = await edge.admit(key);
  const { json, tag } = await edge.live.payload(workspaceId, environment);
  reply.headers({ etag: `"${tag}"`, "cache-control": "no-cache", "x-sse-support": "enabled" });
  if (isKnownTag(request, tag)) return reply.code(304).send();
  // Clients take the date for a version and do not read it as a date.
  return reply.type("application/json; charset=utf-8").send(`{"status":200,"features":${json},"dateUpdated":"${tag}"}`);
}

async function subscribe(edge: FlagEdge, key: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const client = await edge.admit(key);
  const last = request.headers["last-event-id"];
  const lastTag = typeof last === "string" ? last : undefined;
  const stream = await edge.subscriptions.open(client, { lastTag, address: request.ip });
  // Whoever hung up while it was opened is gone for good.
  if (reply.raw.destroyed) stream.destroy();
  else reply.raw.once("close", () => stream.destroy());
  return reply
    .headers({ "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no" })
    .send(stream);
}

async function evaluate(edge: FlagEdge, key: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const client = await edge.admit(key);
  const body = parsedBody(request.body);
  const attributes = objectAt(body, "attributes");
  if (body === undefined) throw faultError("request.malformed", { mend: "Send JSON" });
  if (attributes === undefined) throw faultError("request.invalid", { field: "attributes", mend: "Send attributes as an object" });
  const problem = problemOfAttributes(attributes);
  if (problem !== undefined) throw faultError("request.invalid", { field: "attributes", mend: `Send a smaller context: ${problem}` });
  const evaluator = await evaluatorFor(edge, { ...client, attributes });
  const forced = forcedIn(body);
  const features = Object.fromEntries(
    Object.entries(evaluator.payload.features).map(([flag, feature]) => {
      const value = forced.get(flag);
      return [
        flag,
        value === undefined
          ? evaluated(flag, feature, evaluator.evaluate(flag), objectAt(body, "forcedVariations"))
          : { defaultValue: value },
      ];
    }),
  );
  return reply
    .headers({ "cache-control": "no-store", "x-sse-support": "enabled" })
    .send({ status: 200, features, dateUpdated: evaluator.payload.tag });
}

/** Values that a client's own tools force, as pairs. */
function forcedIn(body: Json): ReadonlyMap<string, Json> {
  const pairs = isJsonObject(body) ? body["forcedFeatures"] : undefined;
  const list: readonly Json[] = Array.isArray(pairs) ? pairs : [];
  return new Map(
    list.flatMap((pair) =>
      Array.isArray(pair) && typeof pair[0] === "string" ? [[pair[0], (pair as readonly Json[])[1] ?? null] as const] : [],
    ),
  );
}

/** A feature that gives one value, and has the client tell of the arm that it is. */
function evaluated(flag: string, feature: Feature, evaluation: Evaluation, forcedVariations: JsonObject | undefined): unknown {
  const { value, given, ruleId } = evaluation;
  const rule = feature.rules?.find((one) => one.id === ruleId);
  if (given === undefined || rule === undefined || !("variations" in rule)) return { defaultValue: value };
  const wanted = forcedVariations?.[given.experiment];
  const forced = typeof wanted === "number" ? rule.variations[wanted] : undefined;
  if (forced !== undefined) return { defaultValue: forced };
  const track = { experiment: experimentOf(rule, given), result: resultOf(flag, rule, given, value) };
  return { defaultValue: feature.defaultValue, rules: [{ id: rule.id, force: value, tracks: [track] }] };
}

/** The experiment as its client tells it on; `phase` is that of the shares by which whoever asks was given their arm. */
function experimentOf(
  { key, variations, meta, weights, coverage, ranges, hashAttribute, hashVersion, seed, bucketVersion }: ExperimentRule,
  { period }: NonNullable<Evaluation["given"]>,
) {
  const phase = period === undefined ? {} : { phase: String(period) };
  return { ...phase, key, variations, meta, weights, coverage, ranges, hashAttribute, hashVersion, seed, bucketVersion };
}

function resultOf(featureId: string, rule: ExperimentRule, given: NonNullable<Evaluation["given"]>, value: Json) {
  const { arm, index, bucket, unitId, attribute, remembered } = given;
  return {
    key: arm,
    name: rule.meta[index]?.name ?? "",
    featureId,
    inExperiment: true,
    hashUsed: true,
    variationId: index,
    value,
    hashAttribute: attribute,
    hashValue: unitId,
    bucket: bucket / 10_000,
    stickyBucketUsed: remembered,
  };
}
