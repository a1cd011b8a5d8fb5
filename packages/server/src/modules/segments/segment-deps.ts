import type { AnswerMeta } from "@terrace/contract/api/insight-analysis";
import type { Use } from "@terrace/contract/api/segments";
import type { BusinessEvents } from "@terrace/domain/insight/metrics/business-events";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { ChStatement } from "../../platform/storage/clickhouse.ts";
import type { ConditionTools } from "../../platform/storage/condition-sql.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { LiveDeps } from "./live/live-deps.ts";

export type ReadRows = <Row>(feature: string, statement: ChStatement) => Promise<readonly Row[]>;

export type SegmentDeps = LiveDeps & {
  /** What counts as what in the workspace. */
  readonly businessEvents: (workspaceId: number) => Promise<BusinessEvents>;
  /** Conditions and amounts of what counts as an order, over a row of `events`, in minor units of the workspace's currency. */
  readonly turnoverSql: (
    workspaceId: number,
    tools: ConditionTools,
  ) => Promise<{ readonly isOrder: ChStatement; readonly minor: ChStatement }>;
  readonly audit: AccessModule["audit"];
  readonly personOf: PeopleModule["personOf"];
  readonly displayNames: PeopleModule["displayNames"];
  readonly idsOfPeople: PeopleModule["idsOfPeople"];
  /** The people behind a cell of an analysis (`body` holds it), some ids at a time. Throws when there is no such analysis or cell. */
  readonly peopleBehind: (kind: string, body: unknown, context: RouteContext) => AsyncIterable<readonly string[]>;
  /** Asks something of the data of a workspace, as analyses do: with their limits and turns, and it can be cancelled. */
  readonly ask: <T>(
    question: { readonly kind: string; readonly body: unknown; readonly queryId?: string | undefined },
    asker: RouteContext,
    work: (tools: ConditionTools, read: ReadRows) => Promise<T>,
  ) => Promise<{ readonly answer: T; readonly meta: Omit<AnswerMeta, "cached" | "stale"> }>;
  /** Operators who work in the workspace now. */
  readonly members: (
    workspaceId: number,
  ) => Promise<readonly { readonly operatorId: string; readonly name: string; readonly email: string }[]>;
  /** What would break without a segment, besides other segments. */
  readonly usedBy: (workspaceId: number, segmentId: string) => Promise<readonly Use[]>;
  /** What would break without a trait, or one of its values, besides rules of segments. */
  readonly traitUsedBy: (workspaceId: number, trait: string, value?: string) => Promise<readonly Use[]>;
};
