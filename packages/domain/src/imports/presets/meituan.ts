import { IN_CHINA, type Preset } from "./preset.ts";

// 美团外卖商家版 › 订单 › 历史订单导出, and the 账单 (订单明细) of its finance page, as public programs read them: 订单编号, 下单时间, 订单状态, 商家应收款,
// 用户实付…; cells end in a tab. The platform hides who ordered (a virtual number), so most orders are of a person of their own. No official list of the
// member export was found; its names are those of the screens of 美团会员.
export const MEITUAN: readonly Preset[] = [
  {
    ...IN_CHINA,
    id: "meituan.orders",
    zh: "美团订单",
    en: "Meituan orders",
    kind: "orders",
    signature: ["订单编号", "下单时间", "商家应收款"],
    unpaid: "待支付|未支付|订单取消|已取消",
    refunded: "全部退款|已退款|退款成功",
    columns: {
      订单编号: "order:order_id",
      "订单状态|交易状态": "order:status",
      "用户ID|顾客ID": "id:user_id",
      "顾客手机号|收货人电话|联系电话": "id:phone",
      下单时间: "time",
      "用户实付|用户实付金额|顾客实际支付金额": "order:revenue",
      "配送费|用户支付配送费": "order:shipping",
      "商家活动支出|商家补贴": "order:discount",
      "退款金额|部分退款金额": "order:refund_amount",
      "门店名称|商家名称": "order:affiliation",
      商家应收款: "property:amount:merchant_income",
      "菜品|商品信息|商品名称": "item:name",
      商品数量: "item:quantity",
    },
  },
  {
    ...IN_CHINA,
    id: "meituan.members",
    zh: "美团会员",
    en: "Meituan members",
    kind: "people",
    signature: ["会员手机号", "入会时间", "入会门店"],
    columns: {
      "会员号|会员ID|会员卡号": "id:member_no",
      会员手机号: "id:phone",
      "会员姓名|姓名": "trait:string:name",
      性别: "trait:string:gender",
      生日: "trait:string:birthday",
      "会员等级|等级": "trait:string:member_level",
      "积分|积分余额": "trait:number:points",
      "储值余额|余额": "trait:amount:stored_value",
      "累计消费金额|累计消费": "trait:amount:total_spent",
      "消费次数|累计消费次数": "trait:number:total_orders",
      入会时间: "trait:date:member_since",
      入会门店: "trait:string:member_store",
    },
  },
];
