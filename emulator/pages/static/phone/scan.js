/** 扫一扫 without a camera: paste what the code says, or pick one of the codes made lately. */

import { button, make } from "../shared/element.js";
import { codeList, recentCodes } from "../shared/qrcodes.js";
import { sheet } from "./sheets.js";

/** The form itself; `found(content)` gets what was "scanned". Names for tests begin with `prefix`. */
export function scanForm(found, prefix = "") {
  const input = make("input", { class: "scan-input", name: "content", autocomplete: "off", required: true,
    placeholder: "粘贴二维码里的内容", "aria-label": "二维码里的内容", testid: `${prefix}scan-input` });
  return make("form", {
    class: "scan-form",
    onsubmit: (event) => {
      event.preventDefault();
      const content = input.value.trim();
      input.value = "";
      if (content) found(content);
    },
  }, input, make("button", { class: "main-button", type: "submit", testid: `${prefix}scan-submit` }, "扫描"));
}

/** The scan sheet over the phone. Resolves to the content, or null when closed. */
export async function askForScan() {
  const codes = await recentCodes();
  return sheet("扫一扫", (answer) => [
    make("div", { class: "scan-window", "aria-hidden": "true" }, make("span", { class: "scan-line" })),
    make("p", { class: "sheet-words" }, "这里没有摄像头：粘贴二维码里的内容，或点一个最近生成的码。"),
    scanForm(answer, "sheet-"),
    codeList(codes, answer),
    button("取消", () => answer(null), { class: "quiet", testid: "scan-cancel" }),
  ], { testid: "sheet-scan", tall: true });
}
