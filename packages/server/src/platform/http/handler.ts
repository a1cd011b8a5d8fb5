import type { RouteContract } from "@terrace/contract/route";
import type { FieldView } from "@terrace/domain/access/field-view";
import type { Permission } from "@terrace/domain/access/permissions";
import type { RoleGrant, RoleKey } from "@terrace/domain/access/roles";
import type { Readable } from "node:stream";
import type { z } from "zod";
import type { FaultError } from "./fault-error.ts";

/** Who is calling, as the access module established it. */
export type Caller =
  | {
      readonly kind: "operator";
      readonly operatorId: string;
      readonly email: string;
      readonly role: RoleKey | null;
      readonly sessionId: string;
      /** Set when a personal access token acts as the operator. */
      readonly tokenId?: string;
    }
  | { readonly kind: "key"; readonly keyId: string; readonly name: string; readonly scopes: readonly Permission[] }
  | { readonly kind: "nobody" };

/** What the access module establishes about a request: who calls, in which workspace, and what they may do there. `workspaceId` is 0 on routes outside a workspace. */
export type Grant = {
  readonly workspaceId: number;
  readonly caller: Caller;
  /** Operator e-mail (with the token's name when one acts as them) or key name: goes into audit rows and `by` fields. */
  readonly actor: string;
  readonly may: (permission: Permission) => boolean;
  /** What the caller holds in the workspace: the most they can hand out. */
  readonly grant: RoleGrant;
  /** How much of personal and restricted fields the caller sees: every such value goes out through this. */
  readonly fields: FieldView;
};

/** The parts of a request that decide who is calling. */
export type AuthRequest = {
  readonly method: string;
  /** The `:workspace` of the path, when the route has one. */
  readonly workspace: string | undefined;
  /** The client's address, by a trusted proxy's word where there is one. */
  readonly ip: string;
  /** It came over https, by a trusted proxy's word where there is one. */
  readonly secure: boolean;
  readonly readHeader: (name: string) => string | undefined;
};

/** Answers who may pass, or the fault with which the request is refused; throws only when it cannot tell (`Unavailable`, a bug). */
export type Authorise = (request: AuthRequest, contract: RouteContract) => Promise<Grant | FaultError>;

/** What a handler knows besides its input. */
export type RouteContext = Grant & {
  readonly ip: string;
  readonly requestId: string;
  /** The request came over https (directly, or by a trusted proxy's word). */
  readonly secure: boolean;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  readonly accepts: string;
  readonly setHeader: (name: string, value: string) => void;
  readonly readHeader: (name: string) => string | undefined;
};

/** A stream answered as it is, e.g. server-sent events. */
export type StreamAnswer = {
  readonly stream: Readable;
  readonly contentType: string;
  /** Called once the connection is done with it; `delivered` is false when it broke off before the end. */
  readonly ended?: (delivered: boolean) => void;
};

export type RouteInput<C extends RouteContract> = {
  readonly params: z.output<C["params"]>;
  readonly query: z.output<C["query"]>;
  readonly body: z.output<C["body"]>;
};

/** A contract with its implementation, ready to be registered. */
export type RouteHandler = {
  readonly contract: RouteContract;
  readonly run: (
    input: { readonly params: unknown; readonly query: unknown; readonly body: unknown },
    context: RouteContext,
  ) => Promise<unknown>;
};

/** Binds an implementation to its contract; the input it sees is already parsed by the contract's schemas. */
export function handle<C extends RouteContract>(
  contract: C,
  run: (input: RouteInput<C>, context: RouteContext) => Promise<z.input<C["response"]> | StreamAnswer>,
): RouteHandler {
  // The registrar parses with this very contract before calling, so the unknown parts have the declared types.
  return { contract, run: (input, context) => run(input as RouteInput<C>, context) };
}
