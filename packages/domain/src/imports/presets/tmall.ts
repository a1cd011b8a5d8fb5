import { IN_CHINA, type Preset } from "./preset.ts";

// Column names of ExportOrderList of 淘宝/天猫 (已卖出的宝贝 › 批量导出), one row per order, usually GBK, as public programs read and write them:
// 订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,买家实际支付金额,…,订单付款时间,宝贝标题,宝贝种类,…,退款金额.
// A closed order with a refund was paid; one without was not.
export const TMALL: readonly Preset[] = [
  {
    ...IN_CHINA,
    id: "tmall.orders",
    zh: "天猫 / 淘宝订单",
    en: "Tmall / Taobao orders",
    kind: "orders",
    signature: ["订单编号", "买家会员名", "买家实际支付金额"],
    unpaid: "等待买家付款",
    refunded: "退款成功",
    paidOnly: true,
    columns: {
      订单编号: "order:order_id",
      订单状态: "order:status",
      "买家会员名|买家昵称": "id:member_no",
      "联系手机|联系电话": "id:phone",
      "订单付款时间|买家付款时间": "time",
      买家实际支付金额: "order:revenue",
      买家应付邮费: "order:shipping",
      "退款金额|买家退款金额": "order:refund_amount",
      店铺名称: "order:affiliation",
      宝贝标题: "item:name",
      宝贝总数量: "item:quantity",
      收货人姓名: "trait:string:name",
    },
  },
  {
    ...IN_CHINA,
    id: "tmall.members",
    zh: "天猫会员",
    en: "Tmall members",
    kind: "people",
    // 客户运营平台 exports what the shop chose; no public list of the columns was found, the names are those of its screens.
    signature: ["客户昵称", "会员等级", "交易总额"],
    columns: {
      "客户昵称|买家会员名": "id:member_no",
      "手机号|联系手机": "id:phone",
      "客户姓名|真实姓名": "trait:string:name",
      会员等级: "trait:string:member_level",
      交易总额: "trait:amount:total_spent",
      交易笔数: "trait:number:total_orders",
      平均订单金额: "trait:amount:average_order",
      上次交易时间: "trait:date:last_order_at",
      "地区|省份": "trait:string:province",
      性别: "trait:string:gender",
      生日: "trait:string:birthday",
    },
  },
];
