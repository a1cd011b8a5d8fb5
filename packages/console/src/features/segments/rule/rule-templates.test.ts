import { readPersonCondition } from "@terrace/domain/conditions/read-condition";
import { expect, test } from "vitest";
import { ruleOfTemplate, TEMPLATES } from "./rule-templates.ts";

test("every template is a rule that can be saved as it is", () => {
  for (const key of TEMPLATES) {
    const rule = ruleOfTemplate(key, "Order Completed");
    expect(readPersonCondition(rule, "rule"), key).toEqual({ ok: true, value: rule });
  }
});
