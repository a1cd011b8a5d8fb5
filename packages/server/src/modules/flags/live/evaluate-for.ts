import { evaluateFlag, rememberedKey, type Evaluation, type GivenArm, type Subject } from "@terrace/domain/flags/evaluate-flag";
import { SEGMENTS_ATTRIBUTE } from "@terrace/domain/flags/feature";
import { UNIT_ATTRIBUTES } from "@terrace/domain/assignment/units";
import type { IdentityKind, IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import type { Json, JsonObject } from "@terrace/domain/json";
import type { FlagDeps } from "../flag-deps.ts";
import type { AssignmentRow } from "./assignment.store.ts";
import type { LiveFeatures, Needs, Payload } from "./live-features.ts";
import type { FactsAsked, PersonFacts } from "./person-facts.ts";
import type { ToldExposure } from "./told-exposure.ts";
import type { WrittenBehind } from "./written-behind.ts";

export type EvaluateDeps = Pick<FlagDeps, "privacy" | "denies" | "nowMs"> & {
  readonly live: Pick<LiveFeatures, "payload">;
  readonly facts: (asked: FactsAsked) => Promise<PersonFacts>;
  readonly behind: WrittenBehind;
};

/** Attributes that name a person, with the kind of id they are. */
const NAMING: readonly (readonly [attribute: string, kind: IdentityKind])[] = [
  ["userId", "user_id"],
  ["user_id", "user_id"],
  ["anonymousId", "anonymous_id"],
  ["anonymous_id", "anonymous_id"],
  ["unionid", "unionid"],
  ["openid", "openid"],
];
/** What the id that is hashed may be; it is taken for the last of these where nothing says more. */
const UNIT_KINDS: readonly IdentityKind[] = ["user_id", "anonymous_id"];

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
  const named = needs.segments.length + needs.experiments.length === 0 ? NONE : idsIn(deps, workspaceId, attributes);
  const { originIds } = named;
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
      const under = given === undefined || !isKept(needs, subject, given) ? undefined : filedUnder(named, facts);
      if (given !== undefined && under !== undefined && !originIds.some((id) => deps.denies(workspaceId, id)))
        deps.behind.given(
          workspaceId,
          rowOf(under, given, new Date(deps.nowMs())),
          toldOf(payload, { flag: key, given, ref: named.refs.get(under) }),
        );
      return evaluation;
    },
  };
}

const NOTHING: Needs = { segments: [], experiments: [] };
const NOBODY: PersonFacts = { segments: [], remembered: {}, personOf: new Map() };

/** Ids that attributes name, and those of them that the hashed one may be, the likeliest first. */
type NamedIds = {
  readonly originIds: readonly string[];
  readonly units: readonly string[];
  readonly refs: ReadonlyMap<string, IdentityRef>;
};
const NONE: NamedIds = { originIds: [], units: [], refs: new Map() };

function rowOf(originId: string, { experiment, version, arm, period }: GivenArm, at: Date): AssignmentRow {
  return { originId, experiment, version, arm, at, period: period ?? null };
}

/** What is told of an arm when it is written down, if the experiment has that told here. */
function toldOf(
  { toldHere }: Payload,
  { flag, given, ref }: { readonly flag: string; readonly given: GivenArm; readonly ref: IdentityRef | undefined },
): ToldExposure | undefined {
  return ref === undefined || !toldHere.has(given.experiment) ? undefined : { flag, given, ref };
}

/**
 * The id an arm is filed under: the one that was hashed, never another that is named beside it, else whoever asks could choose an arm for somebody else. Undefined
 * where different people are named.
 */
function filedUnder({ units }: NamedIds, { personOf }: PersonFacts): string | undefined {
  if (new Set(personOf.values()).size > 1) return undefined;
  return units.find((id) => personOf.has(id)) ?? units[0];
}

/** Whether an arm is to be remembered: one of a person, that is not yet. */
function isKept({ experiments }: Needs, { remembered = {} }: Subject, given: GivenArm): boolean {
  if (given.attribute !== UNIT_ATTRIBUTES.person || given.remembered || !experiments.includes(given.experiment)) return false;
  return remembered[rememberedKey(given.experiment, given.version)] === undefined;
}

function idsIn({ privacy }: Pick<FlagDeps, "privacy">, workspaceId: number, attributes: JsonObject): NamedIds {
  const refs = new Map<string, IdentityRef>();
  const originsOf = (attribute: string, kinds: readonly IdentityKind[]): readonly string[] => {
    const value: Json | undefined = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
    const ids = value === undefined ? [] : kinds.map((kind) => normaliseIdentity(kind, value));
    return ids.flatMap((id) => {
      if (!id.ok) return [];
      const originId = privacy.originId(workspaceId, id.value.kind, id.value.value);
      refs.set(originId, id.value);
      return [originId];
    });
  };
  const beside = new Set(NAMING.flatMap(([attribute, kind]) => originsOf(attribute, [kind])));
  const all = originsOf(UNIT_ATTRIBUTES.person, UNIT_KINDS).toReversed();
  // Where an attribute says of which kind it is, it is that.
  const said = all.filter((id) => beside.has(id));
  const units = said.length > 0 ? said : all;
  return { originIds: [...new Set([...units, ...beside])], units, refs };
}
