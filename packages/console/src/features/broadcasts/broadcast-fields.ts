import type { broadcastDefinitionSchema } from "@terrace/contract/api/broadcasts";
import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { z } from "zod";

type Definition = z.output<typeof broadcastDefinitionSchema>;

/** What the form of a broadcast asks for. */
export type BroadcastFields = {
  readonly name: string;
  readonly segment: string;
  readonly without?: string | undefined;
  readonly channel: MessageChannel;
  readonly purpose: string;
  readonly priority: number;
  readonly templates: readonly string[];
  readonly testPercent: number;
  readonly testBy: "opened" | "clicked";
  readonly testHours: number;
  readonly begins?: string | undefined;
  readonly windowed: boolean;
  readonly from: string;
  readonly to: string;
  readonly weekdays: readonly number[];
  readonly perMinute?: number | null | undefined;
  readonly expiresAfterHours: number;
};

export const NEW_BROADCAST: BroadcastFields = {
  name: "",
  segment: "",
  channel: "email",
  purpose: "marketing",
  priority: 3,
  templates: [""],
  testPercent: 20,
  testBy: "opened",
  testHours: 4,
  windowed: false,
  from: "09:00",
  to: "20:00",
  weekdays: [],
  expiresAfterHours: 72,
};

const KEYS = ["a", "b", "c", "d", "e"];
const PART = 100;

/** What the form says, as the contract has it; variants are named a, b and so on by their order. */
export function definitionOf(fields: BroadcastFields, tags: readonly string[] = []): Definition {
  const variants = fields.templates.map((template, at) => ({ key: KEYS[at] ?? String(at), name: "", template, templateVersion: null }));
  const test = { share: Math.round(fields.testPercent * PART), by: fields.testBy, afterMinutes: Math.round(fields.testHours * 60) };
  return {
    segment: fields.segment,
    without: fields.without ?? null,
    channel: fields.channel,
    purpose: fields.purpose,
    priority: fields.priority,
    tags: [...tags],
    variants,
    test: variants.length > 1 ? test : null,
    begins: fields.begins === undefined || fields.begins === "" ? null : fields.begins.slice(0, 16),
    window: fields.windowed ? { from: fields.from, to: fields.to, weekdays: [...fields.weekdays] } : null,
    perMinute: fields.perMinute ?? null,
    expiresAfterHours: fields.expiresAfterHours,
  };
}

/** A broadcast as the form shows it. */
export function fieldsOf(name: string, definition: Definition): BroadcastFields {
  const { without, test, begins, window, perMinute, variants, segment, channel, purpose, priority, expiresAfterHours } = definition;
  return {
    ...NEW_BROADCAST,
    name,
    segment,
    channel,
    purpose,
    priority,
    expiresAfterHours,
    perMinute,
    templates: variants.map(({ template }) => template),
    ...(without === null ? {} : { without }),
    ...(begins === null ? {} : { begins }),
    ...(test === null ? {} : { testPercent: test.share / PART, testBy: test.by, testHours: test.afterMinutes / 60 }),
    ...(window === null ? {} : { windowed: true, from: window.from, to: window.to, weekdays: window.weekdays }),
  };
}
