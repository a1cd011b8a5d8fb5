import { CLICK_EVENT } from "@terrace/domain/event/virtual-event";
import { isPersonalToken } from "@terrace/domain/event-schema/property-types";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import { readCode } from "@terrace/domain/referrals/code";
import type { Reaction } from "../../platform/feed/reactor.ts";
import type { PlacedEvent } from "../../platform/feed/resolver.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { Heard } from "./claim.store.ts";
import { findLiveCodes } from "./code.store.ts";
import { postLetters, type Done } from "./inbox.store.ts";
import { codeCarried, listeningOf, type Listening } from "./listening.ts";
import { loadActivePrograms, type ListenedProgram } from "./program.store.ts";
import type { ReferralDeps } from "./referral-deps.ts";

/** How long the list of programs is taken for granted: a new one hears of events after this long at most. */
const FRESH_MS = 1_000;
const DEVICE_KINDS: ReadonlySet<string> = new Set(["anonymous_id", "openid"]);

/** Hears in settled events who was invited by whom, and which bound people may have converted. */
export function createListen(deps: ReferralDeps): Reaction {
  let listening: Listening = new Map();
  let readAtMs = -Infinity;
  return {
    name: "referrals",
    wanted: async () => {
      if (deps.nowMs() - readAtMs >= FRESH_MS) {
        listening = listeningOf(await loadActivePrograms(deps.db));
        readAtMs = deps.nowMs();
      }
      return listening.size > 0;
    },
    react: async (tx, events) => {
      for (const [workspaceId, own] of [...Map.groupBy(events, ({ event }) => event.workspaceId)].toSorted(([a], [b]) => a - b)) {
        const programs = listening.get(workspaceId);
        if (programs !== undefined) await hearEvents(deps, tx, { workspaceId, programs, events: own });
      }
    },
  };
}

type Hearing = { readonly workspaceId: number; readonly programs: readonly ListenedProgram[]; readonly events: readonly PlacedEvent[] };

async function hearEvents(deps: ReferralDeps, tx: Tx, { workspaceId, programs, events }: Hearing): Promise<void> {
  const heard = [
    ...(await heardByCode(deps, tx, { workspaceId, programs, events })),
    ...heardByProperty(deps, { workspaceId, programs, events }),
  ];
  await postLetters(tx, workspaceId, { heard, done: await doneIn(deps, { workspaceId, programs, events }) });
}

/** What may be conversions. A click may be one where a conversion has the name of a virtual event. */
async function doneIn(deps: ReferralDeps, { workspaceId, programs, events }: Hearing): Promise<readonly Done[]> {
  const byName = Map.groupBy(programs, ({ conversionEvent }) => conversionEvent);
  const hasClicks = events.some(({ event: { name } }) => name === CLICK_EVENT);
  const virtual = new Set(hasClicks ? (await deps.virtualEvents(workspaceId)).map(({ name }) => name) : []);
  const byClick = programs.filter(({ conversionEvent }) => virtual.has(conversionEvent));
  return events.flatMap(({ event }): readonly Done[] => {
    const originId = originOf(deps, event);
    const named = byName.get(event.name) ?? [];
    const may = event.name === CLICK_EVENT ? [...named, ...byClick] : named;
    return originId === undefined ? [] : may.map(({ id }) => ({ programId: id, originId, atMs: event.timeMs }));
  });
}

async function heardByCode(deps: ReferralDeps, tx: Tx, { workspaceId, programs, events }: Hearing): Promise<readonly Heard[]> {
  const parameters = new Set(programs.map(({ settings }) => settings.parameter));
  const carrying = events.flatMap(({ event }) => {
    // A followed link is told by Terrace itself, of nobody.
    if (event.ids.length === 0) return [];
    const text = codeCarried(event, parameters);
    const code = text === undefined ? undefined : readCode(text);
    return code === undefined ? [] : [{ event, code }];
  });
  const codes = await findLiveCodes(tx, workspaceId, [...new Set(carrying.map(({ code }) => code))]);
  return carrying.flatMap(({ event, code }): readonly Heard[] => {
    const known = codes.get(code);
    const inviteeOrigin = originOf(deps, event);
    if (known === undefined || inviteeOrigin === undefined) return [];
    const { programId, originId, createdMs } = known;
    return [{ ...placeOf(deps, event), programId, inviteeOrigin, inviterOrigin: originId, code, invitedMs: createdMs }];
  });
}

function heardByProperty(deps: ReferralDeps, { workspaceId, programs, events }: Hearing): readonly Heard[] {
  return programs.flatMap(({ id, settings: { bindBy } }) =>
    bindBy === null
      ? []
      : events.flatMap(({ event }): readonly Heard[] => {
          const value = event.name === bindBy.event ? event.properties[bindBy.property] : undefined;
          const inviteeOrigin = originOf(deps, event);
          if (typeof value !== "string" || isPersonalToken(value) || inviteeOrigin === undefined) return [];
          const inviter = normaliseIdentity("user_id", value);
          if (!inviter.ok) return [];
          const inviterOrigin = deps.privacy.originId(workspaceId, inviter.value.kind, inviter.value.value);
          // Somebody who was forgotten stays forgotten, also when others still name them.
          if (deps.denies(workspaceId, inviterOrigin)) return [];
          return [{ ...placeOf(deps, event), programId: id, inviteeOrigin, inviterOrigin, code: null, invitedMs: null }];
        }),
  );
}

type HeardEvent = PlacedEvent["event"];

function placeOf(deps: ReferralDeps, event: HeardEvent): Pick<Heard, "atMs" | "trusted" | "network" | "device"> {
  const device = event.ids.find(({ kind }) => DEVICE_KINDS.has(kind));
  return {
    atMs: event.timeMs,
    trusted: false,
    network: event.context.ipPrefix,
    device: device === undefined ? null : deps.privacy.originId(event.workspaceId, device.kind, device.value),
  };
}

function originOf(deps: ReferralDeps, { workspaceId, ids: [first] }: HeardEvent): string | undefined {
  return first === undefined ? undefined : deps.privacy.originId(workspaceId, first.kind, first.value);
}
