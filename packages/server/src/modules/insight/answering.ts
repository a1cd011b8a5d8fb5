import type { AnswerMeta } from "@terrace/contract/api/insight-analysis";
import type { RouteContract } from "@terrace/contract/route";
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import type { z } from "zod";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteHandler } from "../../platform/http/handler.ts";
import { parseInput } from "../../platform/http/input-fault.ts";
import type { ChStatement } from "../../platform/storage/clickhouse.ts";
import type { ConditionTools } from "../../platform/storage/condition-sql.ts";
import type { Analyses } from "./analyses.ts";
import type { AnyAnalysis } from "./analysis.ts";
import { answerInGroups, askedForCell } from "./breakdown/in-groups.ts";
import { requireKnownSegments } from "./breakdown/known-segments.views.ts";
import { createAnswerKeeper, type AnswerKeeper } from "./answer-keeper.ts";
import { readPeople } from "./people-behind.views.ts";
import { queryRoutes } from "./running/query.routes.ts";
import { createRunningQueries, type RunningQueries } from "./running/running-queries.ts";
import { createTurns, type TurnLimits } from "./running/turns.ts";
import { askingOf, readRows, surroundingsOf, type AnalysisDeps, type Asker, type Asking, type Surroundings } from "./time/asking.ts";
import { refuseUnseenIn } from "../../platform/http/refuse-unseen.ts";
import type { AnyAnswer, Wanted } from "./any-answer.ts";

type Page = { readonly limit: number; readonly cursor?: string | undefined };
type PeoplePage = { items: { personId: string; displayName: string }[]; nextCursor?: string };
/** What is asked of an analysis, before its contract has read it. */
export type AskedBody<K extends keyof Analyses> = z.input<Analyses[K]["route"]["body"]>;
export type Answer<K extends keyof Analyses> = z.output<Analyses[K]["route"]["response"]>;
/** The one door to analyses: limits, turns, cancellation, cost and kept answers are the same for all who ask. */
export type Answering = {
  readonly routes: readonly RouteHandler[];
  /** Answers as the route of the analysis does. Throws the faults of a body that its contract refuses, under `body`. */
  readonly run: <K extends keyof Analyses>(kind: K, body: AskedBody<K>, asker: Asker, wanted?: Wanted) => Promise<Answer<K>>;
  /** The same for what was kept: kind and body are read here. Throws `insight.no_such_analysis`. */
  readonly runKept: (kind: string, body: unknown, asker: Asker, wanted?: Wanted) => Promise<AnyAnswer>;
  /** Reads a body that is to be kept, without asking anything. Throws as `runKept`. */
  readonly check: (kind: string, body: unknown) => void;
  /**
   * The ids of all people behind a cell (`body` holds it as `cell`), in order, a batch at a time; whoever was erased is left out. Throws
   * `insight.no_people` for an analysis without.
   */
  readonly peopleBehind: (kind: string, body: unknown, asker: Asker) => AsyncGenerator<readonly string[]>;
  /**
   * Asks something of the data of a workspace that is no analysis: the same limits, turns and cancellation, and the same is refused. Throws what `read`
   * throws for a statement that is too heavy, too slow or cancelled.
   */
  readonly ask: <T>(
    question: { readonly kind: string; readonly body: unknown; readonly queryId?: string | undefined },
    asker: Asker,
    work: (tools: ConditionTools, read: <Row>(feature: string, statement: ChStatement) => Promise<readonly Row[]>) => Promise<T>,
  ) => Promise<{ readonly answer: T; readonly meta: Omit<AnswerMeta, "cached" | "stale"> }>;
  /** Forgets the kept answers of some workspaces. */ readonly forget: (workspaces: ReadonlySet<number>) => void;
};

const PEOPLE_BATCH = 10_000;

/** Each query takes all cores of the event engine, so more of them at once would only make all slower; one workspace leaves room for others. */
function turnLimits(cores: number): TurnLimits {
  const atOnce = Math.max(2, cores);
  return { atOnce, atOncePerWorkspace: atOnce - 1, waiting: 400, waitingPerWorkspace: 100, waitMsMax: 60_000 };
}

type Ground = { readonly deps: AnalysisDeps; readonly queries: RunningQueries; readonly keeper: AnswerKeeper };

/** Opens the door to some analyses. */
export function createAnswering(
  deps: AnalysisDeps,
  analyses: Readonly<Partial<Record<string, AnyAnalysis>>>,
  limits = turnLimits(availableParallelism()),
): Answering {
  const queries = createRunningQueries({ warehouse: deps.warehouse, turns: createTurns(limits) });
  const ground: Ground = { deps, queries, keeper: createAnswerKeeper(deps) };
  const named = (kind: string): AnyAnalysis => {
    const found = Object.hasOwn(analyses, kind) ? analyses[kind] : undefined;
    if (found === undefined)
      throw faultError("insight.no_such_analysis", { field: "kind", mend: `Give one of: ${Object.keys(analyses).join(", ")}` });
    return found;
  };
  const runKept: Answering["runKept"] = async (kind, body, asker, wanted = {}) => {
    const analysis = named(kind);
    return answer(ground, analysis, readBody(analysis.route, body), { asker, wanted });
  };
  return {
    routes: [...Object.values(analyses).flatMap((each) => (each === undefined ? [] : routesOf(ground, each))), ...queryRoutes(queries)],
    runKept,
    // The schema of the kind decides the types that are named here.
    run: (kind, body, asker, wanted) => runKept(kind, body, asker, wanted) as ReturnType<Answering["run"]> as never,
    check: (kind, body) => void readBody(named(kind).route, body),
    peopleBehind: async function* (kind, body, asker) {
      const analysis = named(kind);
      const { people } = analysis;
      if (people === undefined) throw faultError("insight.no_people", { field: "kind", mend: "Choose another analysis" });
      const read = readBody(people.route, body);
      for (let after = "0"; ;) {
        const ids = await peopleFrom(ground, { analysis, people, body: read }, asker, { after, limit: PEOPLE_BATCH });
        const seen = ids.filter((id) => !deps.denies(asker.workspaceId, id));
        if (seen.length > 0) yield seen;
        const last = ids.at(-1);
        if (last === undefined || ids.length < PEOPLE_BATCH) return;
        after = last;
      }
    },
    ask: async ({ kind, body, queryId = randomUUID() }, asker, work) => {
      await refuse(deps, body, asker);
      const surroundings = await surroundingsOf(deps, asker.workspaceId);
      const query = { queryId, workspaceId: asker.workspaceId, kind, signal: asker.signal };
      const {
        answer: made,
        cost,
        elapsedMs,
        asOf,
      } = await inTurn(ground, query, { surroundings, body, asker }, (asking) =>
        work(asking.tools, (feature, statement) => readRows(asking, feature, statement)),
      );
      return { answer: made, meta: { queryId, asOf, elapsedMs, ...cost } };
    },
    forget: ground.keeper.forget,
  };
}

function routesOf(ground: Ground, analysis: AnyAnalysis): readonly RouteHandler[] {
  const { route, people } = analysis;
  // Both were read by the contract.
  const own: RouteHandler = {
    contract: route,
    run: ({ body, query }, context) => answer(ground, analysis, body, { asker: context, wanted: query as Wanted }),
  };
  if (people === undefined) return [own];
  const behind: RouteHandler = {
    contract: people.route,
    run: ({ body, query }, context) => peoplePage(ground, { analysis, people, body }, context, query as Page),
  };
  return [own, behind];
}

function readBody(route: RouteContract, body: unknown): unknown {
  return parseInput(route.body, body, "body");
}

/** Throws what speaks against a body that its contract has read: fields and segments that the asker does not see, or that there are not. */
async function refuse({ db }: AnalysisDeps, body: unknown, asker: Asker): Promise<void> {
  refuseUnseenIn(body, asker.fields);
  await requireKnownSegments(db, asker, body);
}

/** Answers a body that the contract of the analysis has read. */
async function answer(
  { deps, queries, keeper }: Ground,
  analysis: AnyAnalysis,
  body: unknown,
  { asker, wanted }: { readonly asker: Asker; readonly wanted: Wanted },
): Promise<AnyAnswer> {
  await refuse(deps, body, asker);
  const queryId = wanted.queryId ?? randomUUID();
  const surroundings = await surroundingsOf(deps, asker.workspaceId);
  const question = {
    workspaceId: asker.workspaceId,
    parts: [analysis.kind, body, asker.fields.key, surroundings.key],
    signal: asker.signal,
  };
  const { kept, isCached, isStale } = await keeper.answer(question, wanted, async (signal) => {
    const query = { queryId, workspaceId: asker.workspaceId, kind: analysis.kind, signal };
    const {
      answer: figures,
      cost,
      elapsedMs,
      asOf,
    } = await inTurn({ deps, queries }, query, { surroundings, body, asker }, (asking) => answerInGroups(analysis, asking, body as object));
    return { ...figures, meta: { queryId, asOf, elapsedMs, ...cost, cached: false, stale: false } };
  });
  return { ...kept, meta: { ...kept.meta, queryId, cached: isCached, stale: isStale } };
}

async function inTurn<T>(
  { deps, queries }: Pick<Ground, "deps" | "queries">,
  query: Parameters<RunningQueries["run"]>[0],
  { surroundings, body, asker }: { readonly surroundings: Surroundings; readonly body: unknown; readonly asker: Asker },
  work: (asking: Asking) => Promise<T>,
) {
  let asOf = "";
  const ran = await queries.run(query, (running) => {
    const asking = askingOf(deps, { ...asker, ...running }, surroundings, { body, queryId: query.queryId });
    asOf = new Date(asking.nowMs).toISOString();
    return work(asking);
  });
  return { ...ran, asOf };
}

type Behind = { readonly analysis: AnyAnalysis; readonly people: NonNullable<AnyAnalysis["people"]>; readonly body: unknown };

/** People of a cell in order of their ids, from after one on. */
async function peopleFrom(
  ground: Ground,
  { analysis, people, body }: Behind,
  asker: Asker,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  await refuse(ground.deps, body, asker);
  const surroundings = await surroundingsOf(ground.deps, asker.workspaceId);
  const query = { queryId: randomUUID(), workspaceId: asker.workspaceId, kind: analysis.kind, signal: asker.signal };
  const { answer: ids } = await inTurn(ground, query, { surroundings, body, asker }, async (asking) => {
    const narrowed = await askedForCell(analysis, asking, body as object);
    const statement = await people.behind(narrowed.asking, narrowed.body as never);
    return readPeople(narrowed.asking, `insight.${analysis.kind}_people`, { people: statement, ...page });
  });
  return ids;
}

/** A page of people with what the asker may see of their names; who was erased is left out. */
async function peoplePage(ground: Ground, behind: Behind, asker: Asker, { limit, cursor }: Page): Promise<PeoplePage> {
  const after = cursor === undefined ? "0" : String(decodeCursor(cursor, ["string"])[0]);
  if (!/^\d{1,20}$/.test(after))
    throw faultError("request.invalid", { field: "cursor", mend: "Use the nextCursor of the page before, unchanged" });
  // One more than fits tells of a next page.
  const ids = await peopleFrom(ground, behind, asker, { after, limit: limit + 1 });
  const page = ids.slice(0, limit);
  const seen = page.filter((id) => !ground.deps.denies(asker.workspaceId, id));
  const names = seen.length === 0 ? undefined : await ground.deps.people.displayNames(asker.workspaceId, seen, asker.fields);
  const last = page.at(-1);
  return {
    items: seen.map((personId) => ({ personId, displayName: names?.get(personId)?.displayName ?? "" })),
    ...(ids.length > limit && last !== undefined ? { nextCursor: encodeCursor([last]) } : {}),
  };
}
