import { fieldView, NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import { builtInGrant } from "@terrace/domain/access/roles";
import type { RouteContract } from "@terrace/contract/route";
import type { RouteContext, RouteHandler } from "@terrace/server/platform/http/handler";
import type { z } from "zod";

/** What a test gives a route; the workspace of the path is filled in. */
export type CallInput<C extends RouteContract> = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Partial<z.input<C["query"]>>;
  readonly body?: z.input<C["body"]>;
  /** Where the caller is somebody else. */
  readonly as?: Partial<RouteContext>;
};

/** Calls a route as the HTTP edge does, by an operator who may do anything in the workspace; the answer must fit the route's contract. */
export async function callRoute<C extends RouteContract>(
  routes: readonly RouteHandler[],
  workspaceId: number,
  contract: C,
  input: CallInput<C> = {},
): Promise<z.output<C["response"]>> {
  const route = routes.find((candidate) => candidate.contract.id === contract.id);
  if (route === undefined) throw new Error(`${contract.id} is not implemented`);
  const answer = await route.run(
    {
      params: { workspace: String(workspaceId), ...input.params },
      query: contract.query.parse(input.query ?? {}),
      body: contract.body.parse(input.body),
    },
    { ...contextIn(workspaceId), ...input.as },
  );
  // The schema decides the type that is named here.
  return contract.response.parse(answer) as z.output<C["response"]>;
}

function contextIn(workspaceId: number): RouteContext {
  return {
    workspaceId,
    caller: { kind: "nobody" },
    actor: "ann@example.test",
    may: () => true,
    grant: builtInGrant("owner"),
    fields: fieldView(NO_FIELD_RULES, true),
    ip: "127.0.0.1",
    requestId: "r",
    secure: false,
    signal: new AbortController().signal,
    accepts: "",
    setHeader: () => undefined,
    readHeader: () => undefined,
  };
}
