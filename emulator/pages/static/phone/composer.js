/** Where the patient writes: text, a picture, and a way back to the menu. */

import { button, icon, make } from "../shared/element.js";
import { telling } from "./toast.js";

export class Composer {
  constructor(phone, toMenu) {
    this.phone = phone;
    this.input = make("textarea", { class: "chat-input", rows: "1", maxlength: "2000", "aria-label": "写消息", testid: "chat-input" });
    this.file = make("input", { type: "file", accept: "image/png,image/jpeg,image/gif,audio/mpeg,audio/amr", class: "hidden-file", "aria-label": "选一张图片或一段录音", testid: "chat-image" });
    this.sendButton = button("发送", () => this.send(), { class: "send", testid: "chat-send", disabled: true });
    this.toMenu = button(icon("menu"), toMenu, { class: "bar-button", "aria-label": "切换到菜单", testid: "to-menu" });
    this.element = make("div", { class: "composer" }, this.toMenu, this.input, this.file,
      button(icon("picture"), () => this.file.click(), { class: "bar-button", "aria-label": "发图片或录音", testid: "chat-picture" }),
      button(icon("scan"), () => phone.scan(), { class: "bar-button", "aria-label": "扫一扫", testid: "chat-scan" }),
      this.sendButton);
    this.input.addEventListener("input", () => this.fit());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.file.addEventListener("change", () => this.sendFile());
  }

  fit() {
    this.sendButton.disabled = this.input.value.trim() === "";
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  key(event) {
    // While a Chinese input method is composing, Enter picks a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.send();
  }

  async send() {
    const content = this.input.value.trim();
    if (content === "" || this.sending) return;
    this.sending = true;
    const sent = await telling(() => this.phone.mailbox.act("text", { content }));
    this.sending = false;
    if (sent === undefined) return;
    this.input.value = "";
    this.fit();
    this.input.focus();
  }

  async sendFile() {
    const [file] = this.file.files;
    this.file.value = "";
    if (file) await telling(() => this.phone.mailbox.sendFile(file));
  }
}
