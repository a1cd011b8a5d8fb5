import type { MessageChannel } from "../messages/channel.ts";

/** Which messages a rule is about: null is any of them. Messages to machines (`webhook`) are under no rule. */
export type RuleScope = { readonly channel: MessageChannel | null; readonly tag: string | null; readonly purpose: string | null };

/** What happens to a message that a rule holds back: it waits until the rule lets it, or it is not sent at all. */
export const HELD_BACK = ["defer", "drop"] as const;
export type HeldBack = (typeof HELD_BACK)[number];

/** Days on which quiet hours begin; or some days of the week, Monday being 1. */
export const QUIET_DAYS = ["every_day", "workdays", "days_off"] as const;
export type QuietDays = (typeof QUIET_DAYS)[number] | readonly number[];

/**
 * Quiet while the person's clock reads from `fromMinute` (of the day, included) to `toMinute` (not included), on `days`. When it ends before it begins it goes over
 * midnight and belongs to the day on which it begins; when both are the same it lasts for a day. What counts is what the clock reads: an hour that the clock leaves
 * out is in no quiet hours, one that it reads twice is in them twice.
 */
export type QuietHours = {
  readonly id: string;
  readonly scope: RuleScope;
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly days: QuietDays;
  readonly action: HeldBack;
};

/**
 * What a cap counts over. rolling: whatever lies less than so long back, (t − length, t]; an hour is 60 minutes and a day 24 hours of any zone.
 * calendar: the day, the week from Monday, or the month of the person's calendar in which the instant lies.
 */
export type CapPeriod =
  | { readonly kind: "rolling"; readonly count: number; readonly unit: "minute" | "hour" | "day" }
  | { readonly kind: "calendar"; readonly unit: "day" | "week" | "month" };

/** At most so many messages to a person in a period. One in some minutes or hours is the least distance between two. */
export type Cap = {
  readonly id: string;
  readonly scope: RuleScope;
  readonly most: number;
  readonly period: CapPeriod;
  readonly action: HeldBack;
};

/** Whose days off count: those of China with its working weekends, or Saturdays and Sundays. */
export const HOLIDAY_CALENDARS = ["china", "weekends"] as const;
export type HolidayCalendar = (typeof HOLIDAY_CALENDARS)[number];

/** What a workspace lays down about when people get messages. */
export type GovernorRules = {
  readonly quietHours: readonly QuietHours[];
  readonly caps: readonly Cap[];
  /** A person gets the same template once in so many hours; null: as often as it is asked for. */
  readonly repeatHours: number | null;
  readonly holidays: HolidayCalendar;
};

/** The longest a rolling cap looks back; the counts of calendar caps lie within it too. */
export const LOOK_BACK_DAYS_MAX = 31;

const everything = { channel: null, tag: null, purpose: null } as const;
const of = (channel: MessageChannel): RuleScope => ({ ...everything, channel });

/** The rules of a new workspace: nothing at night, and no more of anything than people bear. */
export const DEFAULT_RULES: GovernorRules = {
  quietHours: [
    { id: "sms_night", scope: of("sms"), fromMinute: 21 * 60, toMinute: 8 * 60, days: "every_day", action: "defer" },
    { id: "night", scope: everything, fromMinute: 22 * 60, toMinute: 8 * 60, days: "every_day", action: "defer" },
  ],
  caps: [
    { id: "sms_week", scope: of("sms"), most: 3, period: { kind: "rolling", count: 7, unit: "day" }, action: "defer" },
    { id: "email_week", scope: of("email"), most: 5, period: { kind: "rolling", count: 7, unit: "day" }, action: "defer" },
    { id: "push_day", scope: of("push"), most: 2, period: { kind: "calendar", unit: "day" }, action: "defer" },
    { id: "all_day", scope: everything, most: 4, period: { kind: "calendar", unit: "day" }, action: "defer" },
  ],
  repeatHours: 24,
  holidays: "china",
};

/**
 * What the operators of a channel lay down themselves: nobody is exempt and every message counts. WeCom gives each customer one mass message a day and four a month
 * of one company, by the calendar of China.
 */
export const PLATFORM_CAPS: readonly Cap[] = [
  { id: "wecom_day", scope: of("wecom"), most: 1, period: { kind: "calendar", unit: "day" }, action: "defer" },
  { id: "wecom_month", scope: of("wecom"), most: 4, period: { kind: "calendar", unit: "month" }, action: "defer" },
];
export const PLATFORM_ZONE = "Asia/Shanghai";

type Scoped = { readonly channel: MessageChannel; readonly tags: readonly string[]; readonly purpose: string };

/** Whether a rule is about a message. */
export function isAbout(scope: RuleScope, message: Scoped): boolean {
  return (
    message.channel !== "webhook" &&
    (scope.channel === null || scope.channel === message.channel) &&
    (scope.tag === null || message.tags.includes(scope.tag)) &&
    (scope.purpose === null || scope.purpose === message.purpose)
  );
}
