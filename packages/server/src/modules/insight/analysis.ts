import type { RouteContract } from "@terrace/contract/route";
import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { AnalysisKind } from "@terrace/domain/insight/analysis-kind";
import type { z } from "zod";
import type { ChStatement } from "../../platform/storage/clickhouse.ts";
import type { Asking } from "./time/asking.ts";

/**
 * One analysis: its routes, how it answers, and who is behind a cell of its answer. It knows nothing of HTTP, limits, queues and caches: `answering.ts`
 * has all of that for all of them, and everything that shows figures (routes, dashboards, reports, alerts) asks there.
 */
export type Analysis<Route extends RouteContract = RouteContract, People extends RouteContract = RouteContract> = {
  readonly kind: AnalysisKind;
  /** Made by `analysisRoute` of the contract. */
  readonly route: Route;
  readonly answer: (asking: Asking, body: z.output<Route["body"]>) => Promise<Omit<z.input<Route["response"]>, "meta">>;
  /**
   * Says that it is answered in groups too (`groupsQuery` and `ofGroup` of the contract): of which events the groups of a breakdown are, and what a group told by
   * events narrows: all events, or those that something begins with (`startScope`). Without `events` it breaks down in a way of its own, and is only compared.
   * `figures`: what is told of a group or of others, where that is not the same as of the whole.
   */
  readonly groups?: Grouping<z.output<Route["body"]>>;
  readonly people?: {
    /** Made by `peopleBehindRoute` of the contract. */
    readonly route: People;
    /** A statement of the people of a cell, as the column `person`; the same one may come several times. */
    readonly behind: (asking: Asking, body: z.output<People["body"]>) => Promise<ChStatement>;
  };
};

type Grouping<Body> = {
  readonly events?: (body: Body, asking: Asking) => readonly EventSelector[] | Promise<readonly EventSelector[]>;
  readonly narrows: "all" | "start";
  readonly figures?: (asking: Asking, body: Body) => Promise<object>;
  /** Under which name a body for people names its group, where `of` means something else. */
  readonly cellOf?: "group";
};

/** An analysis among others; its bodies have been read by its contract. */
export type AnyAnalysis = {
  readonly kind: AnalysisKind;
  readonly route: RouteContract;
  readonly answer: (asking: Asking, body: never) => Promise<object>;
  readonly groups?: Grouping<never>;
  readonly people?: { readonly route: RouteContract; readonly behind: (asking: Asking, body: never) => Promise<ChStatement> };
};

/** Declares an analysis; list it in `analyses.ts`. */
export function analysis<Route extends RouteContract, People extends RouteContract>(
  declared: Analysis<Route, People>,
): Analysis<Route, People> {
  return declared;
}
