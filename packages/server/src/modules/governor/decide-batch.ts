import { CONSENT_CHANNEL, type MessageChannel } from "@terrace/domain/messages/channel";
import type { MessageAsked } from "@terrace/domain/messages/message";
import type { ConsentDecision } from "@terrace/domain/consent/consent-facts";
import { decideMessages, type Moment } from "@terrace/domain/governor/decide";
import type { CompetingMessage, SentMessage, SuppressionReason } from "@terrace/domain/governor/facts";
import { DEFAULT_RULES, type GovernorRules } from "@terrace/domain/governor/rules";
import type { Verdict } from "@terrace/domain/governor/verdict";
import { isTimeZone } from "@terrace/domain/time/zoned-time";
import type { JsonObject } from "@terrace/domain/json";
import type { Tx } from "../../platform/storage/postgres.ts";
import { daysOffOf } from "./days-off.ts";
import type { GovernorDeps } from "./governor-deps.ts";
import { loadRules } from "./rules.store.ts";
import { loadSuppressed } from "./suppression.store.ts";

/** A message that waits for a verdict. */
export type AskedMessage = {
  readonly id: string;
  readonly asked: Pick<
    MessageAsked,
    "channel" | "template" | "purpose" | "tags" | "transactional" | "priority" | "notBeforeMs" | "expiresAtMs"
  >;
  readonly askedAtMs: number;
  /** Stands for the address it would go to; null: the person has none on this channel. */
  readonly addressToken: string | null;
  /** What the channel itself asks for; without it nothing. */
  readonly channelFacts?: Pick<CompetingMessage, "grants" | "answerWindow" | "confirmed"> | undefined;
};

/** Somebody for whom messages compete, with what they were sent within `LOOK_BACK_DAYS_MAX`. Whoever asks keeps others from deciding about the person meanwhile. */
export type AskedPerson = { readonly personId: string; readonly sent: readonly SentMessage[]; readonly messages: readonly AskedMessage[] };

/** The trait that tells a person's zone. */
export const ZONE_TRAIT = "timezone";

type Facts = {
  readonly moment: Moment;
  readonly zoneOf: (personId: string) => string;
  readonly consentOf: (personId: string, message: AskedMessage) => ConsentDecision | null;
  readonly suppressedOf: (message: AskedMessage) => SuppressionReason | null;
};

/**
 * Decides about the messages of some people at this moment, by message. Holdouts are asked last and only about what would go out: whoever is asked about is logged
 * as somebody who could have got it.
 */
export async function decideBatch(
  deps: GovernorDeps,
  tx: Tx,
  workspaceId: number,
  people: readonly AskedPerson[],
): Promise<ReadonlyMap<string, Verdict>> {
  const facts = await gather(deps, tx, workspaceId, people);
  const heldBy = new Map<string, string | null>();
  for (;;) {
    const verdicts = decideAll(people, facts, heldBy);
    const asking = people.flatMap((person) =>
      person.messages.filter((message) => isToAsk(message, verdicts, heldBy)).map((message) => ({ person, message })),
    );
    if (asking.length === 0) return verdicts;
    // Whoever is held makes room for others, about whom it is asked in the next round.
    for (const [channel, own] of Map.groupBy(asking, ({ message }) => message.asked.channel)) {
      const program = { kind: "message", key: channel } as const;
      const answers = await deps.holdouts.ask(workspaceId, { program, ids: [...new Set(own.map(({ person }) => person.personId))] });
      for (const { person, message } of own) heldBy.set(message.id, answers.get(person.personId)?.heldBy ?? null);
    }
  }
}

function isToAsk({ id, asked }: AskedMessage, verdicts: ReadonlyMap<string, Verdict>, heldBy: ReadonlyMap<string, string | null>): boolean {
  return verdicts.get(id)?.verdict === "send" && !asked.transactional && asked.channel !== "webhook" && !heldBy.has(id);
}

function decideAll(people: readonly AskedPerson[], facts: Facts, heldBy: ReadonlyMap<string, string | null>): ReadonlyMap<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  for (const { personId, sent, messages } of people) {
    const competing = messages.map((message): CompetingMessage => ({
      ...message.asked,
      ...(message.channelFacts ?? { grants: null, answerWindow: null, confirmed: null }),
      id: message.id,
      askedAtMs: message.askedAtMs,
      consent: facts.consentOf(personId, message),
      hasAddress: message.addressToken !== null,
      suppressed: facts.suppressedOf(message),
      heldBy: heldBy.get(message.id) ?? null,
    }));
    for (const [id, verdict] of decideMessages({ zone: facts.zoneOf(personId), sent }, competing, facts.moment)) verdicts.set(id, verdict);
  }
  return verdicts;
}

/** The rules in force. */
export async function rulesInForce(tx: Tx | GovernorDeps["db"], workspaceId: number): Promise<GovernorRules> {
  return (await loadRules(tx, workspaceId, 1))[0]?.rules ?? DEFAULT_RULES;
}

async function gather(deps: GovernorDeps, tx: Tx, workspaceId: number, people: readonly AskedPerson[]): Promise<Facts> {
  const rules = await rulesInForce(tx, workspaceId);
  const personIds = people.map(({ personId }) => personId);
  const profiles = await deps.people.profiles(tx, workspaceId, personIds);
  const workspaceZone = (await deps.workspace(workspaceId))?.timeZone ?? "UTC";
  const consents = await loadConsents(deps, workspaceId, people);
  const suppressed = await loadAllSuppressed(tx, workspaceId, people);
  return {
    moment: { rules, nowMs: deps.nowMs(), isDayOff: daysOffOf(rules.holidays) },
    zoneOf: (personId) => zoneIn(profiles.get(personId)) ?? workspaceZone,
    consentOf: (personId, { asked }) => consents.get(consentKey(asked))?.get(personId) ?? null,
    suppressedOf: ({ asked, addressToken }) => suppressed.get(asked.channel)?.get(addressToken ?? "") ?? null,
  };
}

// The runtime takes long to look a zone up. Only real ones are kept, of which there are some hundreds.
const zonesKnown = new Set<string>();

function zoneIn(traits: JsonObject | undefined): string | undefined {
  const zone = traits?.[ZONE_TRAIT];
  if (typeof zone !== "string") return undefined;
  if (!zonesKnown.has(zone) && !isTimeZone(zone)) return undefined;
  zonesKnown.add(zone);
  return zone;
}

const consentKey = ({ purpose, channel }: Pick<MessageAsked, "purpose" | "channel">): string => `${purpose} ${channel}`;

async function loadConsents(deps: GovernorDeps, workspaceId: number, people: readonly AskedPerson[]) {
  const answers = new Map<string, ReadonlyMap<string, ConsentDecision>>();
  const questions = new Map(people.flatMap(({ messages }) => messages.map(({ asked }) => [consentKey(asked), asked] as const)));
  for (const [key, { purpose, channel }] of questions) {
    const said = CONSENT_CHANNEL[channel];
    if (said === undefined) continue;
    const whom = people.filter(({ messages }) => messages.some(({ asked }) => consentKey(asked) === key)).map(({ personId }) => personId);
    answers.set(key, await deps.consent.decisionsFor(workspaceId, whom, purpose, { channel: said }));
  }
  return answers;
}

async function loadAllSuppressed(tx: Tx, workspaceId: number, people: readonly AskedPerson[]) {
  const found = new Map<MessageChannel, ReadonlyMap<string, SuppressionReason>>();
  const messages = people.flatMap((person) => person.messages);
  for (const [channel, own] of Map.groupBy(messages, ({ asked }) => asked.channel))
    found.set(
      channel,
      await loadSuppressed(
        tx,
        workspaceId,
        channel,
        own.flatMap(({ addressToken }) => addressToken ?? []),
      ),
    );
  return found;
}
