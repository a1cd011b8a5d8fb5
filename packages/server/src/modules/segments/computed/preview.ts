import { TRAIT_SAMPLE_MAX, type previewComputedTrait } from "@terrace/contract/api/computed-traits";
import { asksWhatIsTold, typeOfTrait, type TraitDefinition } from "@terrace/domain/computed/definition";
import { reckonTrait, type Reckoned } from "@terrace/domain/computed/reckon-trait";
import { spreadOf } from "@terrace/domain/computed/spread";
import { trackersOfTrait } from "@terrace/domain/computed/trait-trackers";
import type { Json } from "@terrace/domain/json";
import { oldestBucket } from "@terrace/domain/segments/tracker";
import { dayAt, startOfDay, zoneClock } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { RouteContext } from "../../../platform/http/handler.ts";
import { refuseUnseenIn } from "../../../platform/http/refuse-unseen.ts";
import type { ConditionTools } from "../../../platform/storage/condition-sql.ts";
import { countEveryone } from "../estimate.views.ts";
import type { ReadRows, SegmentDeps } from "../segment-deps.ts";
import { inStoredForm } from "./computed-plan.ts";
import { LOOKED_MAX } from "./computed.views.ts";
import { countListened, countPeople, type Listened, type Previewing } from "./preview.views.ts";

type Preview = z.output<typeof previewComputedTrait.response>;

/** Days by which it is told how often values change. */
const DAYS = 7;
const MONTH_DAYS = 30;
/** What a row of a person's counters and the value in their profile cost besides their texts. */
const ROW_BYTES = 60;

/** Throws `computed_trait.circular`, `field.hidden`. */
export function refuseDefinition(definition: TraitDefinition, { fields }: Pick<RouteContext, "fields">): void {
  if (asksWhatIsTold(definition))
    throw faultError("computed_trait.circular", {
      field: "definition",
      mend: "Choose events that people cause; what Terrace tells of people may hang on their traits",
    });
  refuseUnseenIn({ definition }, fields);
}

/** Who would have which value now, and what keeping the trait would cost. Throws `computed_trait.circular`, `field.hidden`, `role.not_allowed`. */
export async function previewTrait(
  deps: SegmentDeps,
  context: RouteContext,
  definition: TraitDefinition,
  queryId: string | undefined,
): Promise<Preview> {
  refuseDefinition(definition, context);
  if (!context.may("events:read"))
    throw faultError("role.not_allowed", {
      field: "definition",
      mend: "Ask for a role that sees events",
      details: { permission: "events:read" },
    });
  const { answer, meta } = await deps.ask({ kind: "computed_trait_preview", body: { definition }, queryId }, context, (tools, read) =>
    reckonSome(tools, read, definition),
  );
  const { listened, reckoned, oneIn, bytes } = answer;
  const type = typeOfTrait(definition);
  const people = reckoned.length * oneIn;
  return {
    type,
    people,
    everyone: await countEveryone(deps.db, context.workspaceId),
    exact: oneIn === 1,
    sample: await sampleOf(deps, context, reckoned),
    spread: toldSpread(
      type,
      reckoned.map(({ value }) => value),
    ),
    cost: {
      events: listened.events,
      bytes: bytes * oneIn,
      updatesPerDay: updatesPerDay(definition, listened, people),
    },
    meta,
  };
}

/** The spread as the API tells it. */
export function toldSpread(type: Preview["type"], values: readonly Json[]): Preview["spread"] {
  const { bins, texts, ...spread } = spreadOf(type, values);
  return { ...spread, bins: [...bins], texts: [...texts] };
}

type ReckonedPerson = { readonly person: string; readonly value: Reckoned };
/** `oneIn` says of how many people one was looked at; `bytes` are those of the ones looked at. */
type Answer = { readonly listened: Listened; readonly oneIn: number; readonly bytes: number; readonly reckoned: readonly ReckonedPerson[] };

/** By the counters that live traits go by, of everyone or of some chosen by chance. */
async function reckonSome(tools: ConditionTools, read: ReadRows, given: TraitDefinition): Promise<Answer> {
  const { workspaceId, nowMs, zone } = tools;
  const definition = inStoredForm(given, tools.tokenise);
  const place = { zone, virtuals: tools.virtuals.map(({ name, matcher }) => ({ name, matcher })) };
  const trackers = trackersOfTrait(definition, place).map((tracker, index) => ({ id: String(index + 1), tracker }));
  const asking: Previewing = { workspaceId, nowMs, read, trackers };
  const clock = zoneClock(zone);
  const today = dayAt(nowMs, clock);
  const listened = await countListened(asking, { fromMs: startOfDay(today - DAYS, clock), toMs: startOfDay(today, clock) });
  const keeping = new Map(trackers.map(({ id, tracker }) => [id, { oldest: oldestBucket(tracker, nowMs), kept: tracker.kept }]));
  const oneIn = Math.max(1, Math.ceil(listened.people / LOOKED_MAX));
  const people = await countPeople(asking, { oneIn, keeping });
  const reckoned = people.flatMap(({ person, state }): readonly ReckonedPerson[] => {
    const value = reckonTrait(
      definition,
      trackers.map(({ id }) => state[id] ?? []),
      { nowMs, zone },
    );
    return value === undefined ? [] : [{ person, value }];
  });
  const textBytes = (value: unknown): number => JSON.stringify(value).length;
  const bytes = people.reduce((sum, { state }) => sum + ROW_BYTES + textBytes(state), 0);
  return { listened, oneIn, bytes: reckoned.reduce((sum, { value }) => sum + ROW_BYTES + textBytes(value), bytes), reckoned };
}

/** Each day on which somebody acts, what passes a window's end afterwards, and what passes for everyone. */
function updatesPerDay(definition: TraitDefinition, { peopleOfDays }: Listened, people: number): number {
  const { kind, within } = definition;
  const acting = peopleOfDays / DAYS;
  if (kind === "days_since_first" || kind === "days_since_last") return Math.round(acting + people);
  if (within === undefined) return Math.round(acting * 10) / 10;
  return Math.round(("days" in within ? 2 * acting : acting + people / MONTH_DAYS) * 10) / 10;
}

async function sampleOf(
  deps: SegmentDeps,
  { workspaceId, fields }: RouteContext,
  reckoned: readonly ReckonedPerson[],
): Promise<Preview["sample"]> {
  const first = reckoned.slice(0, 2 * TRAIT_SAMPLE_MAX);
  const names =
    first.length === 0
      ? undefined
      : await deps.displayNames(
          workspaceId,
          first.map(({ person }) => person),
          fields,
        );
  // Copies of events that stand for the erased are nobody's.
  return first
    .flatMap(({ person, value }) => {
      const known = names?.get(person);
      return known === undefined
        ? []
        : [{ personId: person, displayName: known.displayName, value: typeof value === "object" ? [...value] : value }];
    })
    .slice(0, TRAIT_SAMPLE_MAX);
}
