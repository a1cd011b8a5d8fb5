/** How an attempt ended: delivered; to be tried again, at the earliest after `waitMs`; or refused as it is. */
export type ChannelOutcome =
  { readonly outcome: "delivered" } | { readonly outcome: "retry" | "refused"; readonly code: string; readonly waitMs?: number };

/** A call to a robot: where, and what. */
export type RobotCall = { readonly address: string; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

/** What a robot's answer means; robots say "no" in a 200 with a code in its body. */
export type ReadAnswer = (status: number, body: string) => ChannelOutcome;

/** An answer by its status alone: what the other side cannot do now is tried again. */
export function byStatus(status: number): ChannelOutcome | undefined {
  if (status >= 200 && status < 300) return undefined;
  const again = status === 408 || status === 429 || status >= 500;
  return { outcome: again ? "retry" : "refused", code: `http_${status}`, ...(status === 429 ? { waitMs: 60_000 } : {}) };
}

/** The number under one of these keys of a JSON object; undefined when there is none. */
export function codeIn(body: string, ...keys: readonly string[]): number | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== "object" || parsed === null) return undefined;
    for (const key of keys) {
      const value: unknown = Reflect.get(parsed, key);
      if (typeof value === "number") return value;
    }
    return undefined;
  } catch {
    return undefined;
  }
}
