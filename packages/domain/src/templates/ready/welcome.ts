import { readyMail, readyPush, readySms, type ReadyTemplate } from "./ready-template.ts";

const HELLO_ZH = "{% if person.name %}{{ person.name }}，{% endif %}";
const HELLO_EN = "{% if person.name %}{{ person.name }}, {% endif %}";

/** From the first visit to the first purchase. */
export const WELCOME: readonly ReadyTemplate[] = [
  readyMail(
    {
      key: "welcome_mail",
      tag: "welcome",
      name: { zh: "欢迎邮件", en: "Welcome mail" },
      description: {
        zh: "注册后的第一封信：你是谁，接下来做什么",
        en: "The first mail after registration: who you are and what comes next",
      },
    },
    {
      zh: {
        subject: `${HELLO_ZH}欢迎来到{{ business.name }}`,
        preheader: "从这里开始",
        title: `${HELLO_ZH}欢迎你`,
        lines: ["感谢注册{{ business.name }}。先看看大家最喜欢的，再挑一件适合自己的。", "有问题直接回复这封邮件，我们会看到。"],
        button: { label: "去看看", url: "business.website" },
      },
      en: {
        subject: `${HELLO_EN}welcome to {{ business.name }}`,
        preheader: "Start here",
        title: `${HELLO_EN}welcome`,
        lines: [
          "Thank you for joining {{ business.name }}. Look at what others like best, then choose what suits you.",
          "Questions? Reply to this mail, and we will read it.",
        ],
        button: { label: "Have a look", url: "business.website" },
      },
    },
  ),
  readySms(
    {
      key: "welcome_sms",
      tag: "welcome",
      name: { zh: "欢迎短信", en: "Welcome SMS" },
      description: { zh: "注册后一条短信，适合没有邮箱的用户", en: "A text after registration, for people without a mail address" },
    },
    {
      zh: `${HELLO_ZH}欢迎加入{{ business.name }}，会员专享已开通。拒收请回复R`,
      en: `${HELLO_EN}welcome to {{ business.name }}. Your member benefits are on. Reply STOP to opt out`,
    },
  ),
  readyMail(
    {
      key: "confirm_mail",
      tag: "confirm",
      transactional: true,
      name: { zh: "邮箱确认", en: "Confirm your e-mail" },
      description: {
        zh: "用户同意接收邮件时，请对方点一下确认后才生效",
        en: "Asks people who agreed to mail to confirm it; their consent counts from then on",
      },
    },
    {
      zh: {
        subject: "请确认接收{{ business.name }}的邮件",
        preheader: "点一下即可，三天内有效",
        title: "请确认你的邮箱",
        lines: [
          "有人用这个邮箱订阅了{{ business.name }}的消息。如果是你，请点下面的按钮确认。",
          "不是你的话，不用理会：不点确认就不会收到。",
        ],
        button: { label: "确认", url: "links.confirm" },
      },
      en: {
        subject: "Confirm that you want mail from {{ business.name }}",
        preheader: "One click, within three days",
        title: "Confirm your e-mail",
        lines: [
          "Somebody subscribed to {{ business.name }} with this address. If it was you, press the button below.",
          "If it was not, do nothing: you will get nothing.",
        ],
        button: { label: "Confirm", url: "links.confirm" },
      },
    },
  ),
  readyMail(
    {
      key: "first_purchase_mail",
      tag: "first_purchase",
      name: { zh: "首购引导", en: "First purchase" },
      description: {
        zh: "注册几天还没下单时，用一个理由促成首购",
        en: "A reason to order for the first time, some days after registration",
      },
    },
    {
      zh: {
        subject: `${HELLO_ZH}第一单，从这几样挑起`,
        preheader: "多数人的第一选择",
        title: "第一单怎么选",
        lines: [
          "{% if event.offer %}新人礼：{{ event.offer }}{% else %}挑选不难：看销量、看评价、看自己的习惯。{% endif %}",
          "{% if event.expires_at %}有效期到{{ event.expires_at | date }}。{% endif %}下单后随时可以退换。",
        ],
        button: { label: "挑一件", url: "business.website" },
      },
      en: {
        subject: `${HELLO_EN}where to begin`,
        preheader: "What most people choose first",
        title: "Your first order",
        lines: [
          "{% if event.offer %}For you as a newcomer: {{ event.offer }}{% else %}Choosing is easy: look at what sells, what others say, and what you need.{% endif %}",
          "{% if event.expires_at %}Until {{ event.expires_at | date }}. {% endif %}You can return it at any time.",
        ],
        button: { label: "Choose one", url: "business.website" },
      },
    },
  ),
  readyMail(
    {
      key: "cart_mail",
      tag: "cart",
      name: { zh: "购物车提醒邮件", en: "Cart reminder mail" },
      description: { zh: "加购后没有下单，列出购物车里的商品", en: "Something was put into the cart and not ordered: lists what is in it" },
    },
    {
      zh: {
        subject: `${HELLO_ZH}购物车里还有东西`,
        preheader: "替你留着",
        title: "还在考虑？",
        lines: [
          "{% if event.items %}{% for item in event.items limit: 5 %}{{ item.name | default: '商品' }}{% unless forloop.last %}、{% endunless %}{% endfor %}还在购物车里。{% else %}你挑的商品还在购物车里。{% endif %}",
          "{% if event.total %}合计 {{ event.total | money }}。{% endif %}库存不能一直保留。",
        ],
        button: { label: "去结算", url: "event.url" },
      },
      en: {
        subject: `${HELLO_EN}you left something in your cart`,
        preheader: "We kept it for you",
        title: "Still thinking?",
        lines: [
          "{% if event.items %}{% for item in event.items limit: 5 %}{{ item.name | default: 'An item' }}{% unless forloop.last %}, {% endunless %}{% endfor %} in your cart.{% else %}What you chose is still in your cart.{% endif %}",
          "{% if event.total %}{{ event.total | money }} in all. {% endif %}We cannot hold it for ever.",
        ],
        button: { label: "Check out", url: "event.url" },
      },
    },
  ),
  readyPush(
    {
      key: "cart_push",
      tag: "cart",
      name: { zh: "购物车提醒推送", en: "Cart reminder push" },
      description: { zh: "加购一小时后的轻提醒", en: "A light reminder an hour after the cart was filled" },
    },
    {
      zh: { title: "购物车里还有东西", body: "{{ event.items[0].name | default: '你挑的商品' | truncate: 20 }}还在等你，点开继续" },
      en: {
        title: "Your cart is waiting",
        body: "{{ event.items[0].name | default: 'What you chose' | truncate: 30 }} is still there. Tap to go on",
      },
    },
  ),
];
