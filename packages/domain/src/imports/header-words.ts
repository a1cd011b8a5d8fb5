import type { PlanKind } from "./import-plan.ts";

/** Names of columns, in Chinese and English, by what they stand for. Compared without white space, brackets, signs and case. */
const COMMON: Readonly<Record<string, string>> = {
  "id:user_id": "user_id 用户id 客户id 会员id 买家id 用户编号 客户编号 uid userid customer_id customerid 客户wid wid 顾客id customer 客户",
  "id:member_no": "会员号 会员编号 会员卡号 卡号 member_no memberno member_id memberid card_no 买家会员名 旺旺 旺旺号",
  "id:unionid": "unionid union_id 微信unionid",
  "id:openid": "openid open_id 微信openid 小程序openid",
  "id:phone":
    "手机 手机号 手机号码 电话 联系电话 联系手机 联系方式 买家手机号 收货人手机号 收件人手机号 收货电话 客户手机号 会员手机号 会员手机 注册手机 收货手机号 phone mobile tel telephone phone_number mobile_phone cellphone",
  "id:email": "邮箱 电子邮箱 邮件 email e-mail mail email_address",
  "trait:string:name": "姓名 客户姓名 会员姓名 真实姓名 收货人 收货人姓名 收件人 收件人姓名 name full_name customer_name 顾客姓名",
  "trait:string:nickname": "昵称 客户昵称 买家昵称 会员昵称 微信昵称 nickname",
  "trait:string:gender": "性别 客户性别 gender sex",
  "trait:string:birthday": "生日 出生日期 客户生日 birthday birth_date date_of_birth",
  "trait:string:province": "省 省份 所在省 收货人省份 province state",
  "trait:string:city": "市 城市 所在城市 收货人城市 city",
  "trait:string:country": "国家 country",
  "trait:string:member_level": "会员等级 等级 会员级别 level tier member_level",
  "trait:string:tags": "标签 tags 客户标签",
  "consent:marketing:sms":
    "短信同意 同意短信 短信营销 短信营销同意 短信授权 短信订阅 接收短信 是否接收短信 接受短信 是否接受短信 同意接收短信 accepts_sms_marketing accepts_sms sms_consent sms_opt_in sms_marketing",
  "consent:marketing:email":
    "邮件同意 邮件营销 邮件授权 邮件订阅 接收邮件 是否接收邮件 accepts_email_marketing accepts_email email_consent email_opt_in email_marketing newsletter",
  "consent:marketing:phone": "电话同意 接听电话 是否接收电话 accepts_phone phone_consent phone_opt_in",
  "consent:marketing:wechat": "微信同意 微信授权 服务号同意 wechat_consent",
  "consent:marketing":
    "营销同意 同意营销 营销授权 是否同意营销 接收营销 是否接收营销信息 同意接收营销信息 accepts_marketing marketing_consent marketing_opt_in opt_in consent",
  "consent:profiling": "个性化推荐同意 同意个性化推荐 profiling_consent",
  consent_time: "同意时间 授权时间 签署时间 订阅时间 consent_time consent_at consented_at opted_in_at opt_in_time",
  consent_version: "协议版本 隐私政策版本 隐私协议版本 同意书版本 consent_version policy_version text_version",
};
const PEOPLE: Readonly<Record<string, string>> = {
  time: "更新时间 updated_at",
  "trait:date:member_since": "注册时间 入会时间 成为会员时间 开卡时间 注册日期 registered_at created_at signup_date join_date",
  "trait:amount:total_spent": "累计消费金额 消费金额 累计消费 交易总额 total_spent lifetime_value",
  "trait:number:total_orders": "消费次数 累计消费次数 订单数 交易笔数 total_orders orders_count",
  "trait:number:points": "积分 可用积分 当前积分 客户积分 points",
  "trait:date:last_order_at": "最近消费时间 上次消费时间 最后消费时间 last_order_at last_order_date",
  "trait:amount:stored_value": "余额 储值余额 balance",
  "trait:string:source": "来源 渠道 来源渠道 注册渠道 source channel",
};
const ORDERS: Readonly<Record<string, string>> = {
  "order:order_id":
    "订单号 订单编号 单号 主订单编号 交易号 交易编号 order_id orderid order_no order_number order ordersn invoice invoice_no invoiceno",
  "order:status": "订单状态 状态 交易状态 支付状态 order_status status financial_status",
  time: "付款时间 支付时间 订单付款时间 买家付款时间 支付完成时间 成交时间 paid_at payment_time pay_time invoicedate",
  else_time: "下单时间 订单创建时间 创建时间 订单提交时间 订单时间 订单日期 下单日期 日期 时间 created_at order_date order_time date time",
  "order:revenue":
    "实付金额 实付 实付款 订单金额 支付金额 付款金额 订单实付金额 买家实际支付金额 实收金额 金额 总金额 合计 订单总额 amount total revenue paid_amount order_amount order_total total_price",
  "order:shipping": "运费 邮费 配送费 快递费 shipping freight shipping_fee",
  "order:discount": "优惠金额 优惠 折扣金额 折扣 优惠总金额 discount discount_amount",
  "order:tax": "税费 税额 tax taxes",
  "order:coupon": "优惠券 优惠码 coupon coupon_code discount_code",
  "order:currency": "币种 货币 currency",
  "order:affiliation": "门店 店铺 门店名称 店铺名称 下单门店 所属门店 store shop store_name shop_name",
  "order:channel": "渠道 订单来源 销售渠道 来源 channel source",
  "order:refund_amount": "退款金额 已退款金额 退款 订单已退款金额 refund_amount refunded_amount refund",
  "order:refund_status": "退款状态 售后状态 refund_status",
  "order:refund_time": "退款时间 退款完成时间 refunded_at refund_time",
  "item:name": "商品 商品名称 商品名 商品标题 宝贝标题 选购商品 品名 product product_name item item_name title description lineitem_name",
  "item:product_id": "商品id 商品编号 product_id item_id",
  "item:sku": "sku 货号 商品编码 商家编码 sku编码 stockcode lineitem_sku",
  "item:variant": "规格 商品规格 商品属性 variant",
  "item:category": "类目 商品类目 分类 品类 category",
  "item:brand": "品牌 brand vendor",
  "item:price": "单价 商品单价 价格 商品价格 price unit_price unitprice lineitem_price",
  "item:quantity": "数量 商品数量 购买数量 件数 宝贝总数量 quantity qty lineitem_quantity",
};
const EVENTS: Readonly<Record<string, string>> = {
  event: "事件 事件名 事件名称 行为 动作 event event_name eventname action",
  time: "时间 发生时间 事件时间 日期 time timestamp event_time occurred_at datetime date created_at ts",
  "id:anonymous_id": "匿名id 设备id 访客id anonymous_id device_id visitor_id distinct_id",
};
const CHANNELS: Readonly<Record<string, string>> = {
  time: "日期 时间 统计日期 天 date day time",
  "figure:channel": "渠道 媒体 平台 推广渠道 渠道名称 来源 channel source media platform",
  "figure:campaign": "计划 推广计划 广告计划 活动 活动名称 计划名称 campaign campaign_name",
  "figure:exposures": "曝光 曝光量 展现 展现量 展示 展示量 展示数 曝光数 曝光次数 impressions exposures views",
  "figure:clicks": "点击 点击量 点击数 点击次数 clicks",
  "figure:cost": "花费 消耗 费用 成本 投放费用 推广费用 消费 cost spend amount_spent",
  "figure:currency": "币种 currency",
};

const OF_KIND: Readonly<Record<PlanKind, readonly Readonly<Record<string, string>>[]>> = {
  orders: [ORDERS, COMMON],
  people: [COMMON, PEOPLE],
  events: [EVENTS, COMMON],
  channels: [CHANNELS],
};

/** The spelling in which names of columns are compared. */
export function bareName(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/\((?:元|￥|¥|rmb|cny|¥元)\)/gu, "")
    .replaceAll(/[\s_\-.()[\]{}【】「」:：/\\*#'"]/gu, "");
}

/** Name of a column in its bare spelling → what it stands for, in files of a kind. */
export function wordsOf(kind: PlanKind): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const group of OF_KIND[kind])
    for (const [use, names] of Object.entries(group))
      for (const name of names.split(" ")) if (!words.has(bareName(name))) words.set(bareName(name), use);
  return words;
}
