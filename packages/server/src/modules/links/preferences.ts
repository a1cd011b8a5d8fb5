import { CHANNELS, PROFILING } from "@terrace/domain/consent/purposes";
import type { MessageAsked } from "@terrace/domain/messages/message";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { OwnWord, Preferences } from "../consent/module.ts";
import type { LinkDeps } from "./link-deps.ts";
import type { OpenedLink } from "./opened-link.ts";
import type { PreferencesShown } from "./pages.ts";
import { loadLinkSettings } from "./settings.store.ts";

/** Purposes of data, not of messages: they have no channels. */
const USES: ReadonlySet<string> = new Set(["analytics", PROFILING, "third_party"]);
/** The channel whose address is confirmed before consent to it counts. */
export const CONFIRMED_CHANNEL = "email";
/** A mail to confirm goes out once in this time, however often somebody asks; what it confirms waits as long as its link lives. */
const MAIL_EVERY_MS = 600_000;
const MAIL_EXPIRES_MS = 86_400_000;
const CONFIRM_WITHIN_MS = 3 * 86_400_000;

/** What a person's page shows: the channels on which they can be reached, those they ever spoke of, and the one that led here. */
export async function shownOf(
  deps: LinkDeps,
  { workspaceId, said }: OpenedLink,
  { purposes, channels }: Preferences,
): Promise<Omit<PreferencesShown, "told">> {
  const known = new Set([...(await deps.channelsOf(workspaceId)), ...channels, ...(said.channel === "" ? [] : [said.channel])]);
  const shown = [
    ...CHANNELS.filter((one) => known.has(one)),
    ...[...known].filter((one) => !CHANNELS.some((key) => key === one)).toSorted(),
  ];
  return {
    purposes: purposes.flatMap(({ purpose, of }) =>
      USES.has(purpose.key) ? [] : [{ purpose, choices: shown.map((channel) => [channel, of(channel)] as const) }],
    ),
    uses: purposes.flatMap(({ purpose, of }) => (USES.has(purpose.key) ? [{ purpose, choices: [["", of("")] as const] }] : [])),
  };
}

const SET = /^([a-z][a-z0-9_]{0,39}):([a-z][a-z0-9_]{0,39})?:(given|withdrawn)$/;

/** What a pressed button means, of what the page shows; nothing for anything else. */
export function wordsOf(pressed: string, { purposes, uses }: Omit<PreferencesShown, "told">): readonly OwnWord[] {
  if (pressed === "all") return purposes.map(({ purpose }) => ({ purpose: purpose.key, channel: "", state: "withdrawn" }));
  const [, key = "", channel = "", state = ""] = SET.exec(pressed) ?? [];
  const shown = [...purposes, ...uses].find(({ purpose }) => purpose.key === key);
  if (shown?.choices.some(([one]) => one === channel) !== true) return [];
  return [{ purpose: key, channel, state: state === "given" ? "given" : "withdrawn" }];
}

/** Does what was said; consent to e-mail waits to be confirmed where the workspace wants that. Answers undefined when nobody is there any more. */
export async function take(deps: LinkDeps, link: OpenedLink, words: readonly OwnWord[]): Promise<"saved" | "mailed" | undefined> {
  const { workspaceId, said } = link;
  const whose = { workspaceId, originId: said.originId };
  const { confirmTemplate } = await loadLinkSettings(deps.db, workspaceId);
  const later = confirmTemplate === null ? [] : words.filter(({ channel, state }) => channel === CONFIRMED_CHANNEL && state === "given");
  const now = words.filter((word) => !later.includes(word));
  if (now.length > 0 && !(await deps.consent.own.say(whose, now, toldBy(link, "preferences")))) return undefined;
  if (later.length === 0 || confirmTemplate === null) return "saved";
  const atMs = deps.nowMs();
  await inTransaction(deps.db, async (tx) => {
    await deps.consent.own.sayLater(tx, whose, later, atMs + CONFIRM_WITHIN_MS);
    await deps.askMessages(tx, workspaceId, [confirmMail(said.originId, confirmTemplate, atMs)]);
  });
  return "mailed";
}

/** The source of a word, with the message that its link stood in. */
export function toldBy({ said }: OpenedLink, source: "preferences" | "message") {
  return { source, evidence: { link: said.kind, ...(said.reference === "" ? {} : { message: said.reference }) } } as const;
}

function confirmMail(originId: string, template: string, atMs: number): MessageAsked {
  const turn = Math.floor(atMs / MAIL_EVERY_MS);
  return {
    key: `confirm:${originId}:${turn}`,
    originId,
    channel: "email",
    template,
    purpose: "service",
    tags: ["confirm"],
    priority: 9,
    source: { kind: "api", id: "preference_centre", part: "confirm", run: String(turn) },
    variables: {},
    notBeforeMs: atMs,
    expiresAtMs: atMs + MAIL_EXPIRES_MS,
  };
}
