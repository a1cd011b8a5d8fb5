import type { Use } from "@terrace/contract/api/segments";
import { namesMetric } from "@terrace/domain/insight/boards/segments-in-query";
import type { Json } from "@terrace/domain/json";
import { loadContents } from "./dashboard.store.ts";
import { loadGoals } from "./goal.store.ts";
import type { BoardDeps } from "./board-deps.ts";
import { loadQuestions } from "./saved-analysis.store.ts";
import { openJson } from "./sealed-question.ts";

const ROWS_AT_ONCE = 500;
type Row = { readonly id: string; readonly name: string };

/** The saved analyses, dashboards and goals that name a metric. What is asked is sealed, so it is opened one after the other. */
export async function usesOfMetric(
  { db, privacy }: Pick<BoardDeps, "db" | "privacy">,
  workspaceId: number,
  metric: string,
): Promise<readonly Use[]> {
  const names = (sealed: Uint8Array): boolean => namesMetric(openJson(privacy, sealed) as Json, metric);
  const analyses = await found(
    (page) => loadQuestions(db, workspaceId, page),
    ({ query }) => names(query),
  );
  const dashboards = await found(
    (page) => loadContents(db, workspaceId, page),
    ({ content }) => names(content),
  );
  const goals = await loadGoals(db, workspaceId, { metric, unit: undefined });
  return [
    ...analyses.map((use) => ({ kind: "analysis" as const, ...use })),
    ...dashboards.map((use) => ({ kind: "dashboard" as const, ...use })),
    ...goals.map(({ id, startsOn }) => ({ kind: "goal" as const, id, name: startsOn })),
  ];
}

async function found<R extends Row>(
  load: (page: { readonly afterId: string; readonly limit: number }) => Promise<readonly R[]>,
  isUse: (row: R) => boolean,
): Promise<readonly Row[]> {
  const uses: Row[] = [];
  for (let afterId = "0"; ;) {
    const rows = await load({ afterId, limit: ROWS_AT_ONCE });
    uses.push(...rows.filter(isUse).map(({ id, name }) => ({ id, name })));
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_AT_ONCE) return uses;
    afterId = last.id;
  }
}
