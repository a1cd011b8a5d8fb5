import { decideConsent, factThatCounts, type ConsentDecision, type ConsentQuestion } from "@terrace/domain/consent/consent-facts";
import { PROFILING, purposesOf } from "@terrace/domain/consent/purposes";
import type { JsonObject } from "@terrace/domain/json";
import type { Db } from "../../platform/storage/postgres.ts";
import { loadPurposes } from "./consent.store.ts";
import { factsFor, statesOf } from "./consent.views.ts";

/** What may be narrowed in a question: without a channel the purpose as a whole is meant, without a time now. */
export type Asked = { readonly channel?: string; readonly atMs?: number };

/** The questions others ask before they use personal data. `person` is a person's id or any origin of it. */
export type ConsentDoors = {
  /** Whether a purpose may be followed for a person. To be asked when the data are used, not when the use is planned. */
  readonly may: (workspaceId: number, person: string, purpose: string, asked?: Asked) => Promise<ConsentDecision>;
  /** Those of some people (by person id, at most 10,000) for whom a purpose may be followed: the same answer as `may`, for lists. */
  readonly allowedAmong: (workspaceId: number, people: readonly string[], purpose: string, asked?: Asked) => Promise<ReadonlySet<string>>;
  /** What `may` says, for each of some people (by person id, at most 10,000). */
  readonly decisionsFor: (
    workspaceId: number,
    people: readonly string[],
    purpose: string,
    asked?: Asked,
  ) => Promise<ReadonlyMap<string, ConsentDecision>>;
  /**
   * False when the person refused decisions that no human takes (PIPL article 24): a withdrawal of `profiling` counts here whatever the
   * legal basis of that purpose is, and silence is no refusal.
   */
  readonly mayDecideAutomatically: (workspaceId: number, person: string, atMs?: number) => Promise<boolean>;
};

/** That somebody takes consent back, on all of their ids: were it to hang on one only, parting them again would leave the other half with what was taken back. */
export type Withdrawal = {
  readonly originIds: readonly string[];
  /** `*` for every purpose. */
  readonly purpose: string;
  readonly channel: string;
  readonly atMs: number;
  readonly evidence: JsonObject;
};

export const PEOPLE_ASKED_MAX = 10_000;

export function createConsentDoors({ db, nowMs }: { readonly db: Db; readonly nowMs: () => number }): ConsentDoors {
  const questionOf = (purpose: string, asked: Asked = {}): ConsentQuestion => ({
    purpose,
    channel: asked.channel ?? "",
    atMs: asked.atMs ?? nowMs(),
  });
  const purposeOf = async (workspaceId: number, key: string) =>
    purposesOf(await loadPurposes(db, workspaceId)).find((purpose) => purpose.key === key);
  const countingFact = async (workspaceId: number, person: string, question: ConsentQuestion) =>
    factThatCounts(await factsFor(db, workspaceId, person, question), question);
  const decisionsFor: ConsentDoors["decisionsFor"] = async (workspaceId, people, purpose, asked) => {
    if (people.length > PEOPLE_ASKED_MAX) throw new Error(`ask about at most ${PEOPLE_ASKED_MAX} people at once`);
    const known = await purposeOf(workspaceId, purpose);
    const states = await statesOf(db, workspaceId, people, questionOf(purpose, asked));
    return new Map(
      people.map((person) => {
        const state = states.get(person);
        return [person, decideConsent(known, state === undefined ? undefined : { state })] as const;
      }),
    );
  };
  return {
    decisionsFor,
    may: async (workspaceId, person, purpose, asked) =>
      decideConsent(await purposeOf(workspaceId, purpose), await countingFact(workspaceId, person, questionOf(purpose, asked))),
    allowedAmong: async (workspaceId, people, purpose, asked) => {
      const decisions = await decisionsFor(workspaceId, people, purpose, asked);
      return new Set(people.filter((person) => decisions.get(person)?.allowed));
    },
    mayDecideAutomatically: async (workspaceId, person, atMs) =>
      (await countingFact(workspaceId, person, questionOf(PROFILING, atMs === undefined ? {} : { atMs })))?.state !== "withdrawn",
  };
}
