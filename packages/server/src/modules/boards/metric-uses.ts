import type { Use } from "@terrace/contract/api/segments";
import { namesMetric } from "@terrace/domain/insight/boards/segments-in-query";
import type { Json } from "@terrace/domain/json";
import { loadGoals } from "./goal.store.ts";
import type { BoardDeps } from "./board-deps.ts";
import { openJson } from "./sealed-question.ts";
import { loadSealed } from "./uses.store.ts";

const ROWS_AT_ONCE = 500;

/** The saved analyses, dashboards and goals that name a metric. */
export async function usesOfMetric(
  { db, privacy }: Pick<BoardDeps, "db" | "privacy">,
  workspaceId: number,
  metric: string,
): Promise<readonly Use[]> {
  const goals = await loadGoals(db, workspaceId, { metric, unit: undefined });
  return [
    ...(await usesNaming({ db, privacy }, workspaceId, (query) => namesMetric(query, metric))),
    ...goals.map(({ id, startsOn }) => ({ kind: "goal" as const, id, name: startsOn })),
  ];
}

/** The saved analyses and dashboards whose questions name something. What is asked is sealed, so it is opened one after the other. */
export async function usesNaming(
  { db, privacy }: Pick<BoardDeps, "db" | "privacy">,
  workspaceId: number,
  isNamed: (query: Json) => boolean,
): Promise<readonly Use[]> {
  const asking = { db, privacy };
  return [
    ...(await naming(asking, workspaceId, { isNamed, kind: "analysis" })),
    ...(await naming(asking, workspaceId, { isNamed, kind: "dashboard" })),
  ];
}

async function naming(
  { db, privacy }: Pick<BoardDeps, "db" | "privacy">,
  workspaceId: number,
  { isNamed, kind }: { readonly isNamed: (query: Json) => boolean; readonly kind: "analysis" | "dashboard" },
): Promise<readonly Use[]> {
  const uses: Use[] = [];
  for (let afterId = "0"; ;) {
    const rows = await loadSealed(db, workspaceId, kind, { afterId, limit: ROWS_AT_ONCE });
    const found = rows.filter(({ sealed }) => isNamed(openJson(privacy, sealed) as Json));
    uses.push(...found.map(({ id, name }) => ({ kind, id, name })));
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_AT_ONCE) return uses;
    afterId = last.id;
  }
}
