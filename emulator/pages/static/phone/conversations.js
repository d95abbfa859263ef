/** WeChat's first page: the conversations, newest on top. */

import { button, fill, icon, make } from "../shared/element.js";
import { moment, shortDay } from "../shared/moments.js";
import { accountFace, noticesFace } from "./faces.js";
import { go } from "./navigation.js";
import { tabbar } from "./tabbar.js";
import { titlebar } from "./titlebar.js";
import { messagesIn } from "./unread.js";

const SHORT = { unsupported: () => "[不显示的消息]", location: () => "[位置]", image: () => "[图片]", voice: () => "[语音]", miniprogram: (message) => `[小程序] ${message.title}`,
  msgmenu: (message) => message.head_content, news: (message) => message.articles[0].title, article: (message) => message.articles[0].title };

function summary(message) {
  const short = SHORT[message.kind];
  return (short ? short(message) : message.title ?? message.content ?? "").replace(/<[^>]+>/g, "");
}

export class Conversations {
  constructor(phone) {
    this.phone = phone;
    this.name = make("span", {}, "微信");
    this.list = make("div", { class: "rows" });
    const scan = button(icon("plus"), () => phone.scan(), { class: "bar-button", "aria-label": "扫一扫", testid: "open-scan" });
    this.element = make("section", { class: "view" }, titlebar(this.name, { more: scan }),
      make("div", { class: "scroller" }, this.list), tabbar("chats"));
  }

  update(mailbox) {
    const rows = this.rows(mailbox);
    const unread = rows.reduce((sum, row) => sum + row.unread, 0);
    this.name.textContent = unread > 0 ? `微信(${unread})` : "微信";
    fill(this.list, [rows, mailbox.state.followed], () => [rows.map(drawRow), mailbox.state.followed ? null : this.invitation()].flat());
  }

  rows(mailbox) {
    return [this.row("chat", mailbox.state.account.name, mailbox), this.row("notices", "服务通知", mailbox)]
      .filter((row) => row !== null)
      .sort((one, other) => other.seq - one.seq);
  }

  row(page, name, { messages, state }) {
    const last = messagesIn(page, messages).at(-1);
    const listed = page === "chat" ? state.followed : last !== undefined;
    if (!listed) return null;
    return { page, name, seq: last?.seq ?? 0, unread: this.phone.marks.unread(page, messages),
      words: last ? summary(last) : "", when: last ? shortDay(moment(last.at), state.now) : "" };
  }

  invitation() {
    return make("div", { class: "invitation" },
      make("p", {}, "还没有关注医院的服务号。"),
      make("p", {}, "用“扫一扫”扫医院的二维码，或者直接打开服务号。"),
      button("扫一扫", () => this.phone.scan(), { class: "quiet", testid: "invite-scan" }),
      button("打开服务号", () => go("account"), { class: "quiet", testid: "account-entry" }));
  }
}

function drawRow({ page, name, unread, words, when }) {
  return button([
    page === "chat" ? accountFace(unread) : noticesFace(unread),
    make("span", { class: "row-words" },
      make("span", { class: "row-top" }, make("span", { class: "row-name" }, name), make("span", { class: "row-when" }, when)),
      make("span", { class: "row-last" }, words)),
  ], () => go(page), { class: "row-button", testid: `open-${page}` });
}
