import { COMMERCE_EVENTS } from "./known-commerce-events.ts";
import { ENGAGEMENT_EVENTS } from "./known-engagement-events.ts";
import { event, type KnownEvent } from "./known-event.ts";

/** Events of Terrace itself and of the clients it understands, accounts, and exposure; the e-commerce specification beside them. */
const OTHER_EVENTS: readonly KnownEvent[] = [
  event(
    "Signed Up",
    "注册",
    "Signed up",
    "account",
    "method:string:注册方式:Method, channel:string:渠道:Channel, referrer_id:string:邀请人:Invited by",
  ),
  event("Signed In", "登录", "Signed in", "account", "method:string:登录方式:Method"),
  event("Login", "登录", "Signed in", "account", "method:string:登录方式:Method"),
  event("Logged In", "登录", "Signed in", "account", "method:string:登录方式:Method"),
  event("Signed Out", "退出登录", "Signed out", "account", ""),
  event("Account Created", "创建账户", "Account created", "account", ""),
  event("Account Deleted", "注销账户", "Account deleted", "account", "reason:string:原因:Reason"),
  event(
    "Consent Given",
    "同意授权",
    "Consent given",
    "account",
    "purpose:string:用途:Purpose, channel:string:渠道:Channel, text:string:授权文本:Consent text, text_version:number:文本版本:Text version",
  ),
  event("Consent Withdrawn", "撤回授权", "Consent withdrawn", "account", "purpose:string:用途:Purpose, channel:string:渠道:Channel"),
  event("Activated", "激活", "Activated", "account", "action:string:首次使用的功能:First action"),
  event(
    "Channel Exposure",
    "渠道曝光",
    "Channel exposure",
    "exposure",
    "channel:string:渠道:Channel, campaign:string:活动:Campaign, exposures:number:曝光次数:Exposures, cost:number:花费:Cost, date:datetime:日期:Date",
  ),
  event(
    "Experiment Viewed",
    "进入实验",
    "Experiment viewed",
    "exposure",
    "experiment_id:string:实验:Experiment, experiment_name:string:实验名称:Experiment name, variation_id:string:版本:Variant, variation_name:string:版本名称:Variant name",
  ),
  event(
    "$exposure",
    "实验曝光",
    "Exposure",
    "exposure",
    "experiment:string:实验:Experiment, variant:string:版本:Variant, flag:string:开关:Flag, unit:string:分流单位:Unit, hash_version:number:分桶算法版本:Hash version, version:number:分流版本:Assignment version",
  ),
  event(
    "$feature_flag_called",
    "取用功能开关",
    "Feature flag called",
    "exposure",
    "$feature_flag:string:开关:Flag, $feature_flag_response:string:取值:Value",
  ),
  event("Application Installed", "安装应用", "App installed", "app", "version:string:版本:Version, build:string:构建号:Build"),
  event("Application Opened", "打开应用", "App opened", "app", "from_background:boolean:来自后台:From background, url:string:链接:Link"),
  event(
    "Application Updated",
    "更新应用",
    "App updated",
    "app",
    "previous_version:string:旧版本:Previous version, version:string:版本:Version",
  ),
  event("Application Backgrounded", "应用进入后台", "App backgrounded", "app", ""),
  event("Install Attributed", "安装归因", "Install attributed", "app", "provider:string:归因平台:Provider"),
  event(
    "$pageview",
    "浏览页面",
    "Page viewed",
    "view",
    "name:string:页面名称:Page name, category:string:页面分类:Page category, url:string:页面地址:Address",
  ),
  event("$pageleave", "离开页面", "Page left", "view", ""),
  event("$screen", "浏览屏幕", "Screen viewed", "view", "name:string:屏幕名称:Screen name"),
  event("$autocapture", "自动采集的操作", "Captured action", "view", ""),
  event(
    "$WebClick",
    "点击网页元素",
    "Web element clicked",
    "view",
    "$element_content:string:元素内容:Element text, $url_path:string:页面路径:Page path",
  ),
  event("$WebStay", "网页停留", "Stayed on page", "view", "event_duration:number:停留秒数:Seconds"),
  event("$MPLaunch", "小程序启动", "Mini-program launched", "app", "$scene:string:场景值:Scene, $is_first_time:boolean:首次:First time"),
  event("$MPShow", "小程序显示", "Mini-program shown", "app", "$scene:string:场景值:Scene"),
  event("$MPHide", "小程序进入后台", "Mini-program hidden", "app", "event_duration:number:使用秒数:Seconds"),
  event("$MPViewScreen", "浏览小程序页面", "Mini-program page viewed", "view", "$url_path:string:页面路径:Page path"),
  event("$MPShare", "分享小程序", "Mini-program shared", "view", "$share_depth:number:分享层级:Share depth"),
  event("$MPClick", "点击小程序元素", "Mini-program element clicked", "view", ""),
  event("$AppStart", "启动应用", "App started", "app", ""),
  event("$AppEnd", "退出应用", "App ended", "app", "event_duration:number:使用秒数:Seconds"),
  event("$AppViewScreen", "浏览应用页面", "App screen viewed", "view", "$screen_name:string:屏幕名称:Screen name"),
  event("$AppInstall", "应用激活", "App first opened", "app", ""),
  event("$identify", "识别用户", "Identified", "identity", ""),
  event("$set", "更新特征", "Traits changed", "identity", "$operation:string:操作:Operation, $traits:array:特征:Traits"),
  event(
    "$verification_approved",
    "认证通过",
    "Verified",
    "identity",
    "kind:string:认证种类:Kind, name:string:名称:Name, verification:string:申请编号:Application",
  ),
  event(
    "$verification_revoked",
    "认证被撤销",
    "Verification revoked",
    "identity",
    "kind:string:认证种类:Kind, name:string:名称:Name, verification:string:申请编号:Application",
  ),
  event(
    "$verification_expired",
    "认证到期",
    "Verification expired",
    "identity",
    "kind:string:认证种类:Kind, name:string:名称:Name, verification:string:申请编号:Application",
  ),
  event(
    "$referral_clicked",
    "打开邀请链接",
    "Referral link followed",
    "engagement",
    "program:string:计划编号:Program id, code:string:邀请码:Code, label:string:渠道标签:Label",
  ),
  event(
    "$referral_bound",
    "被邀请",
    "Referred",
    "engagement",
    "program:string:计划编号:Program id, name:string:名称:Name, code:string:邀请码:Code, generation:number:第几代:Generation",
  ),
  event(
    "$referral_brought",
    "带来新人",
    "Brought somebody",
    "engagement",
    "program:string:计划编号:Program id, name:string:名称:Name, code:string:邀请码:Code",
  ),
  event(
    "$referral_converted",
    "被邀请者转化",
    "Referred person converted",
    "engagement",
    "program:string:计划编号:Program id, name:string:名称:Name, generation:number:第几代:Generation",
  ),
  event(
    "$referral_credited",
    "邀请带来转化",
    "Brought a conversion",
    "engagement",
    "program:string:计划编号:Program id, name:string:名称:Name, level:number:隔几代:Generations between",
  ),
  event("$alias", "关联标识", "Ids joined", "identity", ""),
  event("$group", "加入组织", "Joined a group", "identity", "group_id:string:组织:Group, group_type:string:组织类型:Group type"),
  event("$SignUp", "注册或登录", "Signed up or in", "identity", ""),
  event("$BindID", "绑定标识", "Id bound", "identity", ""),
  event("$UnbindID", "解绑标识", "Id unbound", "identity", ""),
  event("$item_set", "更新物品", "Item changed", "item", "item_type:string:物品类型:Item type, item_id:string:物品:Item"),
  event("Inventory Updated", "更新库存", "Stock updated", "item", "product_id:string:商品:Product, stock:number:库存:Stock"),
  event("$item_delete", "删除物品", "Item deleted", "item", "item_type:string:物品类型:Item type, item_id:string:物品:Item"),
  event(
    "Element Clicked",
    "点击元素",
    "Element clicked",
    "view",
    "text:string:文字:Text, selector:string:位置:Selector, tag:string:标签:Tag, href:string:链接:Link",
  ),
  event("Element Viewed", "元素曝光", "Element viewed", "exposure", "element:string:元素:Element, item_id:string:物品:Item"),
  event(
    "Page Performance",
    "页面性能",
    "Page performance",
    "app",
    "lcp_ms:number:最大内容绘制:Largest paint, cls:number:布局偏移:Layout shift, inp_ms:number:交互延迟:Interaction delay, ttfb_ms:number:首字节:First byte",
  ),
  event("Page Shared", "分享页面", "Page shared", "view", "path:string:页面路径:Page path"),
  event("Events Dropped", "丢弃事件", "Events dropped", "app", "count:number:事件数:Events"),
  event("$exception", "程序异常", "Exception", "app", ""),
];

/** Every event Terrace knows the meaning of. */
export const KNOWN_EVENTS: readonly KnownEvent[] = [...COMMERCE_EVENTS, ...ENGAGEMENT_EVENTS, ...OTHER_EVENTS];

const BY_NAME = new Map(KNOWN_EVENTS.map((known) => [known.name, known]));
const FOUND_MAX = 50;

/** What is known about events of this name. */
export function knownEvent(name: string): KnownEvent | undefined {
  return BY_NAME.get(name);
}

/** Names of known events whose name in either language holds the text; at most 50. */
export function searchKnownEvents(text: string): readonly string[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  return KNOWN_EVENTS.filter(({ name, zh, en }) => `${name}\n${zh}\n${en}`.toLowerCase().includes(wanted))
    .slice(0, FOUND_MAX)
    .map(({ name }) => name);
}
