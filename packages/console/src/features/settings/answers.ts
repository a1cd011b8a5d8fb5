import type { listAudit, listMembers } from "@terrace/contract/api/access";
import type { CallAnswer } from "../../app/api/client.ts";

export type AuditEntry = CallAnswer<typeof listAudit>["items"][number];
export type Member = CallAnswer<typeof listMembers>["items"][number];
