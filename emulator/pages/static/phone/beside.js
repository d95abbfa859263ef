/** What stands beside the phone: the scan box, the codes, the window's count, the grants, a few hints. */

import { button, fill, make } from "../shared/element.js";
import { fullTime, remaining } from "../shared/moments.js";
import { codeList } from "../shared/qrcodes.js";
import { scanForm } from "./scan.js";
import { telling } from "./toast.js";

const CONSENT = { none: "还没问过", accept: "已同意", reject: "已拒绝" };

export class Beside {
  constructor(phone) {
    this.phone = phone;
    this.who = make("div", { class: "beside-who" });
    this.windowLine = make("p", { class: "window-line", testid: "window-line" });
    this.grants = make("div", {});
    this.codes = make("div", {}, make("p", { class: "faint" }, "正在读取…"));
    this.element = document.getElementById("beside");
    this.element.append(
      this.who,
      panel("扫一扫", scanForm((content) => this.scan(content)), this.codes),
      panel("医院还能回复几条", this.windowLine, make("p", { class: "faint" }, "患者写一句话：48 小时内 5 条；点菜单、关注、扫码：1 分钟内 3 条。")),
      panel("订阅消息的授权", this.grants),
      panel("可以试试", hints()));
    this.opener = document.getElementById("beside-open");
    this.opener.addEventListener("click", () => this.toggle(!this.element.classList.contains("beside-on")));
    this.element.append(button("收起", () => this.toggle(false), { class: "quiet beside-close", testid: "beside-close" }));
  }

  toggle(open) {
    this.element.classList.toggle("beside-on", open);
    this.opener.setAttribute("aria-expanded", String(open));
  }

  scan(content) {
    this.toggle(false);
    this.phone.scanned(content);
  }

  update({ state }) {
    fill(this.who, [state.person, state.followed, platformTime(state.now)], () => this.identity(state));
    this.windowLine.textContent = allowance(state);
    fill(this.grants, state.grants, () => this.grantList(state.grants));
  }

  showCodes(codes) {
    fill(this.codes, codes, () => [codes.length > 0 && make("h3", {}, "最近生成的二维码"), codeList(codes, (content) => this.scan(content))]);
  }

  identity({ person, followed, now }) {
    return [
      make("h2", {}, `${person.name}的手机`),
      make("p", {}, [person.gender, person.age ? `${person.age} 岁` : null, followed ? "已关注服务号" : "未关注服务号"].filter(Boolean).join(" · ")),
      make("p", { class: "faint" }, platformTime(now)),
      make("p", {}, make("a", { href: "/phone" }, "换一位患者"), " · ", make("a", { href: "/operator", target: "_blank", rel: "noopener" }, "操作台")),
    ];
  }

  grantList(grants) {
    if (grants.length === 0) return make("p", { class: "faint" }, "没有订阅消息模板");
    return make("ul", { class: "grants" }, grants.map((grant) => make("li", { testid: `grant-${grant.template_id}` },
      make("span", {}, make("strong", {}, grant.title), make("small", {}, grantWords(grant))),
      grant.state === "accept" && button("关掉", () => this.block(grant), { class: "small-button", "aria-label": `关掉${grant.title}` }))));
  }

  block(grant) {
    return telling(() => this.phone.mailbox.act("block-template", { template_id: grant.template_id }));
  }
}

function platformTime(now) {
  return `平台时间 ${fullTime(now).slice(0, 16)}`;
}

function panel(title, ...inside) {
  return make("section", { class: "panel" }, make("h2", {}, title), ...inside);
}

function grantWords({ type, state, credits }) {
  const kind = type === 3 ? "长期" : "一次性";
  const left = type === 2 && state === "accept" ? `，还可发 ${credits} 次` : "";
  return `${kind} · ${CONSENT[state] ?? state}${left}`;
}

function allowance({ window, now }) {
  if (!window || window.left <= 0 || remaining(window.until, now) === "0 秒") {
    return window && window.left <= 0 ? "条数已用完，等患者再写一句话" : "现在不能回复，要等患者先说话";
  }
  return `还可回复 ${window.left} 条 · 剩 ${remaining(window.until, now)}`;
}

function hints() {
  return make("ul", { class: "hints" },
    make("li", {}, "用扫一扫扫医院发的随访卡，就会关注服务号。"),
    make("li", {}, "在聊天里写“182/112 头晕”，看医院怎么接。"),
    make("li", {}, "点卡片、菜单里的链接，网页就在手机里打开。"),
    make("li", {}, "关掉一个订阅授权，看医院怎么换一条路找到人。"));
}
