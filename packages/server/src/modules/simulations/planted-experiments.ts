import { experimentDefinitionSchema, type ExperimentDefinition } from "@terrace/contract/api/experiments";
import { flagDefinitionSchema } from "@terrace/contract/api/flag-parts";
import { BUCKETS } from "@terrace/domain/assignment/bucket";
import { evenParts, movedParts, type PlannedArm } from "@terrace/domain/experiments/bandit";
import type { z } from "zod";
import { BANNER, BANNER_CLICKED } from "../../../../simulator/src/banner.ts";
import type { BannerPeriod } from "../../../../simulator/src/books.ts";
import { HOUR_MS, startOf } from "../../../../simulator/src/calendar.ts";
import type { Plan } from "../../../../simulator/src/plan.ts";
import type { Simulation } from "../../../../simulator/src/simulation.ts";

/** An experiment that a simulated business ran, with the flag that gave its variants. */
export type PlantedExperiment = {
  readonly written: {
    readonly key: string;
    readonly name: string;
    readonly hypothesis: string;
    readonly definition: ExperimentDefinition;
  };
  readonly startedAt: Date;
  readonly stoppedAt: Date;
  readonly decided: { readonly decision: "take" | "keep" | "none"; readonly variant: string | null; readonly learning: string };
  readonly periods?: readonly {
    readonly period: number;
    readonly from: Date;
    readonly parts: readonly number[];
    readonly moved: number;
    readonly readUntil: Date;
    readonly arms: readonly PlannedArm[] | null;
  }[];
  readonly flag: { readonly name: string; readonly description: string; readonly definition: z.output<typeof flagDefinitionSchema> };
};

const DAY_MS = 24 * HOUR_MS;
/** What counts as coming back. */
const USE = ["$MPLaunch", "Application Opened", "$pageview", "Order Completed", "Store Visited"] as const;
const CAPPED = 0.99;
const MENU_WINDOW_DAYS = 7;

/** The experiments that are planted in a simulated business: one that works, one that does nothing, and a bandit. */
export function plantedExperiments({ plan, tried }: Pick<Simulation, "plan" | "tried">): readonly PlantedExperiment[] {
  return [recallOf(plan), menuOf(plan), bannerOf(plan, tried().banner)];
}

function recallOf(plan: Plan): PlantedExperiment {
  const percent = Math.round(plan.recall.dailyReturn * 100);
  const held = Math.round(plan.recall.holdout * BUCKETS);
  const variants: readonly Arm[] = [
    { key: "holdout", name: "不发券", weight: held, value: false },
    { key: "coupon", name: "发召回券", weight: BUCKETS - held, value: true },
  ];
  const key = "recall-coupon";
  // It is given in the morning, and works up to the end of the last day of the window.
  const windowDays = plan.recall.windowDays + 1;
  const back = {
    of: { definition: { kind: "measure", events: USE.map((event) => ({ event })), measure: { kind: "people" } }, unit: "people" },
    windowDays,
    role: "primary",
  };
  const revenue = { of: { metric: "net_revenue" }, windowDays, winsorise: CAPPED, role: "secondary" };
  return {
    ...timesOf(plan, { startMs: startOf(plan.recall.day), days: windowDays + 1 }, (isWhole) => ({
      decision: isWhole ? "take" : "none",
      variant: isWhole ? "coupon" : null,
      learning: isWhole
        ? `模拟数据：券在每一天让沉默会员多 ${percent}% 的机会回来。 · Simulated: on each day the coupon gives silent members ${percent} % more chance to come back.`
        : "",
    })),
    written: {
      key,
      name: "沉睡会员召回券",
      hypothesis: "给十天没来的会员发一张券，会有更多人回来。 · A coupon brings back members who have not come for ten days.",
      definition: definitionOf(variants, [back, revenue], {
        method: "frequentist",
        plannedDays: windowDays + 1,
        unfinished: "count",
      }),
    },
    flag: {
      name: "召回券",
      description: "是否给沉睡会员发召回券 · Whether silent members get a coupon",
      definition: flagOf("boolean", false, { key, variants }),
    },
  };
}

function menuOf(plan: Plan): PlantedExperiment {
  const key = "menu-order";
  const variants: readonly Arm[] = [
    { key: "usual", name: "原来的排序", weight: BUCKETS / 2, value: "usual" },
    { key: "sorted", name: "按销量排序", weight: BUCKETS / 2, value: "sorted" },
  ];
  const metrics = ["buyers", "orders"].map((metric) => ({ of: { metric }, windowDays: MENU_WINDOW_DAYS, role: "primary" }));
  const revenue = { of: { metric: "net_revenue" }, windowDays: MENU_WINDOW_DAYS, winsorise: CAPPED, role: "secondary" };
  const days = plan.menu.toDay - plan.menu.fromDay + MENU_WINDOW_DAYS;
  return {
    ...timesOf(plan, { startMs: startOf(plan.menu.fromDay), days }, (isWhole) => ({
      decision: isWhole ? "keep" : "none",
      variant: null,
      learning: isWhole ? "模拟数据：排序不影响任何行为。 · Simulated: the order of the menu changes nothing." : "",
    })),
    written: {
      key,
      name: "菜单排序",
      hypothesis: "把卖得好的放在前面，会有更多人下单。 · With what sells best on top, more people order.",
      definition: definitionOf(variants, [...metrics, revenue], {
        method: "frequentist",
        plannedDays: days,
        unfinished: "leave_out",
      }),
    },
    flag: {
      name: "菜单排序",
      description: "会员看到的菜单顺序 · In which order members see the menu",
      definition: flagOf("string", "usual", { key, variants }),
    },
  };
}

const BANNER_NAMES = new Map([
  ["tea", "新茶上市"],
  ["gift", "礼盒"],
  ["member", "会员日"],
]);

function bannerOf({ banner, ...plan }: Plan, periods: readonly BannerPeriod[]): PlantedExperiment {
  const parts = evenParts(banner.variants.length);
  const variants: readonly Arm[] = banner.variants.map(({ key }, at) => ({
    key,
    name: BANNER_NAMES.get(key) ?? key,
    weight: parts[at] ?? 0,
    value: key,
  }));
  const best = banner.variants.reduce((most, one) => (one.clicks > most.clicks ? one : most));
  const clicked = {
    of: { definition: { kind: "measure", events: [{ event: BANNER_CLICKED }], measure: { kind: "people" } }, unit: "people" },
    windowDays: 1,
    role: "primary",
  };
  const [first] = variants;
  return {
    ...timesOf({ ...plan, banner }, { startMs: startOf(banner.fromDay), days: banner.toDay - banner.fromDay }, () => ({
      decision: "take",
      variant: best.key,
      learning: "模拟数据：会员日的横幅点的人最多。 · Simulated: the banner of the member day is clicked most.",
    })),
    periods: periods.slice(1).map(({ fromDay, parts, known }, before) => {
      const from = new Date(startOf(fromDay));
      return { period: before + 1, from, parts, moved: movedParts(periods[before]?.parts ?? parts, parts), readUntil: from, arms: known };
    }),
    written: {
      key: BANNER,
      name: "首页横幅",
      hypothesis: "三张横幅里有一张点的人更多，让更多人看到它。 · One of three banners is clicked more, and more people shall see it.",
      definition: definitionOf(variants, [clicked], {
        method: "sequential",
        plannedDays: banner.toDay - banner.fromDay,
        unfinished: "count",
        allocation: {
          kind: "bandit",
          everyHours: banner.everyDays * 24,
          exploration: banner.exploration,
          unitsMin: banner.peopleMin,
        },
      }),
    },
    flag: {
      name: "首页横幅",
      description: "会员在首页看到哪张横幅 · Which banner members see on the home page",
      definition: flagOf("string", String(first?.value ?? ""), { key: BANNER, variants }),
    },
  };
}

type Arm = { readonly key: string; readonly name: string; readonly weight: number; readonly value: string | boolean };

/** All who got the coupon have their days at the same time: with `unfinished` counted the effect is seen as it grows. */
function definitionOf(
  variants: readonly Arm[],
  metrics: readonly object[],
  read: Pick<ExperimentDefinition, "method" | "plannedDays" | "unfinished"> & Partial<Pick<ExperimentDefinition, "allocation">>,
): ExperimentDefinition {
  return experimentDefinitionSchema.parse({
    variants: variants.map(({ value: _value, ...variant }) => variant),
    metrics,
    difference: "absolute",
    ...read,
  });
}

function flagOf(
  type: "boolean" | "string",
  fallback: string | boolean,
  { key, variants }: { readonly key: string; readonly variants: readonly Arm[] },
): PlantedExperiment["flag"]["definition"] {
  const rule = { id: "split", kind: "experiment", experiment: key, coverage: BUCKETS, arms: variants };
  return flagDefinitionSchema.parse({
    type,
    defaultValue: fallback,
    offValue: fallback,
    environments: { production: { on: true, rules: [rule] } },
  });
}

/** It ends as planned, or with the past that it is in. What was not read to its planned end decides nothing. */
function timesOf(
  { endMs }: Plan,
  { startMs, days }: { readonly startMs: number; readonly days: number },
  decide: (isWhole: boolean) => PlantedExperiment["decided"],
): Pick<PlantedExperiment, "startedAt" | "stoppedAt" | "decided"> {
  const plannedMs = startMs + days * DAY_MS;
  return { startedAt: new Date(startMs), stoppedAt: new Date(Math.min(plannedMs, endMs)), decided: decide(plannedMs <= endMs) };
}
