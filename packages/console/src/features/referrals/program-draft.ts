import type { createProgram, ProgramView } from "@terrace/contract/api/referrals";
import type { Condition } from "@terrace/domain/conditions/condition";
import type { z } from "zod";

export const WHO = ["everyone", "given", "segment"] as const;
export type WhoKind = (typeof WHO)[number];

/** A program being put together; what is hidden by a choice stays while others are looked at. */
export type ProgramDraft = {
  readonly name: string;
  readonly landing: string;
  readonly parameter: string;
  readonly who: WhoKind;
  readonly segment: string;
  readonly newPeopleOnly: boolean;
  readonly bindWithinDays: number | null;
  readonly event: string;
  readonly where: Condition | undefined;
  readonly convertWithinDays: number | null;
  readonly creditDepth: number | null;
  readonly bindEvent: string;
  readonly bindProperty: string;
};

export function newProgram(): ProgramDraft {
  return {
    name: "",
    landing: "",
    parameter: "ref",
    who: "everyone",
    segment: "",
    newPeopleOnly: true,
    bindWithinDays: 30,
    event: "Order Completed",
    where: undefined,
    convertWithinDays: 30,
    creditDepth: 1,
    bindEvent: "",
    bindProperty: "",
  };
}

/** A program there is, to change. */
export function draftOf(program: ProgramView): ProgramDraft {
  const { name, landing, parameter, whoInvites, newPeopleOnly, bindWithinDays, conversion, convertWithinDays, creditDepth, bindBy } =
    program;
  return {
    name,
    landing,
    parameter,
    who: typeof whoInvites === "string" ? whoInvites : "segment",
    segment: typeof whoInvites === "string" ? "" : whoInvites.segment,
    newPeopleOnly,
    bindWithinDays,
    event: conversion.event,
    where: conversion.where,
    convertWithinDays,
    creditDepth,
    bindEvent: bindBy?.event ?? "",
    bindProperty: bindBy?.property ?? "",
  };
}

/** What is sent to make or change it; undefined while something is missing. */
export function bodyOf(draft: ProgramDraft): z.input<typeof createProgram.body> | undefined {
  const { newPeopleOnly, bindWithinDays, convertWithinDays, creditDepth, event, where } = draft;
  const [name, landing, parameter] = [draft.name.trim(), draft.landing.trim(), draft.parameter.trim()];
  const [whoInvites, bindBy] = [whoOf(draft), bindByOf(draft)];
  if ([name, parameter, event].includes("") || !isAddress(landing) || whoInvites === undefined || bindBy === undefined) return undefined;
  if (bindWithinDays === null || convertWithinDays === null || creditDepth === null) return undefined;
  const conversion = { event, ...(where === undefined ? {} : { where }) };
  return { name, landing, parameter, whoInvites, newPeopleOnly, bindWithinDays, conversion, convertWithinDays, creditDepth, bindBy };
}

function whoOf({ who, segment }: ProgramDraft): ProgramView["whoInvites"] | undefined {
  if (who !== "segment") return who;
  return segment === "" ? undefined : { segment };
}

/** Both or neither. */
function bindByOf({ bindEvent, bindProperty }: ProgramDraft): ProgramView["bindBy"] | undefined {
  const [event, property] = [bindEvent.trim(), bindProperty.trim()];
  if (event === "" && property === "") return null;
  return event === "" || property === "" ? undefined : { event, property };
}

function isAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}
