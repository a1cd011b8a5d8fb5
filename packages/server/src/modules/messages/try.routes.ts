import * as api from "@terrace/contract/api/governor";
import { LOOK_BACK_DAYS_MAX } from "@terrace/domain/governor/rules";
import type { Verdict } from "@terrace/domain/governor/verdict";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler, type RouteInput } from "../../platform/http/handler.ts";
import { loadSent } from "./due.store.ts";
import type { GovernedDeps } from "./governed-deps.ts";
import { ADDRESS_KINDS, recipientOn } from "./recipient.ts";

const DAY_MS = 86_400_000;
/** A message that is only tried has no number. */
const TRIED = "0";
const PRIORITY = 5;

/** Whether somebody would get a message, and why. */
export function tryRoutes(deps: GovernedDeps): readonly RouteHandler[] {
  return [handle(api.tryGovernor, ({ body }, { workspaceId }) => tried(deps, workspaceId, body))];
}

type Asked = RouteInput<typeof api.tryGovernor>["body"];

async function tried(deps: GovernedDeps, workspaceId: number, asked: Asked): Promise<Awaited<ReturnType<typeof answered>>> {
  const nowMs = deps.nowMs();
  const atMs = asked.at === undefined ? nowMs : Date.parse(asked.at);
  // A moment before now is one that was chosen a moment ago.
  if (atMs < nowMs - 60_000 || atMs > nowMs + LOOK_BACK_DAYS_MAX * DAY_MS)
    throw faultError("governor.time_out_of_range", { field: "at", mend: `Choose a time within ${LOOK_BACK_DAYS_MAX} days from now` });
  const personId = (await deps.people.owners(workspaceId, [asked.person])).get(asked.person);
  if (personId === undefined) throw faultError("person.not_found", { field: "person", mend: "Search for the person by one of its ids" });
  return answered(deps, workspaceId, { ...asked, person: personId }, atMs);
}

async function answered(deps: GovernedDeps, workspaceId: number, asked: Asked, atMs: number) {
  const { person: personId, channel, template, purpose, tags, transactional } = asked;
  const owned = await deps.people.idsOfPeople(deps.db, workspaceId, [personId]);
  const since = new Date(atMs - (LOOK_BACK_DAYS_MAX + 1) * DAY_MS);
  const originIds = owned.map(({ originId }) => originId);
  const sent = await loadSent(deps.db, workspaceId, originIds, since);
  const recipient = recipientOn(channel, personId, await deps.people.newest(deps.db, workspaceId, [personId], ADDRESS_KINDS));
  const trial = await deps.governor.tryMessage(workspaceId, {
    personId,
    sent,
    atMs,
    message: {
      id: TRIED,
      asked: { channel, template, purpose, tags, transactional, priority: PRIORITY, notBeforeMs: atMs, expiresAtMs: null },
      askedAtMs: atMs,
      addressToken: recipient?.token ?? null,
    },
  });
  const { zone, rulesVersion, checks, verdict } = trial;
  return {
    at: new Date(atMs).toISOString(),
    zone,
    rulesVersion,
    verdict: shownVerdict(verdict),
    checks: checks.map((check) => ({ ...check, details: { ...check.details } })),
    sent: sent.length,
  };
}

function shownVerdict(verdict: Verdict): api.GovernorVerdict {
  const { reason, rule, details } = verdict;
  const until = verdict.verdict === "defer" ? new Date(verdict.untilMs).toISOString() : null;
  return { verdict: verdict.verdict, reason, rule, details: { ...details }, until };
}
