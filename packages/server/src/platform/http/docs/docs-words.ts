export type DocsLanguage = "zh" | "en";

/** `?lang=` decides, else what the browser prefers; Chinese when it says neither. */
export function docsLanguage(query: unknown, acceptLanguage: string | undefined): DocsLanguage {
  const asked = typeof query === "object" && query !== null && "lang" in query ? query.lang : undefined;
  if (asked === "en" || asked === "zh") return asked;
  const wished = acceptLanguage?.toLowerCase() ?? "";
  const zh = wished.indexOf("zh");
  const en = wished.indexOf("en");
  return en >= 0 && (zh < 0 || en < zh) ? "en" : "zh";
}

export type DocsWords = Readonly<
  Record<
    | "title"
    | "other"
    | "otherLanguage"
    | "download"
    | "authTitle"
    | "auth"
    | "faultTitle"
    | "fault"
    | "listTitle"
    | "list"
    | "access"
    | "anyone"
    | "session"
    | "writeKey"
    | "keyInBody"
    | "permission"
    | "parameters"
    | "body"
    | "answer"
    | "request"
    | "required"
    | "oneOf"
    | "errors"
    | "default"
    | "more",
    string
  >
>;

export const DOCS_WORDS: Readonly<Record<DocsLanguage, DocsWords>> = {
  zh: {
    title: "接口文档",
    other: "en",
    otherLanguage: "English",
    download: "下载 OpenAPI 3.1",
    authTitle: "身份",
    auth: "<p>程序用<b>私密密钥</b>：<code>Authorization: Bearer ts_…</code>，路径中的工作区写 <code>current</code>。密钥的权限范围决定它能做什么。</p><p>上报事件用<b>写入密钥</b>：<code>tw_…</code> 作 Basic 认证的用户名，或请求体中的 <code>writeKey</code>。它只能上报事件，可以放在网页和小程序里。</p><p>控制台用会话 Cookie；每个改动还要带请求头 <code>x-terrace-csrf</code>，值是会话的 <code>csrfToken</code>。</p>",
    faultTitle: "出错时",
    fault: "<p>所有错误同一个格式：代码、发生了什么、哪个字段、怎样改。遇到 429 和 503，等 <code>Retry-After</code> 秒再试。</p>",
    listTitle: "列表与取值",
    list: "<p>列表返回 <code>items</code>；还有下一页时返回 <code>nextCursor</code>，把它作为 <code>cursor</code> 传回。时间是 UTC 的 ISO 8601；64 位编号是十进制文本。</p>",
    access: "谁可以用",
    anyone: "任何人",
    session: "已登录的运营人员",
    writeKey: "写入密钥",
    keyInBody: "写入密钥（在请求体或查询参数中）",
    permission: "权限",
    parameters: "参数",
    body: "请求体",
    answer: "返回",
    request: "请求示例",
    required: "必填",
    oneOf: "以下之一",
    errors: "可能的错误",
    default: "默认",
    more: "更多",
  },
  en: {
    title: "API",
    other: "zh",
    otherLanguage: "中文",
    download: "Download OpenAPI 3.1",
    authTitle: "Who is calling",
    auth: "<p>Programs use a <b>secret key</b>: <code>Authorization: Bearer ts_…</code>, and write <code>current</code> for the workspace in the path. The key's scopes decide what it may do.</p><p>Events are sent with a <b>write key</b>: <code>tw_…</code> as the user of Basic authorisation, or <code>writeKey</code> in the body. It only sends events, so it may stand in a page or an app.</p><p>The console uses a session cookie; every change also carries the header <code>x-terrace-csrf</code> with the session's <code>csrfToken</code>.</p>",
    faultTitle: "When something is wrong",
    fault:
      "<p>Every error has one shape: a code, what happened, the field it is about, how to mend it. After 429 and 503, wait <code>Retry-After</code> seconds.</p>",
    listTitle: "Lists and values",
    list: "<p>A list answers <code>items</code>, and <code>nextCursor</code> while there is more: send it as <code>cursor</code>. Times are ISO 8601 in UTC; 64-bit ids are decimal text.</p>",
    access: "Who may",
    anyone: "anyone",
    session: "a signed-in operator",
    writeKey: "a write key",
    keyInBody: "a write key, in the body or query",
    permission: "permission",
    parameters: "Parameters",
    body: "Body",
    answer: "Answer",
    request: "Example",
    required: "required",
    oneOf: "one of",
    errors: "Errors",
    default: "default",
    more: "more",
  },
};
