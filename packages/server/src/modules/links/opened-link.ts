import { isOver, readLink, type LinkKind, type LinkSaid } from "@terrace/domain/messages/link-token";
import { languageOf } from "@terrace/domain/templates/language";
import type { LinkDeps } from "./link-deps.ts";
import { pageLanguage, type PageLanguage } from "./words.ts";

export type OpenedLink = { readonly workspaceId: number; readonly business: string; readonly said: LinkSaid };

/** What a token says, when it was made here for this kind of link and its time is not over. */
export async function openLink(deps: LinkDeps, token: string, kind: LinkKind): Promise<OpenedLink | "wrong" | "over"> {
  const opened = deps.privacy.openToken(token);
  const said = opened === undefined ? undefined : readLink(opened.text);
  if (opened === undefined || said?.kind !== kind) return "wrong";
  if (isOver(said, deps.nowMs())) return "over";
  const business = await deps.nameOf(opened.workspaceId);
  return business === undefined ? "wrong" : { workspaceId: opened.workspaceId, business, said };
}

/** The language of a page: what was chosen on it, else the person's own, else the browser's. */
export async function languageFor(
  deps: LinkDeps,
  { workspaceId, personId }: { readonly workspaceId: number; readonly personId: string | undefined },
  told: { readonly chosen: string | undefined; readonly accepts: string | undefined },
): Promise<PageLanguage> {
  if (told.chosen === "zh" || told.chosen === "en") return told.chosen;
  const [spoken] = personId === undefined ? [] : await deps.people.speakOf(workspaceId, [{ personId, properties: {} }], "clear");
  const own = spoken === undefined ? undefined : languageOf(spoken.traits);
  return pageLanguage(own) ?? pageLanguage(told.accepts?.trim()) ?? "zh";
}
