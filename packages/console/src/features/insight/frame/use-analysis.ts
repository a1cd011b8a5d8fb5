import { getSavedAnalysis, type SavedAnalysis } from "@terrace/contract/api/insight-saved";
import type { peopleBehindSchema } from "@terrace/contract/api/insight-parts";
import type { RouteContract } from "@terrace/contract/route";
import type { UseQueryResult } from "@tanstack/react-query";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { SetURLSearchParams } from "react-router";
import { useSearchParams } from "react-router";
import type { z } from "zod";
import type { CallAnswer } from "../../../app/api/client.ts";
import { callRoute, looseInput } from "../../../app/api/client.ts";
import { useCall } from "../../../app/api/use-call.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { draftGaps } from "../../conditions/draft-gaps.ts";
import { randomUuid } from "./random-uuid.ts";
import { readQuery, sameQuery, writeQuery } from "./query-text.ts";

const SAVED_STALE_MS = 30_000;
/** The parts of the address that say how an answer is shown; they are saved with the question. */
const SHOWN_AS: readonly string[] = ["view", "whose"];
type ShownAs = "view" | "whose";

/** What a route of an analysis is asked. */
export type QueryOf<C extends RouteContract> = z.input<C["body"]>;
/** The route of the people behind a figure: the question's body, and `cell`. */
export type PeopleContract = RouteContract<z.ZodType, z.ZodType, z.ZodType, typeof peopleBehindSchema>;
/** Which figure's people are looked at; what it holds is the analysis's own. */
export type Cell = Readonly<Record<string, unknown>>;

/** An answer with its question: while the next one is on its way, the old answer must not be read with the new question. */
export type Answered<C extends RouteContract> = { readonly query: QueryOf<C>; readonly body: CallAnswer<C> };

/** An analysis on screen: the question that was asked, the one being put together, the answer, and what is looked at in it. */
export type Analysis<C extends RouteContract> = {
  readonly kind: string;
  readonly route: C;
  readonly people: PeopleContract | undefined;
  readonly query: QueryOf<C>;
  readonly draft: QueryOf<C>;
  /** Changes the question being put together; it is asked by `run`. */
  readonly edit: (change: Partial<QueryOf<C>>) => void;
  /** Changes and asks at once, for what stands in the toolbar. */
  readonly apply: (change: Partial<QueryOf<C>>) => void;
  readonly run: () => void;
  readonly reset: () => void;
  readonly dirty: boolean;
  /** Parts of the draft that still wait for a choice. */
  readonly gaps: number;
  readonly answer: UseQueryResult<Answered<C>>;
  readonly cell: Cell | undefined;
  readonly pick: (cell: Cell | undefined) => void;
  /** The way the answer is shown, one of the page's own; "" is its first. */
  readonly view: string;
  readonly show: (view: string) => void;
  /** The saved analysis it was opened from. */
  readonly saved: SavedAnalysis | undefined;
  /** The address names a saved analysis that there is not, or that may not be seen. */
  readonly savedError: Error | null;
  /** What shows the analysis as it is on screen, in the form that is saved. */
  readonly display: Readonly<Record<string, string>>;
  /** Goes to a saved analysis without leaving the page; its question then stands in it and no longer in the address. */
  readonly open: (savedId: string) => void;
  /** What else of the way of looking stands in the address; "" takes it out. */
  readonly flag: (name: ShownAs) => string;
  readonly setFlag: (name: ShownAs, value: string) => void;
  /** The id of the query that runs, for its progress. */
  readonly runningId: () => string;
  /** Stops the query that runs. */
  readonly cancel: () => void;
};

type Options<C extends RouteContract> = {
  readonly kind: string;
  readonly route: C;
  readonly people?: PeopleContract;
  /** The question while the address holds none. */
  readonly start: QueryOf<C>;
  /** What is asked besides for a way of showing the answer, such as figures by interval for a line. */
  readonly ask?: (query: QueryOf<C>, view: string) => QueryOf<C>;
};

/** The question of an analysis lives in the address, so that a link, the back button and a reload show the same. */
export function useAnalysis<C extends RouteContract>({ kind, route, people, start, ask: asked }: Options<C>): Analysis<C> {
  const [search, setSearch] = useSearchParams();
  const client = useQueryClient();
  const params = useWorkspaceParams();
  const { saved, savedError, loading } = useSaved(search.get("saved") ?? "");
  const first = useSavedQuery(route, saved?.kind === kind ? saved.query : undefined, start);
  const query = useAskedQuery(route, search.get("q"), first);
  // Without the saved question there is nothing to ask yet, but the address may hold one of its own.
  const waiting = loading && !search.has("q");
  const [draft, setDraft] = useState<QueryOf<C>>(query);
  useEffect(() => setDraft(query), [query]);
  const shownAs = (name: string): string => search.get(name) ?? textIn(saved?.display, name);
  const view = shownAs("view");
  const asking = asked === undefined ? query : asked(query, view);
  const answer = useAnswer(route, asking, !waiting);
  const cell = useMemo(() => readQuery(search.get("cell")) as Cell | undefined, [search]);

  const change = useAddressChange(setSearch);
  const ask = (next: QueryOf<C>) => {
    // People of a figure of another question are other people.
    if (sameQuery(next, query)) void answer.refetch();
    else change({ q: writeQuery(next), cell: "" });
  };
  return {
    kind,
    route,
    people,
    query,
    draft,
    edit: (part) => setDraft((now) => merge(now, part)),
    // A draft that waits for a choice cannot be asked; the toolbar then changes what was asked last.
    apply: (part) => ask(merge(draftGaps(draft) > 0 ? query : draft, part)),
    run: () => ask(draft),
    reset: () => {
      setDraft(first);
      change({ q: "", cell: "" });
    },
    dirty: !sameQuery(draft, query),
    gaps: draftGaps(draft),
    answer,
    cell,
    pick: (next) => change({ cell: next === undefined ? "" : writeQuery(next) }),
    view,
    show: (view) => change({ view }),
    saved,
    savedError,
    display: Object.fromEntries(SHOWN_AS.map((name) => [name, shownAs(name)] as const).filter(([, value]) => value !== "")),
    open: (id) => setSearch({ saved: id }),
    flag: (name) => shownAs(name),
    setFlag: (name, value) => change({ [name]: value }),
    runningId: () => RUNNING.get(JSON.stringify([params, asking])) ?? "",
    cancel: () => void client.cancelQueries({ queryKey: [route.id, params, asking] }),
  };
}

/** Changes some parts of the address. */
function useAddressChange(setSearch: SetURLSearchParams): (values: Readonly<Record<string, string>>) => void {
  return useCallback(
    (values: Readonly<Record<string, string>>) =>
      setSearch((now) => {
        const next = new URLSearchParams(now);
        for (const [name, value] of Object.entries(values))
          // A saved way of showing is left by an empty value; elsewhere that is the same as none.
          if (value === "" && !(next.has("saved") && SHOWN_AS.includes(name))) next.delete(name);
          else next.set(name, value);
        return next;
      }),
    [setSearch],
  );
}

function useSaved(savedId: string) {
  const params = useWorkspaceParams();
  const { data, error } = useCall(
    getSavedAnalysis,
    { params: { ...params, analysis: savedId } },
    { enabled: savedId !== "", staleMs: SAVED_STALE_MS },
  );
  return { saved: data, savedError: error, loading: savedId !== "" && data === undefined && error === null };
}

/** A part set to undefined is taken out: routes take no unknown parts, and JSON has no undefined. */
function merge<Query>(query: Query, change: Partial<Query>): Query {
  const merged = { ...(query as object), ...(change as object) };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as Query;
}

function useAskedQuery<C extends RouteContract>(route: C, text: string | null, start: QueryOf<C>): QueryOf<C> {
  return useMemo(() => {
    const read = readQuery(text);
    // What the route would refuse (an address of another version, or typed) gives way to the first question.
    return read !== undefined && route.body.safeParse(read).success ? (read as QueryOf<C>) : start;
  }, [route, text, start]);
}

/** The part of a question that its people are asked with: what only the figures need is left out. */
export function peopleQuestion(people: PeopleContract, query: unknown): Record<string, unknown> {
  const taken = "shape" in people.body ? Object.keys(people.body.shape as object) : undefined;
  return Object.fromEntries(Object.entries(query as object).filter(([name]) => taken === undefined || taken.includes(name)));
}

function useSavedQuery<C extends RouteContract>(route: C, saved: unknown, start: QueryOf<C>): QueryOf<C> {
  return useMemo(() => (saved !== undefined && route.body.safeParse(saved).success ? (saved as QueryOf<C>) : start), [route, saved, start]);
}

/** A text of a saved way of showing. */
function textIn(display: Readonly<Record<string, unknown>> | undefined, name: string): string {
  const value = display?.[name];
  return typeof value === "string" ? value : "";
}

function useAnswer<C extends RouteContract>(route: C, query: QueryOf<C>, enabled: boolean): UseQueryResult<Answered<C>> {
  const params = useWorkspaceParams();
  return useQuery<Answered<C>>({ ...answerOptions(route, params, query), placeholderData: keepPreviousData, enabled });
}

/** The ids that running questions were asked with, by which their progress is looked at. */
const RUNNING = new Map<string, string>();

function noted(params: unknown, query: unknown): string {
  const id = randomUuid();
  RUNNING.set(JSON.stringify([params, query]), id);
  return id;
}

function answerOptions<C extends RouteContract>(route: C, params: { readonly workspace: string }, query: QueryOf<C> | undefined) {
  return {
    queryKey: [route.id, params, query],
    queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<Answered<C>> => ({
      query: query as QueryOf<C>,
      body: await callRoute(route, looseInput<C>({ params, body: query, query: { queryId: noted(params, query) }, signal })),
    }),
    staleTime: 60_000,
  };
}
