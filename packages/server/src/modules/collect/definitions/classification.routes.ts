import { classifyProperty, listClassification } from "@terrace/contract/api/privacy";
import { DONE } from "@terrace/contract/route";
import { classHides } from "@terrace/domain/personal/property-class";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import type { Warehouse } from "../../../platform/storage/clickhouse.ts";
import { inTransaction, type Db } from "../../../platform/storage/postgres.ts";
import type { AccessModule } from "../../access/module.ts";
import { saveClass } from "./classification.store.ts";
import { loadClassification, recognisedClass } from "./classification.views.ts";

export type ClassificationDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly audit: AccessModule["audit"];
  readonly nowMs: () => number;
  /** Takes the change in before it is answered; other processes do so within seconds. */
  readonly refresh: () => Promise<void>;
};

/** What properties and traits are: recognised by themselves, or as an operator says. */
export function classificationRoutes(deps: ClassificationDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(listClassification, (_input, { workspaceId }) => loadClassification(deps, workspaceId)),
    handle(classifyProperty, async ({ body }, { workspaceId, actor, ip }) => {
      const { scope, name } = body;
      const detected = await recognisedClass(deps, workspaceId, scope, name);
      if (body.class === "none" && detected !== "none")
        throw faultError("classification.detected", {
          field: "class",
          mend: `Values of ${name} are recognised as personal data and always hidden; choose a class of personal data`,
        });
      await inTransaction(db, async (tx) => {
        const hides = classHides(scope, name, body.class);
        await saveClass(tx, workspaceId, { ...body, detected, hides, setBy: actor, setAt: new Date(deps.nowMs()) });
        await deps.audit(tx, {
          workspaceId,
          actor,
          action: "privacy.classify",
          target: `${scope}:${name}`,
          detail: { class: body.class, hides },
          ip,
        });
      });
      await deps.refresh();
      return DONE;
    }),
  ];
}
