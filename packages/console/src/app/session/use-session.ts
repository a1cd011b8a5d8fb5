import type { SessionView } from "@terrace/contract/api/access";
import { changeOwnPassword, getSession, signIn, signOut } from "@terrace/contract/api/access";
import { giveSecondFactor } from "@terrace/contract/api/sign-in";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { isFault } from "../api/api-fault.ts";
import { callRoute, setCsrfToken } from "../api/client.ts";
import { SESSION_KEY } from "../api/query-client.ts";

function keepToken(session: SessionView): SessionView {
  setCsrfToken(session.csrfToken);
  return session;
}

async function loadSession(): Promise<SessionView | null> {
  try {
    return keepToken(await callRoute(getSession, {}));
  } catch (error) {
    if (isFault(error, "session.missing") || isFault(error, "second_factor.due")) return null;
    throw error;
  }
}

/** Who is signed in: a session, or null for nobody. */
export function useSession() {
  return useQuery({ queryKey: SESSION_KEY, queryFn: loadSession, staleTime: 5 * 60_000 });
}

/** Signs in by password or one-time token; the session is known everywhere at once, unless the second factor is still due (null). */
export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: { email: string; password: string } | { token: string }) => {
      const answer = await callRoute(signIn, { body });
      return "secondFactorDue" in answer ? null : keepToken(answer);
    },
    onSuccess: (session) => {
      if (session === null) return;
      client.clear();
      client.setQueryData(SESSION_KEY, session);
    },
  });
}

/** Gives the second factor of a sign-in; the session is known everywhere at once. */
export function useSecondFactor() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (code: string) => {
      await callRoute(giveSecondFactor, { body: { code } });
      return keepToken(await callRoute(getSession, {}));
    },
    onSuccess: (session) => {
      client.clear();
      client.setQueryData(SESSION_KEY, session);
    },
  });
}

/** Signs out and forgets everything that was loaded. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => callRoute(signOut, {}),
    onSettled: () => {
      client.clear();
      client.setQueryData(SESSION_KEY, null);
    },
  });
}

/** Sets one's own password. */
export function useChangeOwnPassword() {
  return useMutation({ mutationFn: (body: { current?: string; next: string }) => callRoute(changeOwnPassword, { body }) });
}
