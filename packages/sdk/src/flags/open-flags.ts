import { UNIT_ATTRIBUTES, UNITS } from "@terrace/domain/assignment/units";
import { evaluateFlag, rememberedKey, rememberedPeriodKey, type GivenArm } from "@terrace/domain/flags/evaluate-flag";
import type { Features } from "@terrace/domain/flags/feature";
import { createArms } from "./arms.ts";
import type { Exposure, FlagContext, FlagDetails, FlagJson, FlagOptions, Flags, FlagStore, FlagTransport, Widened } from "./flags-api.ts";

type Payload = { readonly features: Features; readonly dateUpdated: string };

const POLL_MS = 60_000;

/** The one client of flags behind every host. */
export function openFlags(options: FlagOptions, transport: FlagTransport): Flags {
  const { host, writeKey, pollMs = POLL_MS, stream = true } = options;
  const store = options.store === undefined ? transport.store : (options.store ?? undefined);
  const kept = `terrace.flags.${writeKey}`;
  const arms = createArms(store, `${kept}.arms`);
  const told = createTold(options);
  const listeners = new Set<() => void>();
  let payload = read(store, kept);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const take = (next: Payload): void => {
    if (next.dateUpdated === payload?.dateUpdated) return;
    payload = next;
    write(store, kept, JSON.stringify(next));
    for (const run of listeners) run();
  };
  const refresh = async (): Promise<boolean> => {
    const next = payloadIn(await transport.get(`${host}/api/features/${encodeURIComponent(writeKey)}`));
    if (next !== undefined && !closed) take(next);
    return next !== undefined;
  };
  const poll = (): void => {
    timer = setTimeout(() => void refresh().finally(() => closed || poll()), pollMs);
    // Waiting for flags must not keep a process alive.
    if (typeof timer === "object") timer.unref();
  };
  const first = refresh();
  poll();
  const hangUp = stream ? transport.listen?.(`${host}/sub/${encodeURIComponent(writeKey)}`, () => void refresh()) : undefined;

  const details = (key: string, fallback: FlagJson, context: FlagContext = {}): FlagDetails => {
    const { arms: remembered, conflicts } = arms.of(context);
    const evaluation = evaluateFlag(payload?.features ?? {}, key, { attributes: context, remembered });
    const { value, reason, variant, errorCode, given } = evaluation;
    if (errorCode !== undefined) return { value: fallback, reason, isFallback: true };
    const named = variant === undefined ? {} : { variant };
    if (given === undefined) return { value, reason, isFallback: false, ...named };
    arms.keep(given.attribute, context, rememberedArms(given));
    const exposure = exposureOf(key, given);
    told(exposure, given.unitId, context);
    const isConflict = given.remembered && conflicts.has(rememberedKey(given.experiment, given.version));
    return { value, reason, isFallback: false, ...named, exposure, ...(isConflict ? { isConflict } : {}) };
  };
  return {
    ready: async () => payload !== undefined || (await first),
    details,
    // A flag has one type, which whoever asks knows; the fallback says which it is.
    value: <T extends FlagJson>(key: string, fallback: T, context?: FlagContext) => details(key, fallback, context).value as Widened<T>,
    refresh,
    onChange: (run) => {
      listeners.add(run);
      return () => void listeners.delete(run);
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      hangUp?.();
    },
  };
}

function rememberedArms({ experiment, version, arm, period }: GivenArm): Readonly<Record<string, string>> {
  const drawn = period === undefined ? {} : { [rememberedPeriodKey(experiment, version)]: String(period) };
  return { [rememberedKey(experiment, version)]: arm, ...drawn };
}

function exposureOf(flag: string, { experiment, arm, attribute, hashVersion, version, period }: GivenArm): Exposure {
  const unit = UNITS.find((one) => UNIT_ATTRIBUTES[one] === attribute) ?? "person";
  return { experiment, variant: arm, flag, unit, hash_version: hashVersion, version, ...(period === undefined ? {} : { period }) };
}

/** More units than these were told of long ago; who comes again is told of again, which counts once all the same. */
const TOLD_MAX = 50_000;

/** Tells of each arm of a unit once. */
function createTold({ onExposure }: FlagOptions) {
  const told = new Set<string>();
  return (exposure: Exposure, unitId: string, context: FlagContext): void => {
    if (onExposure === undefined) return;
    const key = JSON.stringify([exposure.unit, unitId, exposure.experiment, exposure.version, exposure.variant]);
    if (told.has(key)) return;
    if (told.size >= TOLD_MAX) told.clear();
    told.add(key);
    onExposure(exposure, context);
  };
}

function payloadIn(value: unknown): Payload | undefined {
  // Of the shape that Terrace writes; what is not has no features.
  const given = value as Partial<Payload> | null | undefined;
  return given?.features === undefined ? undefined : { features: given.features, dateUpdated: given.dateUpdated ?? "" };
}

function read(store: FlagStore | undefined, key: string): Payload | undefined {
  try {
    return payloadIn(JSON.parse(store?.getItem(key) ?? "null"));
  } catch {
    return undefined;
  }
}

function write(store: FlagStore | undefined, key: string, text: string): void {
  try {
    store?.setItem(key, text);
  } catch {
    // A full store keeps what it has; flags are asked for anew at the next visit.
  }
}
