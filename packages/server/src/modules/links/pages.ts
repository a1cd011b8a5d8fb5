import type { Purpose } from "@terrace/domain/consent/purposes";
import type { Choice } from "../consent/module.ts";
import { html, pageOf, type Html } from "./page.ts";
import { channelName, say, type PageLanguage } from "./words.ts";

/** Whose page it is and in which language. */
export type Place = { readonly language: PageLanguage; readonly business: string };
type NoticeKey = "wrong" | "over" | "gone" | "busy" | "nothing" | "confirmed";

/** A page that only tells something. */
export function noticePage({ language, business }: Place, key: NoticeKey, link?: string): string {
  const title = say(`${key}Title` as const, language);
  const on = link === undefined ? html`` : html`<p><a href="${link}">${say("choose", language)}</a></p>`;
  return pageOf({ language, business, title, body: html`<p>${say(key, language)}</p>${on}` });
}

export type Ending = { readonly purpose: string; readonly channel: string; readonly preferences: string };

/** Asks before anything ends: programs that check mail open links, but press no buttons. */
export function endPage({ language, business }: Place, { purpose, channel, preferences }: Ending, other: string): string {
  const values = { business, purpose, channel: channelName(channel, language) };
  return pageOf({
    language,
    business,
    title: say("endTitle", language),
    otherLanguage: other,
    body: html`<p>${say("endAsk", language, values)}</p>
<form method="post"><input type="hidden" name="lang" value="${language}" /><button class="main" type="submit">${say("endButton", language)}</button></form>
<p></p><p><a href="${preferences}">${say("choose", language)}</a></p>`,
  });
}

export function endedPage({ language, business }: Place, { purpose, channel, preferences }: Ending): string {
  const values = { business, purpose, channel: channelName(channel, language) };
  return pageOf({
    language,
    business,
    title: say("endedTitle", language),
    body: html`<p>${say("ended", language, values)}</p><p><a href="${preferences}">${say("choose", language)}</a></p>`,
  });
}

/** Asks whether what waits is meant. */
export function confirmPage({ language, business }: Place, purposes: readonly string[], other: string): string {
  return pageOf({
    language,
    business,
    title: say("confirmTitle", language),
    otherLanguage: other,
    body: html`<p>${say("confirmAsk", language, { business })}</p>
<ul>${purposes.map((name) => html`<li>${name}</li>`)}</ul>
<form method="post"><input type="hidden" name="lang" value="${language}" /><button class="main" type="submit">${say("confirmButton", language)}</button></form>`,
  });
}

export type ShownPurpose = { readonly purpose: Purpose; readonly choices: readonly (readonly [channel: string, choice: Choice])[] };
export type PreferencesShown = {
  readonly purposes: readonly ShownPurpose[];
  /** Of data: without channels. */
  readonly uses: readonly ShownPurpose[];
  readonly told: "saved" | "mailed" | undefined;
};

/** Purposes by channel, each a switch, and all off. */
export function preferencesPage({ language, business }: Place, { purposes, uses, told }: PreferencesShown, other: string): string {
  const anyOn = purposes.some(({ choices }) => choices.some(([, choice]) => choice !== "off"));
  return pageOf({
    language,
    business,
    title: say("title", language),
    otherLanguage: other,
    body: html`<p>${say("intro", language, { business })}</p>
${told === undefined ? html`` : html`<p class="note" role="status">${say(told, language)}</p>`}
<form method="post"><input type="hidden" name="lang" value="${language}" />
${purposes.map((one) => purposeSection(one, language))}
${uses.length === 0 ? html`` : html`<section><h2>${say("data", language)}</h2>${uses.map((one) => useRow(one, language))}</section>`}
${anyOn ? html`<button class="plain" type="submit" name="set" value="all">${say("allOff", language)}</button>` : html``}
</form>`,
  });
}

export function purposeName({ nameZh, nameEn }: Purpose, language: PageLanguage): string {
  return language === "zh" ? nameZh : nameEn;
}

function descriptionOf({ descriptionZh, descriptionEn }: Purpose, language: PageLanguage): string {
  return language === "zh" ? descriptionZh : descriptionEn;
}

function purposeSection({ purpose, choices }: ShownPurpose, language: PageLanguage): Html {
  const name = purposeName(purpose, language);
  const description = descriptionOf(purpose, language);
  return html`<section><h2>${name}</h2>${description === "" ? html`` : html`<p>${description}</p>`}
${choices.map(([channel, choice]) => {
  const label = channelName(channel, language);
  return row({ key: purpose.key, channel, choice, label, name: `${name} · ${label}`, state: say(choice, language) });
})}</section>`;
}

function useRow({ purpose, choices: [first] }: ShownPurpose, language: PageLanguage): Html {
  const choice = first?.[1] ?? "off";
  const name = purposeName(purpose, language);
  const description = descriptionOf(purpose, language);
  const state = `${say(choice === "on" ? "allowed" : "refused", language)}${description === "" ? "" : ` · ${description}`}`;
  return row({ key: purpose.key, channel: "", choice, label: name, name, state });
}

type Row = {
  readonly key: string;
  readonly channel: string;
  readonly choice: Choice;
  readonly label: string;
  readonly name: string;
  readonly state: string;
};

function row({ key, channel, choice, label, name, state }: Row): Html {
  const value = `${key}:${channel}:${choice === "off" ? "given" : "withdrawn"}`;
  return html`<div class="row"><span>${label.slice(0, 1).toUpperCase() + label.slice(1)}<small class="${choice}">${state}</small></span>
<button type="submit" role="switch" aria-checked="${choice === "on" ? "true" : "false"}" aria-label="${name}" name="set" value="${value}"></button></div>`;
}
