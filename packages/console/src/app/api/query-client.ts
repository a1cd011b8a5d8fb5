import { QueryCache, MutationCache, QueryClient } from "@tanstack/react-query";
import { isFault } from "./api-fault.ts";

/** The key of the session query; null means nobody is signed in. */
export const SESSION_KEY = ["session"] as const;

function endSession(error: unknown): void {
  if (isFault(error, "session.missing")) queryClient.setQueryData(SESSION_KEY, null);
  // A workspace that asks for one since a moment ago: the session says so, and the frame leads to the set-up.
  if (isFault(error, "second_factor.required")) void queryClient.invalidateQueries({ queryKey: SESSION_KEY });
}

/** The one cache of answers. A session that ended anywhere ends everywhere; only calls that may work the next time are repeated. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: endSession }),
  mutationCache: new MutationCache({ onError: endSession }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && isFault(error) && error.isTransient,
    },
  },
});
