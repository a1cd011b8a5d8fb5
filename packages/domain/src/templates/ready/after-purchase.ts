import { readyMail, readySms, type ReadyTemplate } from "./ready-template.ts";

/** After an order. */
export const AFTER_PURCHASE: readonly ReadyTemplate[] = [
  readyMail(
    {
      key: "survey_mail",
      tag: "survey",
      name: { zh: "购后问卷", en: "Post-purchase survey" },
      description: { zh: "到货后问一个问题：满意吗", en: "One question after delivery: are you content?" },
    },
    {
      zh: {
        subject: "这次购物还满意吗",
        preheader: "只需一分钟",
        title: "想听听你的看法",
        lines: [
          "{% if event.order_id %}订单 {{ event.order_id }} 已经送到。{% endif %}花一分钟告诉我们哪里好、哪里不好。",
          "每一条我们都会读。",
        ],
        button: { label: "填写问卷", url: "event.survey_url" },
      },
      en: {
        subject: "How was it?",
        preheader: "One minute",
        title: "We would like to hear from you",
        lines: [
          "{% if event.order_id %}Order {{ event.order_id }} has arrived. {% endif %}Take a minute to say what was good and what was not.",
          "We read every answer.",
        ],
        button: { label: "Answer", url: "event.survey_url" },
      },
    },
  ),
  readyMail(
    {
      key: "review_mail",
      tag: "review",
      name: { zh: "邀请评价", en: "Review request" },
      description: { zh: "使用一段时间后邀请写评价", en: "Asks for a review once the product was in use for a while" },
    },
    {
      zh: {
        subject: "{{ event.product | default: '上次买的商品' | truncate: 24 }}用得怎么样",
        preheader: "你的评价能帮到别人",
        title: "写几句，帮别人选对",
        lines: ["用了一阵子，最想告诉别人的是什么？好的不好的都可以写。"],
        button: { label: "写评价", url: "event.review_url" },
      },
      en: {
        subject: "How do you like {{ event.product | default: 'what you bought' | truncate: 40 }}?",
        preheader: "Your words help others choose",
        title: "A few words help others",
        lines: ["You have used it for a while. What would you tell a friend, good or bad?"],
        button: { label: "Write a review", url: "event.review_url" },
      },
    },
  ),
  readySms(
    {
      key: "review_sms",
      tag: "review",
      name: { zh: "邀请评价短信", en: "Review request SMS" },
      description: { zh: "给没有邮箱的用户", en: "For people without a mail address" },
    },
    {
      zh: "{{ event.product | default: '上次买的商品' | truncate: 16 }}用得怎么样？写条评价帮别人选对{% if event.review_url %}：{{ event.review_url }}{% endif %} 拒收请回复R",
      en: "How do you like {{ event.product | default: 'what you bought' | truncate: 30 }}? A review helps others{% if event.review_url %}: {{ event.review_url }}{% endif %} Reply STOP to opt out",
    },
  ),
];
