import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import type { SendOutcome } from "@terrace/domain/messages/delivery";
import { afterLookup, afterTry, type NextStep } from "@terrace/domain/messages/outbox";
import { setTimeout as sleep } from "node:timers/promises";
import { HANDOVER_MS, type Handing } from "./handing.ts";
import type { MessageDeps } from "./messages-deps.ts";
import type { Settler } from "./settle.ts";

/** What of people is opened right before handing over: who they are on the spine, and addresses. By origin. */
export type Opened = ReadonlyMap<string, IdentityRef>;

/** Opens addresses and names of some messages of one workspace. */
export async function openFor(deps: MessageDeps, workspaceId: number, handing: readonly Handing[]): Promise<Opened> {
  const originIds = handing.flatMap(({ message, recipient }) => [
    message.originId,
    ...(recipient.originId === null ? [] : [recipient.originId]),
  ]);
  return deps.people.clearIds(workspaceId, [...new Set(originIds)]);
}

/** Hands one message over, or asks about it, and writes what came of it. */
export async function handOver(deps: MessageDeps, settler: Settler, handing: Handing, opened: Opened): Promise<void> {
  const waitMs = handing.startMs - deps.nowMs();
  if (waitMs > 0) await sleep(waitMs);
  const naming = opened.get(handing.message.originId);
  const { next, outcome, version } = await attempt(deps, handing, opened);
  await settler.settle({ handing, next, outcome, sentVersion: version, naming });
}

type Attempt = { readonly next: NextStep; readonly outcome: SendOutcome | null; readonly version: number | null };

async function attempt(deps: MessageDeps, handing: Handing, opened: Opened): Promise<Attempt> {
  const { workspaceId, message, provider, personId } = handing;
  const ended = (outcome: SendOutcome, version: number | null): Attempt => ({
    next: afterTry(outcome, handedOf(handing), nowOf(deps)),
    outcome,
    version,
  });
  // Whoever looks after it when the lease is over must not meet this try half-way.
  if (deps.nowMs() + HANDOVER_MS >= handing.leaseMs) return ended({ outcome: "retry", code: "too_slow" }, null);
  const value = addressOf(handing, opened);
  if (value === undefined) return ended({ outcome: "refused", code: "address_gone" }, null);
  const rendered = await deps.content.render(workspaceId, {
    channel: message.channel,
    template: message.template,
    version: message.templateVersion,
    personId,
    purpose: message.purpose,
    transactional: message.transactional,
    reference: message.reference,
    variables: message.variables,
  });
  if (!rendered.ok) return ended({ outcome: "refused", code: rendered.fault.code }, null);
  const signal = AbortSignal.timeout(HANDOVER_MS);
  const address = { channel: message.channel, value };
  const outcome = await deps.carrier
    .send(workspaceId, provider.id, { reference: message.reference, address, message: rendered.value.message }, signal)
    .catch((error: unknown): SendOutcome => {
      // An adapter answers for what it knows; of what it throws nobody knows whether the provider got it.
      deps.log.warn({ err: error, message: message.id }, "handing a message over failed in a way its provider's adapter does not know");
      return { outcome: "unknown", code: "adapter" };
    });
  return ended(outcome, rendered.value.version);
}

/** Asks the provider about a message of unknown end, and writes what it answered. */
export async function askAbout(deps: MessageDeps, settler: Settler, handing: Handing, opened: Opened): Promise<void> {
  const { workspaceId, provider, message } = handing;
  const to = addressOf(handing, opened);
  const asked = {
    reference: message.reference,
    to: to ?? "",
    handedOverMs: message.letGoAt?.getTime() ?? deps.nowMs(),
    ...(message.providerRef === null ? {} : { providerRef: message.providerRef }),
  };
  const answer = await deps.carrier.lookup(workspaceId, provider.id, asked, AbortSignal.timeout(HANDOVER_MS)).catch((error: unknown) => {
    deps.log.warn({ err: error, message: message.id }, "a provider could not be asked about a message");
    return "unknown" as const;
  });
  const next = afterLookup(answer, handedOf(handing), nowOf(deps));
  await settler.settle({ handing, next, outcome: null, sentVersion: null, naming: opened.get(message.originId) });
}

function addressOf({ recipient, personId }: Handing, opened: Opened): string | undefined {
  return recipient.originId === null ? personId : opened.get(recipient.originId)?.value;
}

function handedOf({ provider: { repeating }, repeatUntilMs, tries }: Handing) {
  return { repeating, repeatUntilMs, tries };
}

function nowOf({ nowMs, chance }: MessageDeps) {
  return { nowMs: nowMs(), chance: chance() };
}
