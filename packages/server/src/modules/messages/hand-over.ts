import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { afterLookup, afterTry, type TryEnd } from "@terrace/domain/messages/outbox";
import { setTimeout as sleep } from "node:timers/promises";
import { troubleOf } from "../../platform/http/dependency-fault.ts";
import { isTooLate, type Handing } from "./handing.ts";
import type { MessageDeps } from "./messages-deps.ts";
import { openVariables } from "./sealed-variables.ts";
import type { Settled, Settler } from "./settle.ts";

/** What is opened of a person right before handing over: who they are on the spine, and the address. */
export type Opened = { readonly naming: IdentityRef | undefined; readonly address: string | undefined };

/** How soon what was too late to be begun, or could not be rendered for want of an engine, is decided anew. */
const TOO_SLOW_WAIT_MS = 1_000;
const ENGINE_WAIT_MS = 5_000;

/** Opens addresses and names of some messages of one workspace, by message. */
export async function openFor(deps: MessageDeps, workspaceId: number, handing: readonly Handing[]): Promise<(one: Handing) => Opened> {
  const originIds = handing.flatMap(({ message, recipient }) => [
    message.originId,
    ...(recipient.originId === null ? [] : [recipient.originId]),
  ]);
  const names = await deps.people.clearIds(workspaceId, [...new Set(originIds)]);
  return ({ message, recipient, personId }) => ({
    naming: names.get(message.originId),
    address: recipient.originId === null ? personId : names.get(recipient.originId)?.value,
  });
}

/** Hands one message over and writes what came of it. */
export async function handOver(deps: MessageDeps, settler: Settler, handing: Handing, opened: Opened): Promise<void> {
  const waitMs = handing.startMs - deps.nowMs();
  if (waitMs > 0) await sleep(waitMs);
  const { end, version } = await attempt(deps, handing, opened);
  await settler.settle(settledBy(deps, handing, opened, { end, version }));
}

/** Writes that a message was not begun: the process stops. */
export async function letGoOf(deps: MessageDeps, settler: Settler, handing: Handing, opened: Opened): Promise<void> {
  await settler.settle(settledBy(deps, handing, opened, { end: { outcome: "not_begun", code: "stopped", afterMs: 0 }, version: null }));
}

type Attempt = { readonly end: Exclude<TryEnd, { outcome: "process_ended" }>; readonly version: number | null };

function settledBy(deps: MessageDeps, handing: Handing, { naming }: Opened, { end, version }: Attempt): Settled {
  const next = afterTry(end, handedOf(handing), nowOf(deps));
  return { handing, next, end, sentVersion: version, naming };
}

const TOO_SLOW: Attempt = { end: { outcome: "not_begun", code: "too_slow", afterMs: TOO_SLOW_WAIT_MS }, version: null };

async function attempt(deps: MessageDeps, handing: Handing, { address }: Opened): Promise<Attempt> {
  const { workspaceId, message, provider } = handing;
  if (isTooLate(handing, deps.nowMs())) return TOO_SLOW;
  if (address === undefined) return { end: { outcome: "refused", code: "address_gone" }, version: null };
  const rendered = await render(deps, handing);
  if ("end" in rendered) return rendered;
  // Rendering may have taken long: whoever looks after it when the lease is over must not meet this try half-way.
  if (isTooLate(handing, deps.nowMs())) return TOO_SLOW;
  const end = await deps.carrier
    .send(
      workspaceId,
      provider.id,
      { reference: message.reference, address: { channel: message.channel, value: address }, message: rendered.message },
      AbortSignal.timeout(provider.handoverMs),
    )
    .catch((error: unknown): Attempt["end"] => {
      // While the own database is away nothing went out.
      if (troubleOf(error) === "unavailable") {
        deps.log.warn({ err: error, message: message.id }, "a message could not be handed over now; it is decided anew");
        return { outcome: "not_begun", code: "engine_away", afterMs: ENGINE_WAIT_MS };
      }
      // An adapter answers for what it knows; of what it throws nobody knows whether the provider got it.
      deps.log.warn({ err: error, message: message.id }, "handing a message over failed in a way its provider's adapter does not know");
      return { outcome: "unknown", code: "adapter" };
    });
  return { end, version: rendered.version };
}

async function render(deps: MessageDeps, { workspaceId, message, personId }: Handing) {
  const asked = {
    channel: message.channel,
    template: message.template,
    version: message.templateVersion,
    personId,
    originId: message.originId,
    purpose: message.purpose,
    transactional: message.transactional,
    reference: message.reference,
    variables: openVariables(deps.privacy, message.variables),
  };
  try {
    const rendered = await deps.content.render(workspaceId, asked);
    if (rendered.ok) return rendered.value;
    return { end: { outcome: "refused", code: rendered.fault.code }, version: null } as const;
  } catch (error) {
    deps.log.warn({ err: error, message: message.id }, "a message could not be rendered now; it is decided anew");
    return { end: { outcome: "not_begun", code: "not_rendered", afterMs: ENGINE_WAIT_MS }, version: null } as const;
  }
}

/** Asks the provider about a message of unknown end, and writes what it answered. */
export async function askAbout(deps: MessageDeps, settler: Settler, handing: Handing, { naming, address }: Opened): Promise<void> {
  const { workspaceId, provider, message } = handing;
  const asked = {
    reference: message.reference,
    to: address ?? "",
    handedOverMs: message.letGoAt?.getTime() ?? deps.nowMs(),
    ...(message.providerRef === null ? {} : { providerRef: message.providerRef }),
  };
  const answer = await deps.carrier
    .lookup(workspaceId, provider.id, asked, AbortSignal.timeout(provider.handoverMs))
    .catch((error: unknown) => {
      deps.log.warn({ err: error, message: message.id }, "a provider could not be asked about a message");
      return "unknown" as const;
    });
  const next = afterLookup(answer, handedOf(handing), nowOf(deps));
  await settler.settle({ handing, next, end: null, sentVersion: null, naming });
}

function handedOf({ provider: { repeating }, repeatUntilMs, attempts, maybe }: Handing) {
  return { repeating, repeatUntilMs, attempts, maybe };
}

function nowOf({ nowMs, chance }: MessageDeps) {
  return { nowMs: nowMs(), chance: chance() };
}
