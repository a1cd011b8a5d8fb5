import { readyMail, readyPush, readySms, type ReadyTemplate } from "./ready-template.ts";

const HELLO_ZH = "{% if person.name %}{{ person.name }}，{% endif %}";
const HELLO_EN = "{% if person.name %}{{ person.name }}, {% endif %}";

/** Birthdays, people who grow silent, memberships that end. */
export const KEEPING: readonly ReadyTemplate[] = [
  readySms(
    {
      key: "birthday_sms",
      tag: "birthday",
      name: { zh: "生日祝福短信", en: "Birthday SMS" },
      description: { zh: "生日当天上午，可以附上礼物", en: "On the morning of the birthday, with a gift where there is one" },
    },
    {
      zh: `${HELLO_ZH}生日快乐！{% if event.gift %}送你{{ event.gift }}，已放进账户。{% else %}愿你今天开心。{% endif %}{{ business.name }} 拒收请回复R`,
      en: `${HELLO_EN}happy birthday! {% if event.gift %}{{ event.gift }} is in your account. {% else %}Have a lovely day. {% endif %}{{ business.name }}. Reply STOP to opt out`,
    },
  ),
  readyMail(
    {
      key: "birthday_mail",
      tag: "birthday",
      name: { zh: "生日祝福邮件", en: "Birthday mail" },
      description: { zh: "生日礼物与有效期", en: "The gift and until when it holds" },
    },
    {
      zh: {
        subject: `${HELLO_ZH}生日快乐`,
        preheader: "一份小礼物",
        title: `${HELLO_ZH}生日快乐`,
        lines: [
          "{% if event.gift %}给你准备了：{{ event.gift }}{% if event.expires_at %}，{{ event.expires_at | date }}前有效{% endif %}。{% else %}谢谢你一直都在。{% endif %}",
        ],
        button: { label: "看看礼物", url: "business.website" },
      },
      en: {
        subject: `${HELLO_EN}happy birthday`,
        preheader: "A small gift",
        title: `${HELLO_EN}happy birthday`,
        lines: [
          "{% if event.gift %}For you: {{ event.gift }}{% if event.expires_at %}, until {{ event.expires_at | date }}{% endif %}.{% else %}Thank you for being with us.{% endif %}",
        ],
        button: { label: "See the gift", url: "business.website" },
      },
    },
  ),
  readyPush(
    {
      key: "churn_push",
      tag: "churn_warning",
      name: { zh: "流失预警推送", en: "Churn warning push" },
      description: { zh: "活跃下降时的一次提醒", en: "A nudge when somebody grows less active" },
    },
    {
      zh: { title: "好久不见", body: "{% if person.name %}{{ person.name }}，{% endif %}最近上新不少，回来看看" },
      en: {
        title: "It has been a while",
        body: "{% if person.name %}{{ person.name }}, {% endif %}there is a lot that is new. Have a look",
      },
    },
  ),
  readyMail(
    {
      key: "win_back_mail",
      tag: "win_back",
      name: { zh: "召回邮件", en: "Win-back mail" },
      description: {
        zh: "沉默较久的用户：一个回来的理由，也给退订的出口",
        en: "For people who were silent for long: a reason to return, and a way out",
      },
    },
    {
      zh: {
        subject: `${HELLO_ZH}我们想你了`,
        preheader: "回来看看有什么新的",
        title: "这段时间有不少变化",
        lines: [
          "{% if event.offer %}回来就送：{{ event.offer }}。{% endif %}新品、新服务，挑你关心的看。",
          "如果不想再收到，下面一键退订，我们不会介意。",
        ],
        button: { label: "回来看看", url: "business.website" },
      },
      en: {
        subject: `${HELLO_EN}we miss you`,
        preheader: "See what is new",
        title: "A lot has changed",
        lines: [
          "{% if event.offer %}For coming back: {{ event.offer }}. {% endif %}New products, new services; pick what you care for.",
          "If you would rather not hear from us, one click below ends it.",
        ],
        button: { label: "Come back", url: "business.website" },
      },
    },
  ),
  readySms(
    {
      key: "membership_sms",
      tag: "membership",
      transactional: true,
      name: { zh: "会员到期提醒短信", en: "Membership expiring SMS" },
      description: { zh: "到期前 7 天的服务通知", en: "A notice seven days before the membership ends" },
    },
    {
      zh: `${HELLO_ZH}你的{{ business.name }}会员{% if event.expires_at %}将于{{ event.expires_at | date: "day" }}到期{% else %}即将到期{% endif %}，续期后权益不变。`,
      en: `${HELLO_EN}your {{ business.name }} membership ends {% if event.expires_at %}on {{ event.expires_at | date: "day" }}{% else %}soon{% endif %}. Renew it to keep your benefits.`,
    },
  ),
  readyMail(
    {
      key: "membership_mail",
      tag: "membership",
      transactional: true,
      name: { zh: "会员到期提醒邮件", en: "Membership expiring mail" },
      description: { zh: "到期日、权益与续期入口", en: "When it ends, what it gives, and where to renew it" },
    },
    {
      zh: {
        subject: "会员{% if event.expires_at %}将于{{ event.expires_at | date: 'day' }}到期{% else %}即将到期{% endif %}",
        preheader: "续期后权益不变",
        title: "会员快到期了",
        lines: ["{% if event.expires_at %}到期日：{{ event.expires_at | date }}。{% endif %}续期后等级与积分都保留。"],
        button: { label: "续期", url: "event.url" },
      },
      en: {
        subject: "Your membership ends {% if event.expires_at %}on {{ event.expires_at | date: 'day' }}{% else %}soon{% endif %}",
        preheader: "Renew it to keep your benefits",
        title: "Your membership ends soon",
        lines: ["{% if event.expires_at %}It ends on {{ event.expires_at | date }}. {% endif %}Renew it, and your tier and points stay."],
        button: { label: "Renew", url: "event.url" },
      },
    },
  ),
];
