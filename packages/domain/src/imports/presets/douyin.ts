import { IN_CHINA, type Preset } from "./preset.ts";

// Column names as in the order export of 抖店 (订单管理 › 导出) that public programs read, e.g.
// 主订单编号,子订单编号,选购商品,商品ID,商家编码,商品数量,商品金额,订单提交时间,支付完成时间,订单状态,售后状态,订单应付金额. Phones of receivers are hidden
// (138****1234) unless the shop decrypts them; such orders are of a person of their own.
export const DOUYIN: readonly Preset[] = [
  {
    ...IN_CHINA,
    id: "douyin.orders",
    zh: "抖店订单",
    en: "Douyin shop orders",
    kind: "orders",
    signature: ["主订单编号", "子订单编号", "订单提交时间"],
    unpaid: "待支付|待付款|未支付|已取消",
    refunded: "退款成功|已全额退款",
    columns: {
      主订单编号: "order:order_id",
      订单状态: "order:status",
      售后状态: "order:refund_status",
      "买家ID|用户ID": "id:user_id",
      "收件人手机号|手机号|收件人电话": "id:phone",
      支付完成时间: "time",
      订单提交时间: "else_time",
      运费: "order:shipping",
      "优惠总金额|平台优惠": "order:discount",
      "店铺名称|门店名称": "order:affiliation",
      "流量来源|APP渠道": "order:channel",
      "选购商品|商品名称": "item:name",
      商品ID: "item:product_id",
      "商家编码|货号": "item:sku",
      "商品规格|规格": "item:variant",
      // Per line: what the lines of an order come to is the order.
      "商品金额|商品单价": "item:price",
      商品数量: "item:quantity",
      "收件人|收件人姓名": "trait:string:name",
      "省|省份": "trait:string:province",
      "市|城市": "trait:string:city",
      "达人昵称|达人名称": "property:string:influencer",
    },
  },
  {
    ...IN_CHINA,
    id: "douyin.members",
    zh: "抖店会员",
    en: "Douyin shop members",
    kind: "people",
    // No member export with documented columns was found. The open platform hands members over by API, under an open_id and a phone
    // (developer.open-douyin.com, 会员入会 and 会员数据更新); the names are those shops use for the same.
    signature: ["会员ID", "入会时间", "会员等级"],
    columns: {
      会员ID: "id:member_no",
      "open_id|OpenID": "id:openid",
      "手机号|会员手机号": "id:phone",
      "昵称|会员昵称": "trait:string:nickname",
      会员等级: "trait:string:member_level",
      "积分|可用积分": "trait:number:points",
      入会时间: "trait:date:member_since",
      入会渠道: "trait:string:source",
      累计消费金额: "trait:amount:total_spent",
      "累计订单数|累计消费次数": "trait:number:total_orders",
    },
  },
];
