import type { FastifyInstance, FastifyReply } from "fastify";
import type { LinkDeps } from "./link-deps.ts";
import type { MakeLinks } from "./make-links.ts";
import { languageFor, type OpenedLink } from "./opened-link.ts";
import { confirmPage, endedPage, endPage, noticePage, preferencesPage, purposeName, type Place } from "./pages.ts";
import { pathOf } from "./paths.ts";
import { CONFIRMED_CHANNEL, shownOf, take, toldBy, wordsOf } from "./preferences.ts";
import { fieldOf, sendPage, type Visit, type Visits } from "./visit.ts";

/** Registers the pages on which people end messages, choose what they get, and confirm. GET changes nothing on any of them. */
export function registerPages(scope: FastifyInstance, deps: LinkDeps, visits: Visits, make: MakeLinks): void {
  registerEnding(scope, deps, visits, make);
  registerPreferences(scope, deps, visits);
  registerConfirming(scope, deps, visits, make);
}

type Shown = { readonly place: Place; readonly other: string };

/** The page's language and the address of the other one; undefined when nobody is there any more, which is told. */
async function personAt(deps: LinkDeps, link: OpenedLink, request: Visit) {
  const person = await deps.consent.own.preferencesOf(link.workspaceId, link.said.originId);
  const chosen = fieldOf(request, "lang") || request.query.lang;
  const whose = { workspaceId: link.workspaceId, personId: person?.personId };
  const language = await languageFor(deps, whose, { chosen, accepts: request.headers["accept-language"] });
  const shown: Shown = { place: { language, business: link.business }, other: `?lang=${language === "zh" ? "en" : "zh"}` };
  return { ...shown, person };
}

function registerEnding(scope: FastifyInstance, deps: LinkDeps, visits: Visits, make: MakeLinks): void {
  const path = pathOf("unsubscribe", ":token");
  const endingOf = async ({ workspaceId, said }: OpenedLink, { language }: Place) => {
    const purpose = (await deps.consent.own.purposes(workspaceId)).find(({ key }) => key === said.purpose);
    const preferences = `${make.preferencesOf(workspaceId, said.originId) ?? ""}?lang=${language}`;
    return { purpose: purpose === undefined ? said.purpose : purposeName(purpose, language), channel: said.channel, preferences };
  };
  scope.get(path, async (request: Visit, reply) => {
    const link = await visits.open(request, reply, "unsubscribe");
    if (link === undefined) return reply;
    const { place, other } = await personAt(deps, link, request);
    return sendPage(reply, endPage(place, await endingOf(link, place), other));
  });
  scope.post(path, async (request: Visit, reply) => {
    const link = await visits.open(request, reply, "unsubscribe");
    if (link === undefined) return reply;
    const { place } = await personAt(deps, link, request);
    if (!visits.isCounted(link)) return tooOften(reply, place);
    const { workspaceId, said } = link;
    const receipt = { reference: said.reference, what: "unsubscribed", atMs: deps.nowMs(), detail: "" } as const;
    await deps.takeReceipts(workspaceId, { providerId: null, kind: "link" }, [receipt]);
    // A message tells once that it was ended, and not after its record went; whoever ends it again later means it all the same.
    const word = { purpose: said.purpose, channel: said.channel, state: "withdrawn" } as const;
    await deps.consent.own.say({ workspaceId, originId: said.originId }, [word], toldBy(link, "message"));
    return sendPage(reply, endedPage(place, await endingOf(link, place)));
  });
}

function registerPreferences(scope: FastifyInstance, deps: LinkDeps, visits: Visits): void {
  const path = pathOf("preferences", ":token");
  scope.get<{ Params: { token: string }; Querystring: { lang?: string; told?: string } }>(path, async (request, reply) => {
    const link = await visits.open(request, reply, "preferences");
    if (link === undefined) return reply;
    const { person, place, other } = await personAt(deps, link, request);
    if (person === undefined) return sendPage(reply.code(404), noticePage(place, "gone"));
    const told = request.query.told === "saved" || request.query.told === "mailed" ? request.query.told : undefined;
    return sendPage(reply, preferencesPage(place, { ...(await shownOf(deps, link, person)), told }, other));
  });
  scope.post(path, async (request: Visit, reply) => {
    const link = await visits.open(request, reply, "preferences");
    if (link === undefined) return reply;
    const { person, place } = await personAt(deps, link, request);
    if (person === undefined) return sendPage(reply.code(404), noticePage(place, "gone"));
    if (!visits.isCounted(link)) return tooOften(reply, place);
    const words = wordsOf(fieldOf(request, "set"), await shownOf(deps, link, person));
    const told = words.length === 0 ? undefined : await take(deps, link, words);
    const after = told === undefined ? "" : `&told=${told}`;
    return reply.redirect(`${pathOf("preferences", request.params.token)}?lang=${place.language}${after}`, 303);
  });
}

function registerConfirming(scope: FastifyInstance, deps: LinkDeps, visits: Visits, make: MakeLinks): void {
  const path = pathOf("confirm", ":token");
  const preferencesOf = ({ workspaceId, said }: OpenedLink) => make.preferencesOf(workspaceId, said.originId);
  scope.get(path, async (request: Visit, reply) => {
    const link = await visits.open(request, reply, "confirm");
    if (link === undefined) return reply;
    const { person, place, other } = await personAt(deps, link, request);
    const waiting = person?.purposes.filter(({ of }) => of(CONFIRMED_CHANNEL) === "pending") ?? [];
    if (waiting.length === 0) return sendPage(reply, noticePage(place, "nothing", preferencesOf(link)));
    const names = waiting.map(({ purpose }) => purposeName(purpose, place.language));
    return sendPage(reply, confirmPage(place, names, other));
  });
  scope.post(path, async (request: Visit, reply) => {
    const link = await visits.open(request, reply, "confirm");
    if (link === undefined) return reply;
    const { place } = await personAt(deps, link, request);
    const { workspaceId, said } = link;
    const words = await deps.consent.own.confirm({ workspaceId, originId: said.originId }, CONFIRMED_CHANNEL, toldBy(link, "message"));
    return sendPage(reply, noticePage(place, words.length === 0 ? "nothing" : "confirmed", preferencesOf(link)));
  });
}

function tooOften(reply: FastifyReply, place: Place): FastifyReply {
  return sendPage(reply.code(429).header("retry-after", "60"), noticePage(place, "busy"));
}
