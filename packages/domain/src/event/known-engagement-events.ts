import { event, type KnownEvent } from "./known-event.ts";

const MESSAGE = "message_id:string:消息:Message, campaign:string:活动:Campaign, channel:string:渠道:Channel";
const TICKET = "ticket_id:string:工单:Ticket";

/** What a business and its users say to each other: messages, service, invitations, posts; and what happens at the counter. */
export const ENGAGEMENT_EVENTS: readonly KnownEvent[] = [
  event("Message Sent", "发送消息", "Message sent", "engagement", MESSAGE),
  event("Message Delivered", "消息送达", "Message delivered", "engagement", MESSAGE),
  event("Message Opened", "打开消息", "Message opened", "engagement", MESSAGE),
  event("Message Clicked", "点击消息", "Message clicked", "engagement", MESSAGE),
  event("Message Failed", "消息发送失败", "Message failed", "engagement", `${MESSAGE}, reason:string:原因:Reason`),
  event(
    "Ticket Created",
    "提交工单",
    "Ticket created",
    "service",
    `${TICKET}, subject:string:事由:Subject, category:string:类别:Category, channel:string:渠道:Channel`,
  ),
  event(
    "Ticket Replied",
    "首次回复工单",
    "Ticket first replied",
    "service",
    `${TICKET}, first_response_minutes:number:首次响应分钟:Minutes to the first reply`,
  ),
  event(
    "Ticket Resolved",
    "工单处理完成",
    "Ticket closed",
    "service",
    `${TICKET}, solved:boolean:已解决:Solved, hours:number:用时（小时）:Hours`,
  ),
  event("Ticket Rated", "评价服务", "Service rated", "service", `${TICKET}, score:number:评分:Score`),
  event("Invite Shared", "分享邀请", "Invitation shared", "engagement", "via:string:方式:Via"),
  event(
    "Invite Accepted",
    "邀请成功",
    "Invitation accepted",
    "engagement",
    "invitee_id:string:被邀请人:Invited, reward:number:奖励:Reward",
  ),
  event("Comment Posted", "发表评论", "Comment posted", "engagement", "post:string:内容:Post, text:string:评论:Text"),
  event(
    "Store Visited",
    "到店扫码",
    "Store visited",
    "engagement",
    "store:string:门店:Store, store_id:string:门店编号:Store id, qr_code:string:活码:QR code",
  ),
  event(
    "Payment Failed",
    "支付失败",
    "Payment failed",
    "commerce",
    "order_id:string:订单号:Order, total:number:金额:Total, reason:string:原因:Reason",
  ),
];
