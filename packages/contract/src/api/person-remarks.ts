import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";
import { noteSchema, personParams, tagSchema } from "./people.ts";

export const addTag = route({
  id: "addTag",
  tag: "People",
  summary: "Tag a person by hand",
  method: "POST",
  path: "/api/workspaces/:workspace/people/:person/tags",
  access: "people:write",
  params: personParams,
  body: z.object({ tag: z.string().trim().min(1).max(60), expiresAt: z.iso.datetime().optional() }),
  response: tagSchema,
});
export const removeTag = route({
  id: "removeTag",
  tag: "People",
  summary: "Take a tag off",
  method: "DELETE",
  path: "/api/workspaces/:workspace/people/:person/tags/:tag",
  access: "people:write",
  params: personParams.extend({ tag: z.string().max(60) }),
  response: doneResponse,
});
export const listTags = route({
  id: "listTags",
  tag: "People",
  summary: "Tags in use with the number of people",
  method: "GET",
  path: "/api/workspaces/:workspace/tags",
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(z.object({ tag: z.string(), people: z.number().int() })) }),
});
export const addNote = route({
  id: "addNote",
  tag: "People",
  summary: "Write a note about a person",
  method: "POST",
  path: "/api/workspaces/:workspace/people/:person/notes",
  access: "people:write",
  params: personParams,
  body: z.object({ text: z.string().trim().min(1).max(4000) }),
  response: noteSchema,
});
export const removeNote = route({
  id: "removeNote",
  tag: "People",
  summary: "Delete a note",
  method: "DELETE",
  path: "/api/workspaces/:workspace/people/:person/notes/:note",
  access: "people:write",
  params: personParams.extend({ note: z.string().max(40) }),
  response: doneResponse,
});

export const personRemarkRoutes = [addTag, removeTag, listTags, addNote, removeNote] as const;
