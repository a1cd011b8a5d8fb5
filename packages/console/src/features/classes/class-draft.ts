import { CLASS_VALUES_MAX, type putClass } from "@terrace/contract/api/classes";
import type { Condition } from "@terrace/domain/conditions/condition";
import type { z } from "zod";
import { readDraft } from "../segments/rule/rule-draft.ts";

/** A value of a class being put together. `rest`: whoever meets none of the rules before. `id` tells it from the others while it is changed. */
export type ValueDraft = {
  readonly id: number;
  readonly value: string;
  readonly name: string;
  readonly rule: Condition | undefined;
  readonly rest: boolean;
};
export type ClassDraft = { readonly name: string; readonly values: readonly ValueDraft[] };
export type ClassBody = z.input<typeof putClass.body>;
type Given = {
  readonly name: string;
  readonly values: readonly { readonly value: string; readonly name: string; readonly rule: Condition | null }[];
};

const VALUE_KEY = /^[a-z][a-z0-9_]{0,39}$/;

/** A class, or a template of one, to change. */
export function draftOf({ name, values }: Given): ClassDraft {
  return {
    name,
    values: values.map((each, id) => ({ id, value: each.value, name: each.name, rule: each.rule ?? undefined, rest: each.rule === null })),
  };
}

/** A class with nothing in it yet but the place of its first value. */
export function newClass(): ClassDraft {
  return withValue({ name: "", values: [] });
}

/** Whether there is room for another value. */
export function hasRoom({ values }: ClassDraft): boolean {
  return values.length < CLASS_VALUES_MAX;
}

/** With another value; it stands before the one that takes the rest. */
export function withValue(draft: ClassDraft): ClassDraft {
  const id = Math.max(-1, ...draft.values.map((each) => each.id)) + 1;
  const keys = new Set(draft.values.map(({ value }) => value));
  let number = draft.values.length + 1;
  while (keys.has(`value_${number}`)) number += 1;
  const made: ValueDraft = { id, value: `value_${number}`, name: "", rule: undefined, rest: false };
  const rest = draft.values.filter((each) => each.rest);
  return { ...draft, values: [...draft.values.filter((each) => !each.rest), made, ...rest] };
}

export function withoutValue(draft: ClassDraft, id: number): ClassDraft {
  return { ...draft, values: draft.values.filter((each) => each.id !== id) };
}

export function withChanged(draft: ClassDraft, id: number, change: Partial<Omit<ValueDraft, "id">>): ClassDraft {
  return { ...draft, values: draft.values.map((each) => (each.id === id ? { ...each, ...change } : each)) };
}

/** Whether a value may change places with the one before (-1) or after it (1): the one that takes the rest stays last. */
export function canMove({ values }: ClassDraft, at: number, by: -1 | 1): boolean {
  const [one, other] = [values[at], values[at + by]];
  return one !== undefined && other !== undefined && !one.rest && !other.rest;
}

export function moved(draft: ClassDraft, at: number, by: -1 | 1): ClassDraft {
  const [one, other] = [draft.values[at], draft.values[at + by]];
  if (one === undefined || other === undefined || !canMove(draft, at, by)) return draft;
  return { ...draft, values: draft.values.with(at, other).with(at + by, one) };
}

/** Whether a value may take the rest: only the last, and not the only one. */
export function canTakeRest({ values }: ClassDraft, at: number): boolean {
  return at > 0 && at === values.length - 1;
}

/** What is missing of a value, or wrong with it. */
export type ValueGap = "name" | "key" | "twice" | "rule";

export function gapOf({ values }: ClassDraft, { id, value, name, rule, rest }: ValueDraft): ValueGap | undefined {
  if (name.trim() === "") return "name";
  if (!VALUE_KEY.test(value)) return "key";
  if (values.some((other) => other.id !== id && other.value === value)) return "twice";
  return rest || readDraft(rule).state === "ready" ? undefined : "rule";
}

/** What is sent to make or change it; undefined while something is missing. */
export function bodyOf(draft: ClassDraft): ClassBody | undefined {
  const name = draft.name.trim();
  if (name === "" || draft.values.length === 0 || draft.values[0]?.rest === true) return undefined;
  const values = draft.values.flatMap((each): ClassBody["values"] => {
    if (gapOf(draft, each) !== undefined) return [];
    const read = readDraft(each.rule);
    const named = { value: each.value, name: each.name.trim() };
    if (each.rest) return [{ ...named, rule: null }];
    return read.state === "ready" ? [{ ...named, rule: read.rule }] : [];
  });
  return values.length === draft.values.length ? { name, values } : undefined;
}
