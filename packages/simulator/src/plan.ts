import { dayOf } from "./calendar.ts";

/** What decides a simulation: the same four numbers always give the same business. `endMs` is where the past ends, usually now. */
export type SimulationConfig = { readonly seed: number; readonly people: number; readonly days: number; readonly endMs: number };

export const PEOPLE_MIN = 20;
export const PEOPLE_MAX = 500_000;
export const DAYS_MIN = 14;
export const DAYS_MAX = 1_100;
export const SEED_MAX = 0x7fff_ffff;

/** The planted truths as dates and sizes; days are absolute (days since 1970 in China). */
export type Plan = SimulationConfig & {
  readonly firstDay: number;
  readonly lastDay: number;
  /** Members from before the first day. */
  readonly oldMembers: number;
  readonly newcomers: number;
  /** 小红书 brings so many times its ordinary newcomers on these days. */
  readonly campaign: { readonly name: string; readonly fromDay: number; readonly toDay: number; readonly lift: number };
  /** One drink becomes dearer, and is wanted less. */
  readonly price: { readonly fromDay: number; readonly factor: number; readonly demand: number };
  /** Payments fail on the evening of this day. */
  readonly outage: { readonly day: number; readonly fromHour: number; readonly toHour: number };
  /** Members who stopped coming get a coupon, but for a part that is held out. */
  readonly recall: {
    readonly day: number;
    readonly windowDays: number;
    readonly holdout: number;
    readonly dailyReturn: number;
    /** What writing to somebody and their coupon cost. */
    readonly costFen: number;
  };
  /** Two orders of the menu that do nothing: members see one of them from their first visit in these days on. */
  readonly menu: { readonly fromDay: number; readonly toDay: number };
  /** Members are shown one of several banners; more and more of them the one that is clicked most, by shares that are reckoned anew every so many days. */
  readonly banner: {
    readonly fromDay: number;
    readonly toDay: number;
    readonly everyDays: number;
    readonly exploration: number;
    /** People that every banner has before any is preferred. */
    readonly peopleMin: number;
    readonly variants: readonly { readonly key: string; readonly clicks: number }[];
  };
  /** One member invites dozens of accounts that are all the same few phones at night. */
  readonly fraud: { readonly day: number; readonly nights: number; readonly accounts: number };
};

const OLD_SHARE = 0.25;

/** Lays the planted truths into a period; the shorter it is, the closer they lie. */
export function planOf(config: SimulationConfig): Plan {
  const { people, days, endMs } = config;
  const lastDay = dayOf(endMs);
  const firstDay = lastDay - days + 1;
  const at = (share: number): number => firstDay + Math.floor(days * share);
  const accounts = Math.max(8, Math.round(people * 0.002));
  const oldMembers = Math.round(people * OLD_SHARE);
  return {
    ...config,
    firstDay,
    lastDay,
    oldMembers,
    newcomers: people - oldMembers - accounts,
    campaign: { name: "xhs_new_season", fromDay: at(0.32), toDay: at(0.32) + Math.max(3, Math.round(days / 15)), lift: 4 },
    price: { fromDay: at(0.6), factor: 7 / 6, demand: 0.6 },
    outage: { day: at(0.78), fromHour: 18, toHour: 21 },
    recall: { day: at(0.7), windowDays: 7, holdout: 0.3, dailyReturn: 0.1, costFen: 60 },
    menu: { fromDay: at(0.4), toDay: at(0.65) },
    banner: bannerOf(at(0.15), at(0.95)),
    fraud: { day: at(0.5), nights: 3, accounts },
  };
}

const BANNER_DAYS_MAX = 182;

/** About eight times in a short past, once a week in a long one. */
function bannerOf(fromDay: number, lastDay: number): Plan["banner"] {
  const days = Math.min(lastDay - fromDay, BANNER_DAYS_MAX);
  return {
    fromDay,
    toDay: fromDay + days,
    everyDays: Math.min(7, Math.max(1, Math.round(days / 8))),
    exploration: 0.1,
    peopleMin: 30,
    variants: [
      { key: "tea", clicks: 0.12 },
      { key: "gift", clicks: 0.15 },
      { key: "member", clicks: 0.24 },
    ],
  };
}

/** Why a configuration cannot be simulated, or undefined: the field, and what it takes. */
export function objectionTo(config: Omit<SimulationConfig, "endMs">): { readonly field: string; readonly mend: string } | undefined {
  const whole = (value: number, min: number, max: number): boolean => Number.isInteger(value) && value >= min && value <= max;
  if (!whole(config.people, PEOPLE_MIN, PEOPLE_MAX))
    return { field: "people", mend: `Send a whole number of people from ${PEOPLE_MIN} to ${PEOPLE_MAX}` };
  if (!whole(config.days, DAYS_MIN, DAYS_MAX))
    return { field: "days", mend: `Send a whole number of days from ${DAYS_MIN} to ${DAYS_MAX}` };
  if (!whole(config.seed, 0, SEED_MAX)) return { field: "seed", mend: `Send a whole number from 0 to ${SEED_MAX} as seed` };
  return undefined;
}
