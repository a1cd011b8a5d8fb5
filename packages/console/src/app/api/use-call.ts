import type { RouteContract } from "@terrace/contract/route";
import type { UseQueryResult } from "@tanstack/react-query";
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { CallAnswer, CallInput } from "./client.ts";
import { callRoute } from "./client.ts";

export type CallOptions = {
  readonly enabled?: boolean;
  /** Keep showing the previous answer (dimmed by the view) while a changed question is asked: for lists, never for objects. */
  readonly keepPrevious?: boolean;
  readonly staleMs?: number;
  readonly refetchMs?: number;
};

/** Asks a reading route and follows its answer. The cache key is the route's id and its input. */
export function useCall<C extends RouteContract>(
  contract: C,
  input: CallInput<C>,
  options: CallOptions = {},
): UseQueryResult<CallAnswer<C>> {
  return useQuery<CallAnswer<C>>({
    queryKey: [contract.id, input],
    queryFn: ({ signal }) => callRoute(contract, { ...input, signal }),
    enabled: options.enabled ?? true,
    ...(options.keepPrevious === true ? { placeholderData: keepPreviousData } : {}),
    ...(options.staleMs === undefined ? {} : { staleTime: options.staleMs }),
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
  });
}

type Page = { readonly items: readonly unknown[]; readonly nextCursor?: string | undefined };
/** The part of a query that says what is loaded. */
type Loaded<Answer> = { readonly state: { readonly data?: { readonly pages: readonly Answer[] } | undefined } };
/** A list route: its answers hold items and the cursor of the next. */
export type PageContract = RouteContract & { readonly response: { readonly _zod: { readonly output: Page } } };

/** Asks a list route page by page: `fetchNextPage` adds the next rows after the cursor of the last answer. */
export function usePages<C extends PageContract>(
  contract: C,
  input: CallInput<C>,
  options: Pick<CallOptions, "enabled" | "keepPrevious"> & {
    /** Milliseconds after which the loaded pages are asked again, as long as what they say calls for it. */
    readonly refetchMs?: (pages: readonly CallAnswer<C>[]) => number | false;
  } = {},
) {
  const { refetchMs } = options;
  return useInfiniteQuery({
    queryKey: [contract.id, "pages", input],
    queryFn: ({ signal, pageParam }) => callRoute(contract, withCursor(input, pageParam, signal)),
    initialPageParam: "",
    getNextPageParam: (last: CallAnswer<C>) => (last as Page).nextCursor,
    enabled: options.enabled ?? true,
    ...(options.keepPrevious === true ? { placeholderData: keepPreviousData } : {}),
    ...(refetchMs === undefined ? {} : { refetchInterval: ({ state }: Loaded<CallAnswer<C>>) => refetchMs(state.data?.pages ?? []) }),
  });
}

/** The same question after a cursor. Every list route takes `cursor` in its query, which the generic input type cannot say. */
export function withCursor<C extends RouteContract>(input: CallInput<C>, cursor: string, signal?: AbortSignal): CallInput<C> {
  const query: unknown = (input as { query?: unknown }).query ?? {};
  return {
    ...input,
    query: { ...(query as object), ...(cursor === "" ? {} : { cursor }) },
    ...(signal === undefined ? {} : { signal }),
  } as CallInput<C>;
}

/** Calls a changing route on demand; afterwards the answers of the routes named in `touches` are asked again. */
export function useChange<C extends RouteContract>(contract: C, touches: readonly RouteContract[] = []) {
  const client = useQueryClient();
  return useMutation<CallAnswer<C>, Error, CallInput<C>>({
    mutationFn: (input) => callRoute(contract, input),
    onSuccess: () => Promise.all(touches.map(({ id }) => client.invalidateQueries({ queryKey: [id] }))),
  });
}
