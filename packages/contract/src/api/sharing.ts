import { ROLE_KEY } from "@terrace/domain/access/roles";
import { z } from "zod";

/** Who besides its owner sees something that was saved. */
export const sharingSchema = z.strictObject({
  with: z
    .union([z.enum(["nobody", "everyone"]), z.array(z.string().regex(ROLE_KEY)).min(1).max(60)])
    .describe("nobody, everyone in the workspace, or the roles named"),
  may: z.enum(["view", "edit"]),
});

/** What everything that was saved says of whose it is. */
export const ownedShape = {
  owner: z.string(),
  sharing: sharingSchema,
  mayChange: z.boolean().describe("Whether the caller may change it"),
  version: z.number().int().describe("Grows with every change"),
  createdAt: z.string(),
  changedAt: z.string(),
  changedBy: z.string(),
};
/** The version that a change is based on. */
export const basedOn = z.number().int().min(1).optional().describe("The version that was changed; refused when somebody else was faster");
