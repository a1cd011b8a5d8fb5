import type { PersonCondition } from "../conditions/condition.ts";
import type { HeardEvent } from "./enrolment.ts";
import { NEXT, OTHERWISE, STEPS_MAX, TIMEOUT, type JourneyDefinition, type JourneyNode, type WaitLength } from "./journey-definition.ts";

const MINUTE_MS = 60_000;
const MINUTES_OF_DAY = 1_440;

/** What somebody went through: the minute, the node, and the way out; null where it ended. */
export type Trace = readonly (readonly [minute: number, node: string, out: string | null])[];

/** Conditions are answered by the name of their tag; UTC; whole minutes; waits in minutes and hours. */
type World = { readonly events: readonly HeardEvent[]; readonly tags: ReadonlySet<string>; readonly untilMinute: number };

/** A journey walked minute by minute, as obviously as it can be told. Everything is worked off at once. */
export function walkSlowly(definition: JourneyDefinition, { events, tags, untilMinute }: World): Trace {
  const walker = new SlowWalker(definition, tags);
  for (let minute = 0; minute < untilMinute && !walker.isOut; minute += 1) {
    walker.goAsFarAs(minute);
    for (const { name } of events.filter(({ timeMs }) => timeMs === minute * MINUTE_MS)) {
      walker.hear(name, minute);
      walker.goAsFarAs(minute);
    }
  }
  return walker.trace;
}

class SlowWalker {
  readonly trace: [number, string, string | null][] = [];
  isOut = false;
  private readonly definition: JourneyDefinition;
  private readonly tags: ReadonlySet<string>;
  private node: JourneyNode;
  private since = 0;
  private passed = new Set<string>();
  private mustAsk = true;
  private hasGoal = false;

  constructor(definition: JourneyDefinition, tags: ReadonlySet<string>) {
    [this.definition, this.tags, this.node] = [definition, tags, find(definition, definition.start)];
  }

  hear(name: string, minute: number): void {
    if (this.isOut) return;
    const { goal, exits } = this.definition;
    const isGoal = goal !== null && !this.hasGoal && goal.on.event === name && minute < goal.withinDays * MINUTES_OF_DAY;
    this.hasGoal ||= isGoal;
    if (isGoal && goal.leaves) return this.leave(minute);
    if (exits.some((rule) => "on" in rule && rule.on.event === name)) return this.leave(minute);
    const arm = this.node.kind === "events" ? this.node.arms.find(({ on }) => on.event === name) : undefined;
    if (arm !== undefined) this.go(minute, arm.key);
  }

  goAsFarAs(minute: number): void {
    while (!this.isOut) {
      if (this.trace.length >= STEPS_MAX) return this.leave(minute);
      if (this.mustAsk && minute === this.since) {
        this.mustAsk = false;
        if (this.definition.exits.some((rule) => "condition" in rule && this.holds(rule.condition))) return this.leave(minute);
      }
      if (this.node.kind === "exit") return this.leave(minute);
      const out = this.outNow(minute);
      if (out === undefined) return;
      const time = this.node.kind === "wait" && this.node.until.kind === "time" ? this.node.id : undefined;
      this.go(minute, out);
      if (time !== undefined) this.passed.add(time);
    }
  }

  private outNow(minute: number): string | undefined {
    const { node, since } = this;
    if (node.kind === "events") return minute >= since + minutesOf(node.timeout) ? TIMEOUT : undefined;
    if (node.kind === "branch") return node.arms.find(({ condition }) => condition === null || this.holds(condition))?.key ?? OTHERWISE;
    if (node.kind !== "wait") return NEXT;
    if (node.until.kind === "duration") return minute >= since + minutesOf(node.until.length) ? NEXT : undefined;
    if (node.until.kind !== "time") throw new Error("not drawn");
    const [hours = 0, minutes = 0] = node.until.at.split(":").map(Number);
    const isThen = minute % MINUTES_OF_DAY === hours * 60 + minutes;
    return isThen && !(minute === since && this.passed.has(node.id)) ? NEXT : undefined;
  }

  private go(minute: number, out: string): void {
    this.trace.push([minute, this.node.id, out]);
    if (minute > this.since) [this.passed, this.mustAsk] = [new Set(), true];
    [this.node, this.since] = [find(this.definition, this.node.outs[out] ?? ""), minute];
  }

  private leave(minute: number): void {
    this.trace.push([minute, this.node.id, null]);
    this.isOut = true;
  }

  private holds(condition: PersonCondition): boolean {
    return "tag" in condition && this.tags.has(condition.tag);
  }
}

function minutesOf({ amount, unit }: WaitLength): number {
  return unit === "hour" ? amount * 60 : amount;
}

function find({ nodes }: JourneyDefinition, id: string): JourneyNode {
  const node = nodes.find((one) => one.id === id);
  if (node === undefined) throw new Error("a way out leads nowhere");
  return node;
}
