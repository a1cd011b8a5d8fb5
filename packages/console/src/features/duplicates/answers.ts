import type { listDuplicates } from "@terrace/contract/api/duplicates";
import type { CallAnswer } from "../../app/api/client.ts";

export type DuplicateGroup = CallAnswer<typeof listDuplicates>["groups"][number];
