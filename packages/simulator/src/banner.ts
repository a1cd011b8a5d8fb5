import { EXPOSURE } from "@terrace/domain/event/exposure-event";
import { evenParts, planShares, seedOfPeriod } from "@terrace/domain/experiments/bandit";
import { HASH_VERSION } from "@terrace/domain/assignment/bucket";
import type { BannerPeriod } from "./books.ts";
import type { Device, Person } from "./person.ts";
import { unit } from "./random.ts";
import { happen, type World } from "./world.ts";

export const BANNER = "home-banner";
export const BANNER_CLICKED = "Promotion Clicked";
const SALT = { shown: 61, clicked: 62 } as const;
/** Somebody who clicks does so while the page is fresh. */
const CLICK_AFTER_MS = 1_500;

/** The planted bandit: a member sees one of the banners, drawn by the shares of the day, and clicks it as often as is planted; nothing else follows from it. */
export function showBanner(world: World, person: Person, { device, atMs }: { readonly device: Device; readonly atMs: number }): void {
  const { plan, day } = world;
  if (person.sawBanner || !device.signedIn || day < plan.banner.fromDay || day >= plan.banner.toDay) return;
  person.sawBanner = true;
  const { number, period } = periodOf(world);
  const arm = drawn(period.parts, unit(plan.seed, SALT.shown, person.n));
  const variant = plan.banner.variants[arm];
  if (variant === undefined) throw new Error("shares sum to all people");
  const shown = { timeMs: atMs, ids: device.known, context: device.context };
  period.people[arm] = (period.people[arm] ?? 0) + 1;
  happen(world, {
    ...shown,
    name: EXPOSURE,
    properties: {
      experiment: BANNER,
      variant: variant.key,
      flag: BANNER,
      unit: "person",
      hash_version: HASH_VERSION,
      version: 0,
      period: number,
    },
  });
  if (unit(plan.seed, SALT.clicked, person.n) >= variant.clicks) return;
  period.clicks[arm] = (period.clicks[arm] ?? 0) + 1;
  happen(world, {
    ...shown,
    name: BANNER_CLICKED,
    timeMs: atMs + CLICK_AFTER_MS,
    properties: { promotion_id: BANNER, creative: variant.key },
  });
}

/** The shares of today; those of a period that begins are reckoned by what was seen in all before it, as Terrace does. */
function periodOf({ plan, books, day }: World): { readonly number: number; readonly period: BannerPeriod } {
  const { fromDay, everyDays, exploration, peopleMin, variants } = plan.banner;
  const number = Math.floor((day - fromDay) / everyDays);
  for (let next = books.banner.length; next <= number; next += 1) {
    const before = books.banner.map(({ parts, people, clicks }) => ({
      parts,
      arms: people.map((n, arm) => ({ kind: "proportion" as const, n, sum: clicks[arm] ?? 0 })),
    }));
    const settings = { exploration, unitsMin: peopleMin, lowerIsBetter: false, seed: seedOfPeriod(`simulated:${plan.seed}`, next) };
    const planned = next === 0 ? { parts: evenParts(variants.length), arms: null } : planShares(before, settings);
    books.banner.push({
      fromDay: fromDay + next * everyDays,
      parts: planned.parts,
      known: planned.arms,
      people: variants.map(() => 0),
      clicks: variants.map(() => 0),
    });
  }
  const period = books.banner[number];
  if (period === undefined) throw new Error(`period ${number} was just begun`);
  return { number, period };
}

/** The arm in whose part of 10,000 a toss lies. */
function drawn(parts: readonly number[], toss: number): number {
  let left = toss * 10_000;
  return parts.findIndex((part) => (left -= part) < 0);
}
