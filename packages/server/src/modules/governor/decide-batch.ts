import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { CONSENT_CHANNEL, type MessageChannel } from "@terrace/domain/messages/channel";
import type { MessageAsked } from "@terrace/domain/messages/message";
import { decideTelling, type ConsentDecision, type ToldDecision } from "@terrace/domain/consent/consent-facts";
import { decideMessages } from "@terrace/domain/governor/decide";
import { explainMessage, type Explained } from "@terrace/domain/governor/explain";
import type { Moment } from "@terrace/domain/governor/restraints";
import type { CompetingMessage, SentMessage, SuppressionReason } from "@terrace/domain/governor/facts";
import { DEFAULT_RULES } from "@terrace/domain/governor/rules";
import type { Verdict } from "@terrace/domain/governor/verdict";
import { isTimeZone } from "@terrace/domain/time/zoned-time";
import type { JsonObject } from "@terrace/domain/json";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { daysOffOf } from "./days-off.ts";
import type { GovernorDeps } from "./governor-deps.ts";
import { loadRules } from "./rules.store.ts";
import { loadSuppressed } from "./suppression.store.ts";

/** A message that waits for a verdict. */
export type AskedMessage = {
  readonly id: string;
  readonly asked: Pick<MessageAsked, "channel" | "template" | "purpose" | "tags" | "priority" | "notBeforeMs" | "expiresAtMs"> & {
    /** What the person asked for or must know, as its template says. */
    readonly transactional: boolean;
  };
  readonly askedAtMs: number;
  /** Stands for the address it would go to; null: the person has none on this channel. */
  readonly addressToken: string | null;
  /** While it is new, an address that is not known yet is waited for. */
  readonly awaitsAddress?: boolean;
  /** What the channel itself asks for; without it nothing. */
  readonly channelFacts?: Pick<CompetingMessage, "grants" | "answerWindow" | "confirmed"> | undefined;
};

/** Somebody for whom messages compete, with what they were sent within `LOOK_BACK_DAYS_MAX`. Whoever asks keeps others from deciding about the person meanwhile. */
export type AskedPerson = { readonly personId: string; readonly sent: readonly SentMessage[]; readonly messages: readonly AskedMessage[] };

/** The trait that tells a person's zone. */
export const ZONE_TRAIT = "timezone";

type Facts = {
  readonly moment: Moment;
  /** Of the rules; 0 while nobody has changed them. */
  readonly rulesVersion: number;
  readonly zoneOf: (personId: string) => string;
  readonly consentOf: (personId: string, message: AskedMessage) => ConsentDecision | null;
  readonly suppressedOf: (message: AskedMessage) => SuppressionReason | null;
};

/** Verdicts by message, and what they tell on the spine: it is to be appended as the last thing of the transaction. */
export type Decided = { readonly verdicts: ReadonlyMap<string, Verdict>; readonly told: readonly FeedEvent[] };

/**
 * Decides about the messages of some people at this moment, by message. Holdouts are asked last and only about what would go out: whoever is asked about is logged
 * as somebody who could have got it.
 */
export async function decideBatch(deps: GovernorDeps, tx: Tx, workspaceId: number, people: readonly AskedPerson[]): Promise<Decided> {
  const facts = await gather(deps, tx, workspaceId, { people, nowMs: deps.nowMs() });
  const heldBy = new Map<string, string | null>();
  const told: FeedEvent[] = [];
  for (;;) {
    const verdicts = decideAll(people, facts, heldBy);
    const asking = people.flatMap((person) =>
      person.messages.filter((message) => isToAsk(message, verdicts, heldBy)).map((message) => ({ person, message })),
    );
    if (asking.length === 0) return { verdicts, told };
    // Whoever is held makes room for others, about whom it is asked in the next round.
    for (const [channel, own] of Map.groupBy(asking, ({ message }) => message.asked.channel)) {
      const program = { kind: "message", key: channel } as const;
      const ids = [...new Set(own.map(({ person }) => person.personId))];
      const { answers, told: exposures } = await deps.holdouts.askIn(tx, workspaceId, { program, ids });
      told.push(...exposures);
      for (const { person, message } of own) heldBy.set(message.id, answers.get(person.personId)?.heldBy ?? null);
    }
  }
}

/** A message that may have been sent already, and of whom. */
export type AskedRepeat = { readonly personId: string; readonly message: AskedMessage };

/**
 * Whether messages that were let go before, and of which nobody knows the end, may be handed over once more: whatever forbids them now does, and quiet hours hold
 * them. They have their room in caps already, and holdouts were asked.
 */
export async function decideRepeats(
  deps: GovernorDeps,
  tx: Tx,
  workspaceId: number,
  repeats: readonly AskedRepeat[],
): Promise<ReadonlyMap<string, Verdict>> {
  // Each by itself: they do not compete.
  const people = repeats.map(({ personId, message }): AskedPerson => ({ personId, sent: [], messages: [message] }));
  if (people.length === 0) return new Map();
  return decideAll(people, await gather(deps, tx, workspaceId, { people, nowMs: deps.nowMs() }), new Map());
}

/** What would be decided about a message, and what each rule says of it by itself. */
export type Trial = {
  readonly zone: string;
  readonly rulesVersion: number;
  readonly verdict: Verdict;
  readonly checks: readonly Explained[];
};

/** Tries a message on somebody at an instant: nothing is sent or used up, and nobody is logged as somebody who could have got it. */
export async function tryMessage(
  deps: GovernorDeps,
  workspaceId: number,
  { personId, sent, message, atMs }: Omit<AskedPerson, "messages"> & { readonly message: AskedMessage; readonly atMs: number },
): Promise<Trial> {
  const facts = await gather(deps, deps.db, workspaceId, { people: [{ personId, sent, messages: [message] }], nowMs: atMs });
  const heldBy = isHoldable(message) ? await peek(deps, workspaceId, personId, message.asked.channel) : null;
  const competing = competingOf(personId, message, facts, heldBy);
  const person = { zone: facts.zoneOf(personId), sent };
  const verdict = decideMessages(person, [competing], facts.moment).get(message.id);
  if (verdict === undefined) throw new Error("every message that competes gets a verdict");
  return { zone: person.zone, rulesVersion: facts.rulesVersion, verdict, checks: explainMessage(person, competing, facts.moment) };
}

async function peek({ holdouts }: GovernorDeps, workspaceId: number, personId: string, channel: MessageChannel): Promise<string | null> {
  const answers = await holdouts.peek(workspaceId, { program: { kind: "message", key: channel }, ids: [personId] });
  return answers.get(personId)?.heldBy ?? null;
}

function isToAsk(message: AskedMessage, verdicts: ReadonlyMap<string, Verdict>, heldBy: ReadonlyMap<string, string | null>): boolean {
  return verdicts.get(message.id)?.verdict === "send" && isHoldable(message) && !heldBy.has(message.id);
}

/** Holdouts have a say about what the business wants to tell a person. */
function isHoldable({ asked }: AskedMessage): boolean {
  return !asked.transactional && asked.channel !== "webhook";
}

function decideAll(people: readonly AskedPerson[], facts: Facts, heldBy: ReadonlyMap<string, string | null>): ReadonlyMap<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  for (const { personId, sent, messages } of people) {
    const competing = messages.map((message) => competingOf(personId, message, facts, heldBy.get(message.id) ?? null));
    for (const [id, verdict] of decideMessages({ zone: facts.zoneOf(personId), sent }, competing, facts.moment)) verdicts.set(id, verdict);
  }
  return verdicts;
}

function competingOf(personId: string, message: AskedMessage, facts: Facts, heldBy: string | null): CompetingMessage {
  return {
    ...message.asked,
    ...(message.channelFacts ?? { grants: null, answerWindow: null, confirmed: null }),
    id: message.id,
    askedAtMs: message.askedAtMs,
    consent: facts.consentOf(personId, message),
    hasAddress: message.addressToken !== null,
    awaitsAddress: message.awaitsAddress ?? false,
    suppressed: facts.suppressedOf(message),
    heldBy,
  };
}

type Gathered = { readonly people: readonly AskedPerson[]; readonly nowMs: number };

async function gather(deps: GovernorDeps, tx: Db | Tx, workspaceId: number, { people, nowMs }: Gathered): Promise<Facts> {
  const [version] = await loadRules(tx, workspaceId, { limit: 1 });
  const rules = version?.rules ?? DEFAULT_RULES;
  const personIds = people.map(({ personId }) => personId);
  const profiles = await deps.people.profiles(tx, workspaceId, personIds);
  const workspaceZone = (await deps.workspace(workspaceId))?.timeZone ?? "UTC";
  const consents = await loadConsents(deps, tx, workspaceId, people);
  const suppressed = await loadAllSuppressed(tx, workspaceId, people);
  return {
    rulesVersion: version?.version ?? 0,
    moment: { rules, nowMs, isDayOff: daysOffOf(rules.holidays) },
    zoneOf: (personId) => zoneIn(profiles.get(personId)) ?? workspaceZone,
    consentOf: (personId, { asked }) => {
      const decision = consents.get(consentKey(asked))?.get(personId);
      return decision === undefined ? null : decideTelling(decision, asked.transactional);
    },
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

async function loadConsents(deps: GovernorDeps, tx: Db | Tx, workspaceId: number, people: readonly AskedPerson[]) {
  const answers = new Map<string, ReadonlyMap<string, ToldDecision>>();
  const questions = new Map(people.flatMap(({ messages }) => messages.map(({ asked }) => [consentKey(asked), asked] as const)));
  for (const [key, { purpose, channel }] of questions) {
    const said = CONSENT_CHANNEL[channel];
    if (said === undefined) continue;
    const whom = people.filter(({ messages }) => messages.some(({ asked }) => consentKey(asked) === key)).map(({ personId }) => personId);
    answers.set(key, await deps.consent.decisionsFor(tx, workspaceId, whom, { purpose, channel: said }));
  }
  return answers;
}

async function loadAllSuppressed(tx: Db | Tx, workspaceId: number, people: readonly AskedPerson[]) {
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
