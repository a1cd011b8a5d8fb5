import type { PersonCondition } from "@terrace/domain/conditions/condition";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import type { SegmentsModule } from "../segments/module.ts";

export type VerificationDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload" | "originId">;
  readonly audit: AccessModule["audit"];
  readonly people: Pick<PeopleModule, "personOf" | "displayNames" | "clearIds">;
  /** Whether somebody meets a condition now, by what analyses know. */
  readonly meets: (context: RouteContext, condition: PersonCondition, personId: string) => Promise<boolean>;
  readonly requireSegments: SegmentsModule["requireSegments"];
  readonly nowMs: () => number;
};
