import type { FastifyInstance } from "fastify";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { LinkDeps } from "./link-deps.ts";
import { createMakeLinks, type MakeLinks } from "./make-links.ts";
import { figureRoutes, type FigureDeps } from "./figures.routes.ts";
import { registerLinks } from "./register-links.ts";
import { createKnownSettings } from "./known-settings.ts";
import { settingsRoutes } from "./settings.routes.ts";

export type { LinkDeps } from "./link-deps.ts";
export type { LinksAsked, MakeLinks, TemplateLinks } from "./make-links.ts";

/** The links that stand in messages: to end them, to choose what one gets, to confirm, and what tells that they were read. See docs/guides/preferences.md. */
export type Links = MakeLinks & {
  readonly routes: readonly RouteHandler[];
  readonly register: (app: FastifyInstance) => Promise<void>;
};

export function createLinks(deps: LinkDeps & FigureDeps): Links {
  const settings = createKnownSettings(deps);
  const make = createMakeLinks(deps, settings.find);
  return {
    ...make,
    routes: [...settingsRoutes(deps, make, settings.forget), ...figureRoutes(deps)],
    register: (app) => registerLinks(app, deps, make),
  };
}
