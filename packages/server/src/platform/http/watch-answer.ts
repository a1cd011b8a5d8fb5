import type { RouteContract } from "@terrace/contract/route";
import { watchedView } from "@terrace/domain/access/field-view";
import type { RouteContext } from "./handler.ts";

/** What an answer shows of people in clear: by which route, in which fields, how many different values, and whose if the route names a person. */
export type ClearShown = {
  readonly route: string;
  readonly fields: readonly string[];
  readonly values: number;
  readonly person: string | undefined;
};

/** The context of a request whose answer is watched for values in clear; `shown` tells of them once the answer is made. */
export function watchAnswer(
  contract: RouteContract,
  context: RouteContext,
): { readonly context: RouteContext; readonly shown: (params: unknown) => ClearShown | undefined } {
  const fields = new Set<string>();
  const values = new Set<string>();
  const view = watchedView(context.fields, (where, value) => {
    fields.add(where);
    values.add(value);
  });
  return {
    context: { ...context, fields: view },
    shown: (params) =>
      fields.size === 0 ? undefined : { route: contract.id, fields: [...fields].toSorted(), values: values.size, person: personIn(params) },
  };
}

function personIn(params: unknown): string | undefined {
  if (typeof params !== "object" || params === null || !("person" in params)) return undefined;
  return typeof params.person === "string" ? params.person : undefined;
}
