import {
  decideConsent,
  factThatCounts,
  type ConsentDecision,
  type ConsentQuestion,
  type ToldDecision,
} from "@terrace/domain/consent/consent-facts";
import { PROFILING, purposesOf } from "@terrace/domain/consent/purposes";
import type { JsonObject } from "@terrace/domain/json";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
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
  /** Keys of the purposes that are in use. */
  readonly purposesInUse: (workspaceId: number) => Promise<ReadonlySet<string>>;
  /** What `may` says, and whether they took it back, for each of some people (by person id, at most 10,000); `sql` may be an open transaction. */
  readonly decisionsFor: (
    sql: Db | Tx,
    workspaceId: number,
    people: readonly string[],
    asked: Asked & { readonly purpose: string },
  ) => Promise<ReadonlyMap<string, ToldDecision>>;
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
  const purposeOf = async (sql: Db | Tx, workspaceId: number, key: string) =>
    purposesOf(await loadPurposes(sql, workspaceId)).find((purpose) => purpose.key === key);
  const countingFact = async (workspaceId: number, person: string, question: ConsentQuestion) =>
    factThatCounts(await factsFor(db, workspaceId, person, question), question);
  const decisionsFor: ConsentDoors["decisionsFor"] = async (sql, workspaceId, people, { purpose, ...asked }) => {
    if (people.length > PEOPLE_ASKED_MAX) throw new Error(`ask about at most ${PEOPLE_ASKED_MAX} people at once`);
    const known = await purposeOf(sql, workspaceId, purpose);
    const states = await statesOf(sql, workspaceId, people, questionOf(purpose, asked));
    return new Map(
      people.map((person) => {
        const state = states.get(person);
        const decision = decideConsent(known, state === undefined ? undefined : { state });
        return [person, { ...decision, withdrawn: state === "withdrawn" }] as const;
      }),
    );
  };
  return {
    decisionsFor,
    purposesInUse: async (workspaceId) =>
      new Set(purposesOf(await loadPurposes(db, workspaceId)).flatMap(({ key, active }) => (active ? [key] : []))),
    may: async (workspaceId, person, purpose, asked) =>
      decideConsent(await purposeOf(db, workspaceId, purpose), await countingFact(workspaceId, person, questionOf(purpose, asked))),
    allowedAmong: async (workspaceId, people, purpose, asked) => {
      const decisions = await decisionsFor(db, workspaceId, people, { ...asked, purpose });
      return new Set(people.filter((person) => decisions.get(person)?.allowed));
    },
    mayDecideAutomatically: async (workspaceId, person, atMs) =>
      (await countingFact(workspaceId, person, questionOf(PROFILING, atMs === undefined ? {} : { atMs })))?.state !== "withdrawn",
  };
}
