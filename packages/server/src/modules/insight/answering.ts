import type { AnswerMeta } from "@terrace/contract/api/insight-analysis";
import type { RouteContract } from "@terrace/contract/route";
import type { WeekStart } from "@terrace/domain/insight/time/calendar";
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteHandler } from "../../platform/http/handler.ts";
import { parseInput } from "../../platform/http/input-fault.ts";
import { ch } from "../../platform/storage/clickhouse.ts";
import type { Analyses } from "./analyses.ts";
import type { AnyAnalysis } from "./analysis.ts";
import { readRows, startAsking, type AnalysisDeps, type Asker, type Asking, type Filters } from "./time/asking.ts";
import { refuseUnseenIn } from "./time/refuse-unseen.ts";

type Page = { readonly limit: number; readonly cursor?: string | undefined };
type PeoplePage = { items: { personId: string; displayName: string }[]; nextCursor?: string };
/** What is asked of an analysis, before its contract has read it. */
export type AskedBody<K extends keyof Analyses> = z.input<Analyses[K]["route"]["body"]>;
export type Answer<K extends keyof Analyses> = z.output<Analyses[K]["route"]["response"]>;

/** The one door to analyses: limits, cancellation and cost are the same for all who ask. */
export type Answering = {
  readonly routes: readonly RouteHandler[];
  /** Answers as the route of the analysis does. Throws the faults of a body that its contract refuses, under `body`. */
  readonly run: <K extends keyof Analyses>(kind: K, body: AskedBody<K>, asker: Asker) => Promise<Answer<K>>;
  /** The same for what was kept: kind and body are read here. Throws `insight.no_such_analysis`. */
  readonly runKept: (kind: string, body: unknown, asker: Asker) => Promise<object & { readonly meta: AnswerMeta }>;
  /** Reads a body that is to be kept, without asking anything; answers it as given. Throws as `runKept`. */
  readonly check: (kind: string, body: unknown) => void;
  /**
   * The ids of all people behind a cell (`body` holds it as `cell`), in order, a batch at a time; whoever was erased is left out. Throws
   * `insight.no_people` for an analysis without.
   */
  readonly peopleBehind: (kind: string, body: unknown, asker: Asker) => AsyncGenerator<readonly string[]>;
};

const PEOPLE_BATCH = 10_000;

/** Opens the door to some analyses. */
export function createAnswering(deps: AnalysisDeps, analyses: Readonly<Partial<Record<string, AnyAnalysis>>>): Answering {
  const named = (kind: string): AnyAnalysis => {
    const found = Object.hasOwn(analyses, kind) ? analyses[kind] : undefined;
    if (found === undefined)
      throw faultError("insight.no_such_analysis", { field: "kind", mend: `Give one of: ${Object.keys(analyses).join(", ")}` });
    return found;
  };
  const answer = async (analysis: AnyAnalysis, body: unknown, asker: Asker): Promise<object & { meta: AnswerMeta }> => {
    const cost = { rowsRead: 0, bytesRead: 0 };
    const asking = await begin(deps, body, asker, cost);
    const startedMs = performance.now();
    // The contract of the analysis has read the body.
    const figures = await analysis.answer(asking, body as never);
    const meta = {
      queryId: randomUUID(),
      asOf: new Date(asking.nowMs).toISOString(),
      elapsedMs: Math.round(performance.now() - startedMs),
      ...cost,
    };
    return { ...figures, meta };
  };
  const runKept: Answering["runKept"] = async (kind, body, asker) => {
    const analysis = named(kind);
    return answer(analysis, readBody(analysis.route, body), asker);
  };
  return {
    routes: Object.values(analyses).flatMap((analysis) => (analysis === undefined ? [] : routesOf(deps, analysis, answer))),
    runKept,
    // The schema of the kind decides the types that are named here.
    run: (kind, body, asker) => runKept(kind, body, asker) as ReturnType<Answering["run"]> as never,
    check: (kind, body) => void readBody(named(kind).route, body),
    peopleBehind: async function* (kind, body, asker) {
      const { people } = named(kind);
      if (people === undefined) throw faultError("insight.no_people", { field: "kind", mend: "Choose another analysis" });
      const read = readBody(people.route, body);
      const asking = await begin(deps, read, asker);
      for (let after = "0"; ;) {
        const ids = await readPeople(asking, { kind, people, body: read }, { after, limit: PEOPLE_BATCH });
        const seen = ids.filter((id) => !deps.denies(asking.workspaceId, id));
        if (seen.length > 0) yield seen;
        const last = ids.at(-1);
        if (last === undefined || ids.length < PEOPLE_BATCH) return;
        after = last;
      }
    },
  };
}

function routesOf(
  deps: AnalysisDeps,
  analysis: AnyAnalysis,
  answer: (analysis: AnyAnalysis, body: unknown, asker: Asker) => Promise<object>,
): readonly RouteHandler[] {
  const { route, people, kind } = analysis;
  const own: RouteHandler = { contract: route, run: ({ body }, context) => answer(analysis, body, context) };
  if (people === undefined) return [own];
  const behind: RouteHandler = {
    contract: people.route,
    run: async ({ body, query }, context) => {
      const asking = await begin(deps, body, context);
      // Read by the contract, which takes pages as every list does.
      return peoplePage(deps, asking, query as Page, (page) => readPeople(asking, { kind, people, body }, page));
    },
  };
  return [own, behind];
}

function readBody(route: RouteContract, body: unknown): unknown {
  return parseInput(route.body, body, "body");
}

async function begin(deps: AnalysisDeps, body: unknown, asker: Asker, cost = { rowsRead: 0, bytesRead: 0 }): Promise<Asking> {
  refuseUnseenIn(body, asker.fields);
  return startAsking(deps, asker, {
    ...partsOf(body),
    noteCost: ({ rowsRead, bytesRead }) => {
      cost.rowsRead += rowsRead;
      cost.bytesRead += bytesRead;
    },
  });
}

/** What bodies of analyses have in common; the contracts have read it. */
function partsOf(body: unknown): { readonly weekStart: WeekStart; readonly filters: Filters } {
  const { weekStart, filters = {} } = body as { readonly weekStart?: WeekStart; readonly filters?: Filters };
  return { weekStart: weekStart ?? "monday", filters };
}

type Behind = { readonly kind: string; readonly people: NonNullable<AnyAnalysis["people"]>; readonly body: unknown };

/** People of a cell in order of their ids, from after one on. */
async function readPeople(
  asking: Asking,
  { kind, people, body }: Behind,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const statement = await people.behind(asking, body as never);
  const rows = await readRows<{ id: string }>(
    asking,
    `insight.${kind}_people`,
    ch`select toString(person) as id from (${statement}) /* workspace_id is named in the events it reads */
    where person > ${ch.value("UInt64", page.after)} group by person order by person limit ${ch.value("UInt32", page.limit)}`,
  );
  return rows.map(({ id }) => id);
}

/** A page of people with what the asker may see of their names; who was erased is left out. */
async function peoplePage(
  deps: AnalysisDeps,
  { workspaceId, fields }: Asking,
  { limit, cursor }: Page,
  read: (page: { readonly after: string; readonly limit: number }) => Promise<readonly string[]>,
): Promise<PeoplePage> {
  const after = cursor === undefined ? "0" : String(decodeCursor(cursor, ["id"])[0]);
  // One more than fits tells of a next page.
  const ids = await read({ after, limit: limit + 1 });
  const page = ids.slice(0, limit);
  const seen = page.filter((id) => !deps.denies(workspaceId, id));
  const names = seen.length === 0 ? undefined : await deps.people.displayNames(workspaceId, seen, fields);
  const last = page.at(-1);
  return {
    items: seen.map((personId) => ({ personId, displayName: names?.get(personId)?.displayName ?? "" })),
    ...(ids.length > limit && last !== undefined ? { nextCursor: encodeCursor([last]) } : {}),
  };
}
