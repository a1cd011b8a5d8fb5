/** The addresses of this server that take events. */
export const ENDPOINTS = [
  { key: "segment", path: "POST /v1/{track,identify,page,screen,group,alias,batch}" },
  { key: "posthog", path: "POST /batch/" },
  { key: "sensors", path: "POST /sa · GET /sa.gif · POST /debug" },
  { key: "file", path: "terrace import" },
] as const;
