import { evaluateFlag, rememberedKey, type Evaluation, type GivenArm, type Subject } from "@terrace/domain/flags/evaluate-flag";
import { SEGMENTS_ATTRIBUTE } from "@terrace/domain/flags/feature";
import { UNIT_ATTRIBUTES } from "@terrace/domain/assignment/assign";
import type { IdentityKind } from "@terrace/domain/identity/identity-kinds";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import type { Json, JsonObject } from "@terrace/domain/json";
import type { FlagDeps } from "../flag-deps.ts";
import type { LiveFeatures, Needs, Payload } from "./live-features.ts";
import type { FactsAsked, PersonFacts } from "./person-facts.ts";
import type { WrittenBehind } from "./written-behind.ts";

export type EvaluateDeps = Pick<FlagDeps, "privacy" | "denies" | "nowMs"> & {
  readonly live: Pick<LiveFeatures, "payload">;
  readonly facts: (asked: FactsAsked) => Promise<PersonFacts>;
  readonly behind: WrittenBehind;
};

/** Attributes that name a person, with the kinds of id they may be; `id` is whatever the client calls its user by. */
const NAMING: readonly (readonly [attribute: string, kinds: readonly IdentityKind[]])[] = [
  ["userId", ["user_id"]],
  ["user_id", ["user_id"]],
  ["anonymousId", ["anonymous_id"]],
  ["anonymous_id", ["anonymous_id"]],
  ["unionid", ["unionid"]],
  ["openid", ["openid"]],
  [UNIT_ATTRIBUTES.person, ["user_id", "anonymous_id"]],
];

/** Evaluates flags of an environment for somebody. */
export type Evaluator = {
  readonly payload: Payload;
  /** Undefined for a flag that is not there. What is given is remembered, and counted. */
  readonly evaluate: (key: string) => Evaluation;
};

export type Asked = {
  readonly workspaceId: number;
  readonly environment: string;
  readonly attributes: JsonObject;
  /** The one flag that will be evaluated; otherwise any may be. */
  readonly only?: string | undefined;
};

/**
 * Looks up what the flags of an environment may ask about whoever the attributes name, if they ask anything, and answers how to evaluate for them. What a client
 * says of its segments is not believed where a rule asks about them.
 */
export async function evaluatorFor(deps: EvaluateDeps, { workspaceId, environment, attributes, only }: Asked): Promise<Evaluator> {
  const payload = await deps.live.payload(workspaceId, environment);
  const needs = only === undefined ? payload.needs : (payload.needsOf.get(only) ?? NOTHING);
  const originIds = needs.segments.length + needs.experiments.length === 0 ? [] : originsIn(deps, workspaceId, attributes);
  const facts = originIds.length === 0 ? NOBODY : await deps.facts({ workspaceId, originIds, needs });
  const subject: Subject = {
    attributes: needs.segments.length === 0 ? attributes : { ...attributes, [SEGMENTS_ATTRIBUTE]: facts.segments },
    remembered: facts.remembered,
  };
  return {
    payload,
    evaluate: (key) => {
      const evaluation = evaluateFlag(payload.features, key, subject);
      const flagId = payload.flagIds.get(key);
      if (flagId !== undefined) deps.behind.used(workspaceId, { flagId, environment, variant: evaluation.variant ?? "" });
      const { given } = evaluation;
      const under = facts.known[0] ?? originIds[0];
      if (given !== undefined && under !== undefined && isKept(needs, subject, given) && !deps.denies(workspaceId, under))
        deps.behind.given(workspaceId, {
          originId: under,
          experiment: given.experiment,
          version: given.version,
          arm: given.arm,
          at: new Date(deps.nowMs()),
        });
      return evaluation;
    },
  };
}

const NOTHING: Needs = { segments: [], experiments: [] };
const NOBODY: PersonFacts = { segments: [], remembered: {}, known: [] };

/** Whether an arm is to be remembered: one of a person, that is not yet. */
function isKept({ experiments }: Needs, { remembered = {} }: Subject, given: GivenArm): boolean {
  if (given.attribute !== UNIT_ATTRIBUTES.person || given.remembered || !experiments.includes(given.experiment)) return false;
  return remembered[rememberedKey(given.experiment, given.version)] === undefined;
}

function originsIn({ privacy }: Pick<FlagDeps, "privacy">, workspaceId: number, attributes: JsonObject): readonly string[] {
  const found = NAMING.flatMap(([attribute, kinds]) => {
    const value: Json | undefined = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
    return value === undefined ? [] : kinds.map((kind) => normaliseIdentity(kind, value));
  });
  return [...new Set(found.flatMap((id) => (id.ok ? [privacy.originId(workspaceId, id.value.kind, id.value.value)] : [])))];
}
