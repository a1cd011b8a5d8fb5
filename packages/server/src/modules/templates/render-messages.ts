import { writtenObject, type JsonObject } from "@terrace/domain/json";
import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { RenderedMessage } from "@terrace/domain/messages/delivery";
import { fail, ok, type Result } from "@terrace/domain/result";
import { chooseLanguage, languageOf } from "@terrace/domain/templates/language";
import { createGenerationCache } from "../../platform/generation-cache.ts";
import { businessOf } from "./check.ts";
import { readContent, type ReadContent } from "./render/read-content.ts";
import { openCompiled, openSubstance } from "./substance.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { SpokenOf } from "../people/module.ts";
import type { TemplateDeps } from "./template-deps.ts";
import { findSendable, sendableKey, type Sendable, type SendableAsked } from "./template.store.ts";
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
  readonly links: {
    readonly unsubscribe?: string | undefined;
    readonly preferences?: string | undefined;
    readonly confirm?: string | undefined;
  };
};
/** What is sent, and of which version in which language it is. */
export type Rendered = {
  readonly message: RenderedMessage;
  readonly version: number;
  readonly transactional: boolean;
  readonly language: string;
};

/** What a published version says of its messages. */
export type VersionFacts = {
  readonly channel: MessageChannel;
  readonly purpose: string;
  readonly tags: readonly string[];
  readonly transactional: boolean;
};
type Version = VersionFacts & {
  readonly version: number;
  readonly defaultLanguage: string;
  readonly contents: ReadonlyMap<string, ReadContent>;
};
export type RenderMessages = (workspaceId: number, asked: readonly RenderAsked[]) => Promise<readonly Result<Rendered>[]>;

const VERSIONS_KEPT = 200;

/** What published versions are read by: one is read once in a process, because it never changes. */
export type Versions = {
  /** In the order asked for; undefined where nothing can be sent. */
  readonly find: (sql: Db | Tx, workspaceId: number, asked: readonly SendableAsked[]) => Promise<readonly (Version | undefined)[]>;
};

export function createVersions(deps: TemplateDeps): Versions {
  const kept = createGenerationCache<Version>(VERSIONS_KEPT);
  const versionOf = async (
    sql: Db | Tx,
    workspaceId: number,
    template: string,
    { version, stamp }: Sendable,
  ): Promise<Version | undefined> => {
    const key = `${template}:${version}:${stamp}`;
    const known = kept.get(workspaceId, key);
    if (known !== undefined) return known;
    const row = await findVersion(sql, workspaceId, template, version);
    if (row === undefined) return undefined;
    const { transactional, purpose, tags, defaultLanguage, contents: texts } = openSubstance(deps, row.substance);
    const channel = texts[defaultLanguage]?.channel;
    if (channel === undefined) throw new Error("a published version has no content in its default language");
    const contents = new Map(Object.entries(openCompiled(deps, row.compiled)).map(([language, one]) => [language, readContent(one)]));
    const read = { version, channel, purpose, tags, transactional, defaultLanguage, contents };
    kept.set(workspaceId, key, read);
    return read;
  };
  return {
    find: async (sql, workspaceId, asked) => {
      const sendable = await findSendable(sql, workspaceId, asked);
      const versions: (Version | undefined)[] = [];
      for (const { template, version } of asked) {
        const found = sendable.get(sendableKey({ template, version }));
        versions.push(found === undefined ? undefined : await versionOf(sql, workspaceId, template, found));
      }
      return versions;
    },
  };
}

/** Makes messages of published versions. */
export function createRenderMessages(deps: TemplateDeps, { find }: Versions): RenderMessages {
  return async (workspaceId, asked) => {
    const wanted = asked.map(({ template, version }) => ({ template, version }));
    const [versions, ground] = await Promise.all([find(deps.db, workspaceId, wanted), groundOf(deps, workspaceId, asked)]);
    return asked.map((one, at) => {
      const version = versions[at];
      return version === undefined ? notPublished() : renderOne(one, version, { ...ground, spoken: ground.spokenOf(at) });
    });
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
  const links = writtenObject(asked.links);
  const unsubscribeUrl = version.transactional ? undefined : asked.links.unsubscribe;
  const made = read({ person, event, journey: asked.journey ?? {}, business, links }, { ...place, language, unsubscribeUrl });
  return made.ok ? ok({ message: made.value, version: version.version, transactional: version.transactional, language }) : made;
}

function notPublished() {
  return fail("template.not_published", { field: "template", mend: "Publish the template, and bring it back if it was put away" });
}
