import { compileFlag, nextChange, type StandingFlag } from "@terrace/domain/flags/compile-flag";
import { ruleMode, type Standings } from "@terrace/domain/experiments/standing";
import type { Feature, Features } from "@terrace/domain/flags/feature";
import { presupposed } from "@terrace/domain/flags/prerequisites";
import { hash } from "node:crypto";
import { createTurns } from "../../../platform/turns.ts";
import { loadKeyChoices, PRODUCTION } from "../environment.store.ts";
import type { FlagDeps } from "../flag-deps.ts";
import { loadStanding } from "../flag.store.ts";
import { openDefinition } from "../sealed-definition.ts";
import { loadRevisions } from "./standing.store.ts";

/** What clients of one environment get, as it is now. */
export type Payload = {
  readonly features: Features;
  /** Ids of flags by their keys, for counting. */
  readonly flagIds: ReadonlyMap<string, string>;
  /** `features` as text. */
  readonly json: string;
  /** The same for the same features, in every process. */
  readonly tag: string;
  /** What has to be looked up of a person for all flags, and for each by its key. */
  readonly needs: Needs;
  readonly needsOf: ReadonlyMap<string, Needs>;
  /** Experiments whose exposure is told here, when somebody is first given an arm. */
  readonly toldHere: ReadonlySet<string>;
};

/** Segments that rules ask about, and experiments of people that remember what they gave, or tell it. */
export type Needs = { readonly segments: readonly string[]; readonly experiments: readonly string[] };

export type LiveFeatures = {
  /** From memory, once the workspace was asked for. */
  readonly payload: (workspaceId: number, environment: string) => Promise<Payload>;
  /** The environment of a write key. */
  readonly environmentOf: (workspaceId: number, keyId: string) => Promise<string>;
  /** Looks whether flags changed, and whether a schedule has come. A workspace whose flags cannot be read holds up no other. */
  readonly look: () => Promise<void>;
  readonly onChange: (listener: ChangeListener) => void;
};

export type ChangeListener = {
  /** Whether somebody waits to hear of a workspace: it is kept in memory then, since only what is there is looked at. */
  readonly listens: (workspaceId: number) => boolean;
  readonly told: (workspaceId: number) => void;
};

type Warm = {
  readonly revision: string;
  readonly flags: readonly (StandingFlag & { readonly id: string; readonly sealed: Uint8Array })[];
  readonly standings: Standings;
  readonly keys: ReadonlyMap<string, string>;
  readonly compiled: Map<string, { readonly payload: Payload; readonly until: string | null }>;
  /** Unix ms. */
  usedMs: number;
};

/** A workspace that nobody asks about is forgotten after this time. */
const KEPT_MS = 600_000;
const NEVER = "0";

/**
 * Flags of workspaces in memory. A process notices changes of others by a number that goes up with each; while the database cannot be asked, what is known goes on
 * being served.
 */
export function createLiveFeatures(deps: FlagDeps): LiveFeatures {
  const { db, nowMs } = deps;
  const warm = new Map<number, Promise<Warm>>();
  const listeners: ChangeListener[] = [];
  const turns = createTurns<number>(deps, "flags");
  const now = (): string => new Date(nowMs()).toISOString();

  const load = async (workspaceId: number, before?: Warm): Promise<Warm> => {
    // Read before the flags and experiments: a change in between is then noticed by the next look.
    const revision = (await loadRevisions(db, [workspaceId]))[0]?.revision ?? NEVER;
    const [rows, standings, choices] = await Promise.all([
      loadStanding(db, workspaceId),
      deps.standings(db, workspaceId),
      loadKeyChoices(db, workspaceId),
    ]);
    const flags = openedFlags(deps, rows, before?.flags);
    const keys = new Map(choices.map((row) => [row.keyId, row.environment]));
    return { revision, flags, standings, keys, compiled: new Map(), usedMs: nowMs() };
  };
  const known = async (workspaceId: number): Promise<Warm> => {
    let loading = warm.get(workspaceId);
    if (loading === undefined) {
      loading = load(workspaceId);
      warm.set(workspaceId, loading);
      // Whoever listens may have heard of something older.
      loading.then(
        () => tell(workspaceId),
        () => warm.delete(workspaceId),
      );
    }
    const found = await loading;
    found.usedMs = nowMs();
    return found;
  };
  const tell = (workspaceId: number): void => listeners.forEach(({ told }) => told(workspaceId));
  const isListenedTo = (workspaceId: number): boolean => listeners.some(({ listens }) => listens(workspaceId));
  /** Reads a workspace again, unless that fails: then what is known stays. */
  const replace = async (workspaceId: number, before: Warm | undefined): Promise<boolean> => {
    warm.set(workspaceId, Promise.resolve({ ...(await load(workspaceId, before)), usedMs: before?.usedMs ?? nowMs() }));
    tell(workspaceId);
    return true;
  };
  return {
    payload: async (workspaceId, environment) => compiledIn(await known(workspaceId), { environment, at: now() }, () => tell(workspaceId)),
    environmentOf: async (workspaceId, keyId) => (await known(workspaceId)).keys.get(keyId) ?? PRODUCTION,
    onChange: (listener) => void listeners.push(listener),
    look: async () => {
      const at = now();
      const held = new Map<number, Warm>();
      for (const [workspaceId, loading] of warm) {
        const one = await loading.catch(() => undefined);
        if (one === undefined) continue;
        if (one.usedMs < nowMs() - KEPT_MS && !isListenedTo(workspaceId)) warm.delete(workspaceId);
        else held.set(workspaceId, one);
      }
      if (held.size === 0) return;
      const revisions = new Map((await loadRevisions(db, [...held.keys()])).map((row) => [row.workspaceId, row.revision]));
      for (const [workspaceId, { compiled }] of held)
        if ([...compiled.values()].some(({ until }) => until !== null && until <= at)) tell(workspaceId);
      const changed = new Map([...held].filter(([workspaceId, { revision }]) => (revisions.get(workspaceId) ?? NEVER) !== revision));
      await turns([...changed.keys()], (workspaceId) => replace(workspaceId, changed.get(workspaceId)));
    },
  };
}

/** Flags with their definitions open; one that is as before is not opened again. Told by its bytes: an erasure takes people out of a definition whose version stays. */
function openedFlags(
  deps: Pick<FlagDeps, "privacy">,
  rows: Awaited<ReturnType<typeof loadStanding>>,
  before: Warm["flags"] = [],
): Warm["flags"] {
  const opened = new Map(before.map((flag) => [flag.id, flag]));
  return rows.map(({ definition: sealed, ...row }) => {
    const same = opened.get(row.id);
    const isSame = same !== undefined && Buffer.compare(same.sealed, sealed) === 0;
    return { ...row, sealed, definition: isSame ? same.definition : openDefinition(deps, sealed) };
  });
}

/** From memory until the next schedule comes; `stepped` is called by whoever asks first after that, since a look then finds nothing due any more. */
function compiledIn(
  { flags, standings, compiled }: Warm,
  { environment, at }: { readonly environment: string; readonly at: string },
  stepped: () => void,
): Payload {
  const kept = compiled.get(environment);
  if (kept !== undefined && (kept.until === null || at < kept.until)) return kept.payload;
  const until = flags
    .map(({ definition }) => nextChange(definition, environment, at))
    .filter((time) => time !== null)
    .toSorted()[0];
  const payload = payloadOf({ flags, standings }, environment, at);
  compiled.set(environment, { payload, until: until ?? null });
  if (kept !== undefined) stepped();
  return payload;
}

function payloadOf({ flags, standings }: Pick<Warm, "flags" | "standings">, environment: string, at: string): Payload {
  const features: Record<string, Feature> = {};
  for (const flag of flags) features[flag.key] = compileFlag(flag, environment, at, standings);
  const json = JSON.stringify(features);
  const own = new Map(flags.map((flag) => [flag.key, ownNeeds(flag, environment, standings)]));
  const needsOf = new Map(flags.map(({ key }) => [key, together(withPresupposed(flags, key).map((one) => own.get(one) ?? NOTHING))]));
  return {
    features,
    flagIds: new Map(flags.map(({ key, id }) => [key, id])),
    json,
    tag: hash("sha256", json, "base64url").slice(0, 22),
    needs: together([...own.values()]),
    needsOf,
    toldHere: new Set([...standings].flatMap(([key, { state, tellsGiven }]) => (state === "running" && tellsGiven === true ? [key] : []))),
  };
}

const NOTHING: Needs = { segments: [], experiments: [] };

function ownNeeds({ killed, definition }: StandingFlag, environment: string, standings: Standings): Needs {
  const rules = killed ? [] : (definition.environments[environment]?.rules ?? []).filter((rule) => rule.on);
  return {
    segments: rules.flatMap(({ segments: { any, none } }) => [...any, ...none]),
    experiments: rules.flatMap((rule) => {
      if (rule.kind !== "experiment" || rule.unit !== "person" || rule.qaOnly) return [];
      const standing = standings.get(rule.experiment);
      if (!rule.sticky && standing?.tellsGiven !== true) return [];
      const mode = ruleMode(standing);
      return mode === "assign" || mode === "keep" ? [rule.experiment] : [];
    }),
  };
}

function together(all: readonly Needs[]): Needs {
  return { segments: [...new Set(all.flatMap((one) => one.segments))], experiments: [...new Set(all.flatMap((one) => one.experiments))] };
}

/** A flag and all that it presupposes. */
function withPresupposed(flags: Warm["flags"], key: string): readonly string[] {
  const found = new Set([key]);
  for (const one of found) {
    const flag = flags.find((candidate) => candidate.key === one);
    if (flag !== undefined) for (const other of presupposed(flag.definition)) found.add(other);
  }
  return [...found];
}
