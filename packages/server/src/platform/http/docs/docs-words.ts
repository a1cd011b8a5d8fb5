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

/** Section names in Chinese; English ones are the tags themselves. */
export const TAGS_ZH: Readonly<Record<string, string>> = {
  Consent: "同意管理",
  Webhooks: "事件推送",
  Receivers: "接收地址",
  Collect: "上报事件",
  Session: "登录",
  Workspace: "工作区",
  Members: "成员",
  Roles: "角色",
  Provisioning: "成员同步",
  Keys: "密钥",
  Audit: "审计日志",
  People: "用户",
  Merges: "合并",
  Events: "事件",
  Quarantine: "隔离区",
  Live: "实时与概览",
  Operate: "运维",
  Imports: "导入",
};

/** Summaries in Chinese by operation id; one that is missing is shown in English. */
export const SUMMARIES_ZH: Readonly<Record<string, string>> = {
  listDuplicates: "疑似重复用户：手机号、邮箱、身份证或 unionid 相同的 2–10 人",
  keepPeopleApart: "标记为不同的人：规则不再合并，报告中注明",
  decideConflicts: "批量处理合并冲突，逐条执行",
  getMergeRules: "各类相同信息的合并规则",
  saveMergeRules: "修改合并规则：恰有两人相同时十分钟内自动合并",
  listPurposes: "处理目的、合法性基础与同意人数",
  savePurpose: "新建或修改处理目的；标识不可更改",
  listConsentTexts: "各版本同意书，最新在前",
  addConsentText: "发布同意书新版本；已有版本不可更改",
  getPersonConsent: "某用户当前的同意状态（按目的和渠道）及完整记录",
  recordPersonConsent: "记录用户向运营人员表达的同意或撤回",
  recordConsents: "按用户 ID 批量记录同意或撤回；重复记录不产生变化",
  checkConsent: "某用户当前或过去某时能否用于某目的",
  listWebhooks: "推送地址列表",
  createWebhook: "新建推送：事件签名后发往该地址（Standard Webhooks）",
  updateWebhook: "修改、暂停或恢复推送",
  rotateWebhookSecret: "更换签名密钥；旧密钥继续有效 24 小时",
  deleteWebhook: "删除推送及其记录",
  testWebhook: "发送一条测试事件",
  listWebhookDeliveries: "推送记录：已送达、待发送、已放弃；保留 30 天",
  getWebhookDelivery: "单条推送及其内容",
  resendWebhookDeliveries: "重新发送指定的或全部已放弃的推送",
  listReceivers: "接收地址列表",
  createReceiver: "新建接收地址：把收到的 JSON 变成事件",
  updateReceiver: "修改、暂停或恢复接收地址",
  deleteReceiver: "删除接收地址；此后该地址返回 404",
  tryReceiver: "试运行表达式，不保存",
  listReceiverCalls: "最近收到的内容：失败的保留 30 天，其余一天",
  replayReceiverCalls: "用当前表达式重新处理失败的内容",
  segment_track: "用户做了什么",
  segment_identify: "用户是谁，有哪些特征",
  segment_page: "看了哪个网页",
  segment_screen: "看了哪个 App 页面",
  segment_group: "属于哪个群体",
  segment_alias: "两个身份是同一个人",
  segment_batch: "一次上报多条",
  posthog_batch: "PostHog SDK 的事件",
  sensors_post: "神策 SDK 的事件",
  sensors_image: "以图片请求上报一条神策事件",
  sensors_debug: "检查神策事件（调试模式）",
  signIn: "用邮箱和密码，或一次性链接登录",
  getSession: "当前登录的是谁",
  signOut: "退出登录",
  changeOwnPassword: "设置自己的密码",
  updateOwnProfile: "修改自己的姓名或邮箱",
  createWorkspace: "新建工作区",
  updateWorkspace: "修改工作区的名称、时区或币种",
  listMembers: "工作区的运营人员",
  addMember: "添加运营人员，返回一次性登录链接",
  changeMemberRole: "修改角色",
  removeMember: "移出工作区",
  createSignInLink: "重新生成一次性登录链接",
  listRoles: "自定义角色列表",
  createRole: "新建角色，不能超出自己的权限",
  updateRole: "修改角色，成员下一次请求即生效",
  deleteRole: "删除角色；在用的要给出替代角色",
  listInvitations: "未接受的邀请",
  createInvitation: "邀请成员，链接只在这次返回中出现",
  revokeInvitation: "收回邀请",
  lookAtInvitation: "凭链接查看邀请内容",
  acceptInvitation: "接受邀请：新建账号，或登录后加入",
  listProvisioned: "按目录编号列出成员，含已停用",
  putProvisioned: "按目录编号新建或更新成员，重复无副作用",
  deactivateProvisioned: "立即停用成员：会话、令牌、链接全部失效",
  listOwnSessions: "自己登录的设备",
  endOwnSession: "结束一个会话，或除本次外的全部",
  listTokens: "自己的个人访问令牌",
  createToken: "新建个人访问令牌，只在这次返回中出现",
  revokeToken: "吊销个人访问令牌",
  getSecondFactor: "账号是否开启两步验证",
  startSecondFactor: "开始设置两步验证，密钥只在这次返回中出现",
  confirmSecondFactor: "用验证码开启两步验证，返回恢复码",
  removeSecondFactor: "关闭两步验证",
  resetSecondFactor: "所有者为成员重置两步验证",
  getSecurityPolicy: "工作区的访问限制",
  putSecurityPolicy: "设置访问限制；名单不含自己的地址时须确认",
  giveSecondFactor: "登录第二步：验证码或恢复码",
  getSignInOptions: "可用的登录方式",
  startOidc: "开始统一登录，返回身份提供方地址",
  finishOidc: "完成统一登录",
  getOidcConfig: "查看统一登录设置",
  putOidcConfig: "设置统一登录",
  listKeys: "密钥列表（不含密钥本身）",
  createKey: "新建密钥，只在这次返回中出现",
  revokeKey: "吊销密钥",
  listAudit: "审计日志：所有改动，以及所有明文查看个人数据的记录",
  checkAudit: "校验审计日志的哈希链，指出第一条不符的记录",
  listPeople: "用户列表：搜索、筛选、排序",
  getPerson: "一个用户：身份、特征、标签、备注",
  findPerson: "按身份查找用户",
  changeTraits: "修改特征（以事件方式生效）",
  addTag: "打标签",
  removeTag: "去掉标签",
  listTags: "在用的标签及人数",
  addNote: "写备注",
  removeNote: "删除备注",
  unmaskPerson: "查看明文个人数据（记入审计日志）",
  getTimeline: "用户的全部行为，新的在前",
  previewMerge: "预览合并两个用户的结果",
  createMerge: "合并两个用户，可以撤回",
  listMerges: "手动合并的记录",
  takeBackMerge: "撤回合并",
  listConflicts: "被拒绝、等人决定的合并",
  decideConflict: "合并，或保持分开",
  listEventDefinitions: "事件定义，按数量排序",
  getEventDefinition: "一个事件定义，含属性和每日数量",
  updateEventDefinition: "修改事件定义",
  listRecentEvents: "已存储的事件，新的在前",
  listQuarantine: "未能接收的事件及原因",
  getQuarantined: "一条被隔离的事件及其内容",
  replayQuarantine: "重新送入处理",
  discardQuarantine: "永久搁置",
  getLive: "最新事件与当前速率（可为事件流）",
  getOverview: "首页指标，与上一周期对比",
  getFeedStatus: "各消费者的延迟",
  replayFeed: "让一个消费者从某个时间点重新处理",
  listImports: "导入记录",
  openImport: "开始或继续一次文件导入",
  addImportRows: "提交导入的下一批行",
  getImport: "一次导入及其当前计数",
  createUpload: "开始上传要导入的文件",
  appendUpload: "上传文件的下一段（同 tus）",
  getUpload: "上传到哪里了",
  deleteUpload: "清除还没有用到的上传文件",
  previewUpload: "文件的前几行、识别结果和各列的建议",
  startTrial: "试跑：读完整个文件，不改动任何数据",
  getTrial: "试跑的进度和结果",
  startImport: "导入一个已上传的文件",
  steerImport: "暂停、继续或取消导入",
  downloadRejected: "下载被拒的行及原因（CSV）",
  undoImport: "撤销导入：移除事件和数据，恢复用户属性；身份与合并不变",
  listMappings: "已存的映射",
  saveMapping: "保存映射",
  deleteMapping: "删除映射",
};
