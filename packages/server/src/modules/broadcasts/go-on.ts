import type { Broadcast } from "@terrace/domain/broadcasts/broadcast";
import { opensAt, paced } from "@terrace/domain/broadcasts/pace";
import { testedPeople, testWinner, variantAt } from "@terrace/domain/broadcasts/test-winner";
import type { MessageAsked } from "@terrace/domain/messages/message";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import type { BroadcastDeps } from "./broadcast-deps.ts";
import { claimDue, loadDefinition, putOff, saveProgress, type BroadcastRow, type Progress } from "./broadcast.store.ts";
import { loadReach } from "./reach.views.ts";
import { askedAmong, loadRecipients, noteAsked, writeDownAudience, type Recipient } from "./recipient.store.ts";

/** People asked about in one transaction. */
const PAGE = 2_000;
/** Messages of one broadcast that may be due and wait: a stop takes them back, and what others ask for is not behind more. */
const AHEAD_MAX = 20_000;
const CROWDED_MS = 1_000;
const PACED_MS = 1_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Takes one broadcast that is due one step further; answers whether there was one. A step is done wholly or not at all; what fails is tried again later, behind the others. */
export async function goOn(deps: BroadcastDeps): Promise<boolean> {
  const nowMs = deps.nowMs();
  const claimed: { row?: BroadcastRow } = {};
  try {
    return await inTransaction(deps.db, async (tx) => {
      const row = await claimDue(tx, nowMs);
      if (row === undefined) return false;
      claimed.row = row;
      await saveProgress(tx, row, { ...row, ...(await stepOf({ ...deps, tx, nowMs }, row)) });
      return true;
    });
  } catch (error) {
    const { row } = claimed;
    if (row === undefined) throw error;
    deps.log.error(
      { err: error, workspaceId: row.workspaceId, broadcast: row.id },
      "a step of a broadcast failed; it is tried again in a minute",
    );
    await putOff(deps.db, row, nowMs + MINUTE_MS);
    return true;
  }
}

type Step = Omit<BroadcastDeps, "nowMs"> & { readonly tx: Tx; readonly nowMs: number };

async function stepOf(step: Step, row: BroadcastRow): Promise<Partial<Progress>> {
  const { tx, nowMs } = step;
  const broadcast = await loadDefinition(tx, step.privacy, row);
  if (row.state === "scheduled") return begin(step, row, broadcast);
  const opensMs = opensAt(broadcast.window, nowMs, await zoneOf(step, row));
  if (opensMs > nowMs) return { nextMs: opensMs };
  const source = { kind: "broadcast", id: row.id } as const;
  const waiting = await step.messages.waiting(tx, row.workspaceId, source, { due: new Date(nowMs), most: AHEAD_MAX });
  if (waiting >= AHEAD_MAX) return { nextMs: nowMs + CROWDED_MS };
  const most = Math.min(PAGE, AHEAD_MAX - waiting);
  return row.redone < row.redoneTo ? askAnew(step, row, { broadcast, most }) : askNext(step, row, { broadcast, most });
}

async function zoneOf({ workspace }: Step, { workspaceId }: BroadcastRow): Promise<string> {
  return (await workspace(workspaceId))?.timeZone ?? "UTC";
}

/** Writes down who is in the segment now, shuffled, so that those at the first places are a sample. */
async function begin({ tx, nowMs, segments }: Step, row: BroadcastRow, { segment, without }: Broadcast): Promise<Partial<Progress>> {
  const audience = await writeDownAudience(tx, row, segments.membersOf(tx, row.workspaceId, { segment, without }));
  return { state: "running", beganMs: nowMs, audience, nextMs: nowMs };
}

type Asking = { readonly broadcast: Broadcast; readonly most: number };

async function askNext(step: Step, row: BroadcastRow, { broadcast, most }: Asking): Promise<Partial<Progress>> {
  const { nowMs } = step;
  const audience = row.audience ?? 0;
  const tested = testedPeople(broadcast, audience);
  const upTo = broadcast.test === null || row.winner !== null ? audience : tested;
  if (row.asked >= audience) return { state: "done", endedMs: nowMs, nextMs: null };
  if (row.asked >= upTo) return decide(step, row, broadcast);
  const { count, ...next } = paceOf(step, row, { broadcast, most: Math.min(most, upTo - row.asked) });
  const to = row.asked + count;
  const variantOf = ({ place }: Recipient): string => variantAt(broadcast, place, tested) ?? row.winner ?? "";
  await ask(step, row, { broadcast, recipients: await newAmong(step, row, { from: row.asked, to }), variantOf });
  return { asked: to, ...next };
}

/** How many may be asked about now, and when it is gone on. */
function paceOf({ nowMs }: Step, { pacedFromMs }: BroadcastRow, { broadcast: { perMinute }, most }: Asking) {
  const { count, fromMs } = paced(perMinute, { fromMs: pacedFromMs, nowMs, most });
  return { count, pacedFromMs: fromMs, nextMs: perMinute === null ? nowMs : nowMs + PACED_MS };
}

/** Who stands at some places, but for people who were asked about under another id: two people may become one on the way. */
async function newAmong(
  { tx, people }: Step,
  row: BroadcastRow,
  places: { readonly from: number; readonly to: number },
): Promise<readonly Recipient[]> {
  const recipients = await loadRecipients(tx, row, places);
  const ids = await people.idsOfPeople(
    tx,
    row.workspaceId,
    recipients.map(({ originId }) => originId),
  );
  const personOf = new Map(ids.map(({ originId, personId }) => [originId, personId]));
  const asked = await askedAmong(
    tx,
    row,
    ids.map(({ originId }) => originId),
  );
  const met = new Set([...asked].map((originId) => personOf.get(originId)));
  return recipients.filter(({ originId }) => {
    const person = personOf.get(originId);
    if (person === undefined || met.has(person)) return false;
    met.add(person);
    return true;
  });
}

/** Asks anew for what a stop took back. */
async function askAnew(step: Step, row: BroadcastRow, { broadcast, most }: Asking): Promise<Partial<Progress>> {
  const { tx } = step;
  const { count, ...next } = paceOf(step, row, { broadcast, most: Math.min(most, row.redoneTo - row.redone) });
  const to = row.redone + count;
  const recipients = (await loadRecipients(tx, row, { from: row.redone, to })).filter(({ run }) => run > 0);
  const states = await step.messages.states(
    tx,
    row.workspaceId,
    recipients.map(({ originId, run }) => keyOf(row, originId, run)),
  );
  const taken = new Set(states.filter(({ state }) => state === "cancelled").map(({ key }) => key));
  await ask(step, row, {
    broadcast,
    recipients: recipients.filter(({ originId, run }) => taken.has(keyOf(row, originId, run))),
    variantOf: ({ variant }) => variant ?? "",
  });
  return { redone: to, ...next };
}

type Asked = {
  readonly broadcast: Broadcast;
  readonly recipients: readonly Recipient[];
  readonly variantOf: (recipient: Recipient) => string;
};

async function ask({ tx, nowMs, messages }: Step, row: BroadcastRow, { broadcast, recipients, variantOf }: Asked): Promise<void> {
  const variants = new Map(broadcast.variants.map((variant) => [variant.key, variant]));
  const asked = recipients.map((recipient): { readonly place: number; readonly variant: string; readonly message: MessageAsked } => {
    const variant = variants.get(variantOf(recipient));
    if (variant === undefined) throw new Error("somebody gets one of the variants");
    const message = {
      key: keyOf(row, recipient.originId, row.run),
      originId: recipient.originId,
      channel: broadcast.channel,
      template: variant.template,
      ...(variant.templateVersion === null ? {} : { templateVersion: variant.templateVersion }),
      purpose: broadcast.purpose,
      tags: broadcast.tags,
      priority: broadcast.priority,
      source: { kind: "broadcast", id: row.id, part: variant.key, run: String(row.run) },
      causeMs: row.beganMs ?? nowMs,
      variables: {},
      notBeforeMs: nowMs,
      expiresAtMs: nowMs + broadcast.expiresAfterHours * HOUR_MS,
    } as const;
    return { place: recipient.place, variant: variant.key, message };
  });
  await messages.ask(
    tx,
    row.workspaceId,
    asked.map(({ message }) => message),
  );
  await noteAsked(tx, row, { run: row.run, asked });
}

function keyOf({ id }: BroadcastRow, originId: string, run: number): string {
  return `broadcast-${id}-${run}-${originId}`;
}

/** Waits for what the tested do, and then chooses what the others get. */
async function decide({ warehouse, nowMs }: Step, row: BroadcastRow, { test, variants }: Broadcast): Promise<Partial<Progress>> {
  const testedMs = row.testedMs ?? nowMs;
  const dueMs = testedMs + (test?.afterMinutes ?? 0) * MINUTE_MS;
  if (test === null || dueMs > nowMs) return { testedMs, nextMs: dueMs };
  const reach = await loadReach(warehouse, row);
  const won = testWinner(
    variants.map(({ key }) => {
      const of = reach.get(key);
      return { key, sent: of?.sent ?? 0, did: Math.min(of?.sent ?? 0, of?.[test.by] ?? 0) };
    }),
  );
  return { winner: won.key, winnerCounts: won.counts, nextMs: nowMs };
}
