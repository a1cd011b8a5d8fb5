import type { JsonObject } from "@terrace/domain/json";
import type { RenderedMessage } from "@terrace/domain/messages/delivery";
import { fail, ok, type Result } from "@terrace/domain/result";
import { chooseLanguage, languageOf } from "@terrace/domain/templates/language";
import { createGenerationCache } from "../../platform/generation-cache.ts";
import { businessOf } from "./check.ts";
import { readContent, type ReadContent } from "./render/read-content.ts";
import { openCompiled, openSubstance } from "./substance.ts";
import type { SpokenOf } from "../people/module.ts";
import type { TemplateDeps } from "./template-deps.ts";
import { findSendable, sendableKey, type Sendable } from "./template.store.ts";
import { findVersion } from "./version.store.ts";

/** A message that is to be made for a person, right before it is sent. */
export type RenderAsked = {
  /** The template's id. */
  readonly template: string;
  /** Without it the version that is in force. */
  readonly version?: number | undefined;
  /** One of the person's ids. */
  readonly originId: string;
  /** Without it the person's own, else the template's default. */
  readonly language?: string | undefined;
  /** Properties of the event that set it off, in the stored form. */
  readonly event: JsonObject;
  readonly journey?: JsonObject | undefined;
  readonly links: { readonly unsubscribe?: string | undefined; readonly preferences?: string | undefined };
};
/** What is sent, and of which version in which language it is. */
export type Rendered = { readonly message: RenderedMessage; readonly version: number; readonly language: string };

type Version = {
  readonly version: number;
  readonly transactional: boolean;
  readonly defaultLanguage: string;
  readonly contents: ReadonlyMap<string, ReadContent>;
};
export type RenderMessages = (workspaceId: number, asked: readonly RenderAsked[]) => Promise<readonly Result<Rendered>[]>;

const VERSIONS_KEPT = 200;

/** Makes messages of published versions; a version is read once in a process, because it never changes. */
export function createRenderMessages(deps: TemplateDeps): RenderMessages {
  const kept = createGenerationCache<Version>(VERSIONS_KEPT);
  const versionOf = async (workspaceId: number, template: string, { version, stamp }: Sendable): Promise<Version | undefined> => {
    const key = `${template}:${version}:${stamp}`;
    const known = kept.get(workspaceId, key);
    if (known !== undefined) return known;
    const row = await findVersion(deps.db, workspaceId, template, version);
    if (row === undefined) return undefined;
    const { transactional, defaultLanguage } = openSubstance(deps, row.substance);
    const contents = new Map(Object.entries(openCompiled(deps, row.compiled)).map(([language, one]) => [language, readContent(one)]));
    const read = { version, transactional, defaultLanguage, contents };
    kept.set(workspaceId, key, read);
    return read;
  };
  return async (workspaceId, asked) => {
    const wanted = asked.map(({ template, version }) => ({ template, version }));
    const [sendable, ground] = await Promise.all([findSendable(deps.db, workspaceId, wanted), groundOf(deps, workspaceId, asked)]);
    const results: Result<Rendered>[] = [];
    for (const [at, one] of asked.entries()) {
      const found = sendable.get(sendableKey({ template: one.template, version: one.version }));
      const version = found === undefined ? undefined : await versionOf(workspaceId, one.template, found);
      results.push(version === undefined ? notPublished() : renderOne(one, version, { ...ground, spoken: ground.spokenOf(at) }));
    }
    return results;
  };
}

type Place = { readonly timeZone: string; readonly currency: string; readonly nowMs: number };
type Ground = { readonly business: JsonObject; readonly place: Place };

async function groundOf(deps: TemplateDeps, workspaceId: number, asked: readonly RenderAsked[]) {
  const owners = await deps.people.owners(workspaceId, [...new Set(asked.map(({ originId }) => originId))]);
  const toSpeakOf = asked.flatMap(({ originId, event }, at) => {
    const personId = owners.get(originId);
    return personId === undefined ? [] : [{ at, personId, properties: event }];
  });
  const [spoken, business, place] = await Promise.all([
    deps.people.speakOf(workspaceId, toSpeakOf, "clear"),
    businessOf(deps, deps.db, workspaceId),
    placeOf(deps, workspaceId),
  ]);
  const byPlace = new Map(toSpeakOf.map(({ at }, index) => [at, spoken[index]]));
  return { business, place, spokenOf: (at: number) => byPlace.get(at) };
}

/** Where and when a message is made. */
export async function placeOf({ workspace, nowMs }: TemplateDeps, workspaceId: number): Promise<Place> {
  const own = await workspace(workspaceId);
  return { timeZone: own?.timeZone ?? "UTC", currency: own?.currency ?? "CNY", nowMs: nowMs() };
}

type Spoken = { readonly spoken: SpokenOf | undefined };

function renderOne(asked: RenderAsked, version: Version, { spoken, business, place }: Ground & Spoken): Result<Rendered> {
  if (spoken === undefined) return fail("person.not_found", { field: "originId", mend: "Ask for somebody who is known" });
  const { traits: person, properties: event } = spoken;
  const language = chooseLanguage(asked.language ?? languageOf(person), [...version.contents.keys()], version.defaultLanguage);
  const read = version.contents.get(language);
  if (read === undefined) return notPublished();
  const { unsubscribe, preferences } = asked.links;
  const links = { ...(unsubscribe === undefined ? {} : { unsubscribe }), ...(preferences === undefined ? {} : { preferences }) };
  const unsubscribeUrl = version.transactional ? undefined : unsubscribe;
  const made = read({ person, event, journey: asked.journey ?? {}, business, links }, { ...place, language, unsubscribeUrl });
  return made.ok ? ok({ message: made.value, version: version.version, language }) : made;
}

function notPublished() {
  return fail("template.not_published", { field: "template", mend: "Publish the template, and bring it back if it was put away" });
}
