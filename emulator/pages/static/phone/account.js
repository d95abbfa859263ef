/** The service account's own page: who it is, follow, unfollow. */

import { button, fill, icon, make } from "../shared/element.js";
import { go } from "./navigation.js";
import { confirmSheet } from "./sheets.js";
import { telling, toast } from "./toast.js";
import { titlebar } from "./titlebar.js";

export class AccountPage {
  constructor(phone) {
    this.phone = phone;
    this.body = make("div", { class: "scroller account" });
    this.element = make("section", { class: "view view-white" }, titlebar("", { back: "chats" }), this.body);
  }

  update({ state }) {
    fill(this.body, [state.account, state.followed], () => [
      make("div", { class: "account-head" }, icon("hospital", "face account-face"),
        make("div", {}, make("h2", {}, state.account.name), make("p", {}, "服务号 · 已认证"), make("p", { class: "faint" }, `微信号 ${state.account.original_id}`))),
      state.followed ? this.whenFollowed() : this.whenNot(),
    ]);
  }

  whenNot() {
    return make("div", { class: "account-deeds" },
      button("关注公众号", () => this.follow(), { class: "main-button", testid: "follow" }));
  }

  whenFollowed() {
    return make("div", { class: "account-deeds" },
      button("发消息", () => go("chat"), { class: "main-button", testid: "write-to-account" }),
      button("不再关注", () => this.unfollow(), { class: "quiet danger", testid: "unfollow" }));
  }

  async follow() {
    if (await telling(() => this.phone.mailbox.act("follow"))) go("chat");
  }

  async unfollow() {
    const sure = await confirmSheet(`不再关注“${this.phone.account().name}”？以后将收不到它的消息。`, "不再关注");
    if (!sure) return;
    if (await telling(() => this.phone.mailbox.act("unfollow"))) toast("已取消关注");
    go("chats");
  }
}
