/** Ages of a message at which it is looked again whether somebody, or their address, has become known; after the last it is not awaited any more. */
const LOOKS_MS = [5_000, 60_000, 300_000, 900_000] as const;

/** When to look again for what of a person is not known yet: what they just told may still be on its way. Undefined when it is not awaited any more. */
export function awaitedUntil(askedAtMs: number, nowMs: number): number | undefined {
  return LOOKS_MS.map((ageMs) => askedAtMs + ageMs).find((atMs) => atMs > nowMs);
}
