import { thompsonShares } from "../statistics/bandit.ts";
import { TEST_WHOLE, type Broadcast } from "./broadcast.ts";

/** What became of a variant: people who were sent it, and those of them who did what it is judged by. */
export type VariantCount = { readonly key: string; readonly sent: number; readonly did: number };

/** `best`: how likely each variant is the best of all, by the beta posterior after a uniform prior. */
export type TestWinner = { readonly key: string; readonly counts: readonly (VariantCount & { readonly best: number })[] };

const SEED = 20_260_401;

/** How many of the people a test is made on: each variant is tried on at least one of them, as long as there are so many. */
export function testedPeople({ test, variants }: Pick<Broadcast, "test" | "variants">, audience: number): number {
  if (test === null) return 0;
  return Math.min(audience, Math.max(variants.length, Math.round((audience * test.share) / TEST_WHOLE)));
}

/** Which variant somebody gets by their place in the shuffled audience: among those tested the variants by turns; undefined: whichever wins. */
export function variantAt({ variants, test }: Pick<Broadcast, "variants" | "test">, place: number, tested: number): string | undefined {
  if (test === null) return variants[0]?.key;
  return place < tested ? variants[place % variants.length]?.key : undefined;
}

/** The variant with the highest share of those who did it among those sent; of equal ones the first. It is chosen however little is known: how sure it is stands beside it. */
export function testWinner(counts: readonly VariantCount[]): TestWinner {
  const shares = thompsonShares(
    counts.map(({ sent, did }) => ({ kind: "beta", successes: did, failures: sent - did })),
    { seed: SEED, exploration: 0 },
  );
  const rated = counts.map((count, at) => ({ ...count, best: shares[at]?.best ?? 0 }));
  const [winner] = rated.toSorted((a, b) => rate(b) - rate(a));
  if (winner === undefined) throw new RangeError("a test has variants");
  return { key: winner.key, counts: rated };
}

function rate({ sent, did }: VariantCount): number {
  return sent === 0 ? 0 : did / sent;
}
