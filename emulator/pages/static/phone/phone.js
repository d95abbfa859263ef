/** One person's WeChat: puts the pages, the layers and the poll together. */

import { Refused } from "../shared/ask.js";
import { clockTime } from "../shared/moments.js";
import { keepAsking } from "../shared/poll.js";
import { recentCodes } from "../shared/qrcodes.js";
import { AccountPage } from "./account.js";
import { Beside } from "./beside.js";
import { listenToPages } from "./bridge.js";
import { Chat } from "./chat.js";
import { Conversations } from "./conversations.js";
import { Mailbox } from "./mailbox.js";
import { Memory } from "./memory.js";
import { currentPage, go, onMove } from "./navigation.js";
import { Notices } from "./notices.js";
import { askForScan } from "./scan.js";
import { Subscriptions } from "./subscriptions.js";
import { Contacts, Discover, Me } from "./tabs.js";
import { telling, toast } from "./toast.js";
import { ReadMarks } from "./unread.js";
import { Webview } from "./webview.js";

const POLL_MS = 1000;
const CODES_MS = 2000;

class Phone {
  constructor(personId) {
    this.mailbox = new Mailbox(personId);
    this.memory = new Memory(personId);
    this.marks = new ReadMarks(this.memory);
    this.subscriptions = new Subscriptions(this, this.memory);
    this.webviews = [];
    this.beside = new Beside(this);
    this.pages = { chats: new Conversations(this), chat: new Chat(this), notices: new Notices(this), account: new AccountPage(this),
      contacts: new Contacts(this), discover: new Discover(this), me: new Me(this) };
    document.getElementById("views").append(...Object.values(this.pages).map((page) => page.element));
    this.mailbox.listen((mailbox, startedOver) => this.update(mailbox, startedOver));
    onMove(() => this.turnTo());
    this.turnTo();
  }

  account() {
    return this.mailbox.state.account;
  }

  person() {
    return this.mailbox.state.person;
  }

  update(mailbox, startedOver) {
    if (startedOver) return this.startOver();
    this.memory.belongTo(mailbox.state);
    for (const page of Object.values(this.pages)) page.update(mailbox);
    this.beside.update(mailbox);
    this.markRead();
    document.getElementById("phone-time").textContent = clockTime(mailbox.state.now);
    return undefined;
  }

  startOver() {
    for (const page of [this.pages.chat, this.pages.notices]) page.clear();
    this.closePages();
    go("chats");
    this.mailbox.refresh();
  }

  turnTo() {
    const name = currentPage();
    for (const [page, { element }] of Object.entries(this.pages)) element.hidden = page !== name;
    this.pages[name].entered?.();
    this.markRead();
  }

  markRead() {
    const page = currentPage();
    const { messages, state } = this.mailbox;
    if (state === null) return;
    if (page === "chat" || page === "notices") this.marks.read(page, messages);
    this.pages.chats.update(this.mailbox);
    const unread = this.marks.unread("chat", messages) + this.marks.unread("notices", messages);
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${state.person.name}的微信 · 模拟器`;
  }

  /** Tap a card; `index` says which of several articles. */
  tap(message, index = 0) {
    return telling(async () => {
      const { open } = await this.mailbox.act("tap", { message_id: message.id, index });
      await this.open(open, { miniprogram: Boolean(message.link?.miniprogram) || message.kind === "miniprogram" });
    });
  }

  tapMenu(path) {
    return telling(async () => {
      const { open, ask: wish } = await this.mailbox.act("menu", { path });
      const chosen = path.reduce((below, place) => below.sub_button[place], { sub_button: this.mailbox.state.menu });
      if (wish) await this.grantWish(wish);
      await this.open(open, { miniprogram: chosen.type === "miniprogram" });
    });
  }

  /** A menu button that wants something of the phone itself. */
  async grantWish(wish) {
    if (wish.startsWith("scancode")) await this.scan();
    else if (wish.startsWith("pic_")) this.pages.chat.composer.file.click();
    else toast("模拟器里没有地图，请在聊天里写地址");
  }

  async enterMiniProgram(path) {
    const { open } = await this.mailbox.act("mini-program", { path });
    await this.open(open, { miniprogram: true });
  }

  choose({ id, content }) {
    return telling(() => this.mailbox.act("text", { content, bizmsgmenuid: id }));
  }

  openLink({ url, path }) {
    return telling(() => (path ? this.enterMiniProgram(path) : this.open(url)));
  }

  /** Open `url` over everything, or do nothing when there is none. */
  async open(url, { miniprogram = false } = {}) {
    if (!url) return;
    // Pages that sign in through WeChat see the person by a cookie; another tab may have set it for somebody else.
    await this.mailbox.act("pick");
    const webview = new Webview({ url, miniprogram, title: miniprogram ? this.account().name : null }, (gone) => { this.webviews = this.webviews.filter((one) => one !== gone); });
    this.webviews.push(webview);
    document.getElementById("layers").append(webview.element);
    webview.frame.focus();
  }

  /** A browser is one phone at a time: pages of this one close when another tab has become somebody else's. */
  leaveToOther() {
    const holder = document.cookie.match(/(?:^|; )emulator_person=([^;]*)/)?.[1];
    if (this.webviews.length === 0 || holder === undefined || holder === this.mailbox.personId) return;
    this.closePages();
    toast("另一个窗口里换成了别人的手机，这里打开的网页已关上。要看请再点开。");
  }

  topWebview() {
    return this.webviews.at(-1);
  }

  async scan() {
    const content = await telling(askForScan);
    if (content) await this.scanned(content);
  }

  async scanned(content) {
    const reply = await telling(() => this.mailbox.act("scan", { content }));
    if (!reply) return;
    if (reply.followed_now) toast(`已关注${this.account().name}`);
    if (reply.open) await telling(() => this.open(reply.open));
    else this.showChat();
  }

  showChat() {
    this.closePages();
    go("chat");
  }

  closePages() {
    while (this.webviews.length > 0) this.topWebview().close();
  }

  async showCodes() {
    this.beside.showCodes(await recentCodes());
  }
}

function complain(trouble) {
  if (trouble !== null) toast(trouble.message);
}

function complainOfPerson(trouble) {
  const nobody = trouble instanceof Refused && trouble.status === 404;
  if (nobody) location.replace("/phone");
  else complain(trouble);
}

const phone = new Phone(document.body.dataset.person);
listenToPages(phone);
await telling(() => phone.mailbox.act("pick"));
await keepAsking(() => { phone.leaveToOther(); return phone.mailbox.refresh(); }, POLL_MS, complainOfPerson);
keepAsking(() => phone.showCodes(), CODES_MS, complain);
