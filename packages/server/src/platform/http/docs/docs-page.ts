import type { OpenApiDocument, OpenApiOperation } from "@terrace/contract/openapi";
import type { JsonSchema } from "@terrace/contract/openapi-schemas";
import { curlOf, exampleOf } from "./docs-example.ts";
import { html, raw, type Html } from "./docs-html.ts";
import { fieldList, fieldRow } from "./docs-schema.ts";
import { DOCS_STYLE } from "./docs-style.ts";
import { SUMMARIES_ZH, TAGS_ZH } from "./docs-summaries.ts";
import { DOCS_WORDS, type DocsLanguage, type DocsWords } from "./docs-words.ts";

type Placed = { readonly path: string; readonly method: string; readonly operation: OpenApiOperation };
type Voice = { readonly language: DocsLanguage; readonly words: DocsWords };

const METHODS = ["get", "post", "put", "patch", "delete"];
const FAULT_EXAMPLE = {
  error: {
    code: "request.invalid",
    message: "A part of the request is not as it should be",
    field: "email",
    mend: "Invalid email address",
    requestId: "3f1c…",
  },
};

/** The API as one page for people: no script, no font and nothing else from elsewhere. */
export function renderDocsPage(document: OpenApiDocument, language: DocsLanguage): string {
  const voice: Voice = { language, words: DOCS_WORDS[language] };
  const { words } = voice;
  const placed = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ path, method, operation }];
    }),
  );
  const sections = document.tags.map(({ name }) => ({ name, operations: placed.filter(({ operation }) => operation.tags.includes(name)) }));
  return html`<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Terrace ${words.title}</title><link rel="icon" href="/api/docs/icon.svg"><style>${raw(DOCS_STYLE)}</style></head>
<body><div class="page">
<nav aria-label="${words.title}"><a class="brand" href="/"><img src="/api/docs/icon.svg" alt="">Terrace</a>${sections.map((section) => navSection(section, voice))}</nav>
<main>
<header class="top"><h1>${words.title}</h1><span class="who">${document.info.version}</span><span class="end"><a href="/api/openapi.json">${words.download}</a><a href="?lang=${words.other}" hreflang="${words.other}">${words.otherLanguage}</a></span></header>
<div class="intro">
<div class="card"><h3>${words.authTitle}</h3>${raw(words.auth)}</div>
<div class="card"><h3>${words.faultTitle}</h3>${raw(words.fault)}<pre>${JSON.stringify(FAULT_EXAMPLE, null, 2)}</pre></div>
<div class="card"><h3>${words.listTitle}</h3>${raw(words.list)}</div>
</div>
${sections.map((section) => html`<section><h2 id="${section.name}">${tagName(section.name, voice)}</h2>${section.operations.map((operation) => article(operation, voice))}</section>`)}
</main></div></body></html>
`.html;
}

function navSection({ name, operations }: { readonly name: string; readonly operations: readonly Placed[] }, voice: Voice): Html {
  return html`<h2>${tagName(name, voice)}</h2><ul>${operations.map(({ operation }) => html`<li><a href="#${operation.operationId}">${summaryOf(operation, voice)}</a></li>`)}</ul>`;
}

function article({ path, method, operation }: Placed, voice: Voice): Html {
  const { words } = voice;
  return html`<article class="card" id="${operation.operationId}">
<header><h3><a href="#${operation.operationId}">${summaryOf(operation, voice)}</a></h3>
<div class="address"><span class="method ${method}">${method.toUpperCase()}</span><code>${path}</code><span class="who">${words.access}: ${whoMay(operation, words)}</span></div></header>
<div class="columns"><div>
${parameterList(operation, words)}${bodyFields(operation, words)}${answerFields(operation, words)}
<p class="errors">${words.errors}: ${Object.keys(operation.responses)
    .filter((status) => status !== "200")
    .join(" · ")}</p>
</div><div>
<h4>${words.request}</h4><pre>${curlOf(path, method, operation)}</pre>
${answerExample(operation, words)}
</div></div></article>`;
}

function parameterList(operation: OpenApiOperation, words: DocsWords): Html {
  const parameters = operation.parameters.filter(({ name }) => name !== "workspace");
  if (parameters.length === 0) return html``;
  const rows = parameters.map(({ name, required, schema, description }) =>
    fieldRow({ name, field: description === undefined ? schema : { ...schema, description }, required }, words, 0),
  );
  return html`<h4>${words.parameters}</h4><ul class="fields">${rows}</ul>`;
}

function bodyFields(operation: OpenApiOperation, words: DocsWords): Html {
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  return body === undefined ? html`` : html`<h4>${words.body}</h4>${fieldList(body, words)}`;
}

function answerFields(operation: OpenApiOperation, words: DocsWords): Html {
  const answer = answerOf(operation);
  if (answer === undefined) return html``;
  return html`<h4>${words.answer}</h4>${answer.type === "application/json" ? fieldList(answer.schema, words) : html`<p class="type">${answer.type}</p>`}`;
}

function answerExample(operation: OpenApiOperation, words: DocsWords): Html {
  const answer = answerOf(operation);
  if (answer?.type !== "application/json") return html``;
  return html`<h4>${words.answer}</h4><pre>${JSON.stringify(exampleOf(answer.schema, true), null, 2)}</pre>`;
}

function answerOf(operation: OpenApiOperation): { readonly type: string; readonly schema: JsonSchema } | undefined {
  const answer = operation.responses["200"];
  const [type, content] = answer !== undefined && "content" in answer ? (Object.entries(answer.content ?? {})[0] ?? []) : [];
  return type === undefined || content === undefined ? undefined : { type, schema: content.schema };
}

function whoMay(operation: OpenApiOperation, words: DocsWords): Html {
  const permission = /`([\w:]+)`/.exec(operation.description ?? "")?.[1];
  if (permission?.includes(":") === true) return html`${words.permission} <code>${permission}</code>`;
  if (operation.security.some((scheme) => "session" in scheme)) return html`${words.session}`;
  if (operation.security.some((scheme) => "writeKey" in scheme)) return html`${words.writeKey}`;
  return html`${operation.tags.includes("Collect") ? words.keyInBody : words.anyone}`;
}

function tagName(tag: string, { language }: Voice): string {
  return language === "zh" ? (TAGS_ZH[tag] ?? tag) : tag;
}

function summaryOf(operation: OpenApiOperation, { language }: Voice): string {
  return (language === "zh" ? SUMMARIES_ZH[operation.operationId] : undefined) ?? operation.summary;
}
