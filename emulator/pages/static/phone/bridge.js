/** What a page inside the phone may ask of WeChat. BRIDGE.md is the contract; keep the two in step. */

import { askForNumber, askForSubscriptions } from "./permissions.js";
import { askForScan } from "./scan.js";

const MOST_TEMPLATES = 5;

class Unanswered extends Error {}

const isText = (value) => typeof value === "string";

function need(fits) {
  if (!fits) throw new Unanswered("bad arguments");
}

const CALLS = {
  async login(phone) {
    const { code } = await phone.mailbox.act("login-code");
    return { code };
  },

  async getPhoneNumber(phone) {
    if (!(await askForNumber(phone.account().name, phone.person()))) throw new Unanswered("user deny");
    const { code } = await phone.mailbox.act("phone-number-code");
    return { code };
  },

  async requestSubscribeMessage(phone, { tmplIds }) {
    need(Array.isArray(tmplIds) && tmplIds.length >= 1 && tmplIds.length <= MOST_TEMPLATES && tmplIds.every(isText));
    const chosen = await phone.subscriptions.ask(tmplIds);
    // The platform has the last word: it filters templates it does not know.
    return { answers: await phone.mailbox.act("subscribe-popup", { template_ids: tmplIds, answers: chosen }) };
  },

  async scanQRCode() {
    const content = await askForScan();
    if (content === null) throw new Unanswered("user deny");
    return { content };
  },

  async openMiniProgram(phone, { path = "" }) {
    need(isText(path));
    await phone.enterMiniProgram(path);
    return {};
  },

  async setTitle(phone, { title }, webview) {
    need(isText(title));
    webview.rename(title);
    return {};
  },

  async closeWindow(phone, args, webview) {
    webview.close();
    return {};
  },
};

/** Answer messages from the frame of the webview on top; everybody else is ignored. */
export function listenToPages(phone) {
  addEventListener("message", async (event) => {
    const webview = phone.topWebview();
    if (!webview || event.source !== webview.frame.contentWindow || event.data?.suihu !== "bridge") return;
    const { id, call, args } = event.data;
    const answer = await answerTo(phone, webview, call, args ?? {});
    event.source?.postMessage({ suihu: "bridge-answer", id, ...answer }, event.origin);
  });
}

async function answerTo(phone, webview, call, args) {
  if (!Object.hasOwn(CALLS, call)) return { ok: false, error: "unknown call" };
  try {
    return { ok: true, result: await CALLS[call](phone, args, webview) };
  } catch (trouble) {
    return { ok: false, error: trouble.message };
  }
}
