import type { ListenedProgram } from "./program.store.ts";

/** Programs that go on, by workspace; what the pipeline listens for. */
export type Listening = ReadonlyMap<number, readonly ListenedProgram[]>;

export function listeningOf(programs: readonly ListenedProgram[]): Listening {
  return Map.groupBy(programs, ({ workspaceId }) => workspaceId);
}

/** Properties that carry a code whatever the program. */
const CODE_PROPERTIES = ["$referral_code", "referral_code"] as const;

type CarryingEvent = {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly context: { readonly pageUrl: string; readonly utmMedium: string; readonly utmContent: string };
};

/**
 * The text in an event that may be a code: the property `$referral_code` (or `referral_code`), else one of the programs' parameters in the
 * address of the page, else `utm_content` where `utm_medium` is referral.
 */
export function codeCarried({ properties, context }: CarryingEvent, parameters: ReadonlySet<string>): string | undefined {
  for (const name of CODE_PROPERTIES) {
    const value = properties[name];
    if (typeof value === "string") return value;
  }
  return (
    inAddress(context.pageUrl, parameters) ??
    (context.utmMedium === "referral" && context.utmContent !== "" ? context.utmContent : undefined)
  );
}

function inAddress(pageUrl: string, parameters: ReadonlySet<string>): string | undefined {
  if (!pageUrl.includes("?")) return undefined;
  const query = URL.parse(pageUrl)?.searchParams;
  if (query === undefined) return undefined;
  for (const parameter of parameters) {
    const value = query.get(parameter);
    if (value !== null) return value;
  }
  return undefined;
}
