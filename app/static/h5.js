/*
 * What a patient page asks of WeChat: login, a phone number, message grants, a scan, closing the page, its title.
 *
 * The WeChat shell frames the page and listens for {suihu: "bridge", id, call, args}; it answers
 * {suihu: "bridge-answer", id, ok, result | error}. Only the framing window is believed. Outside WeChat every call is refused
 * at once with code "not_in_wechat", and the page shows its manual way ([data-bridge-manual]).
 *
 * Declared in HTML, no script per page:
 *   <button type="button" data-bridge="getPhoneNumber" data-bridge-target="#phone-code" data-bridge-submit>
 *       puts result.code into the hidden input and sends the form
 *   <button type="button" data-bridge="requestSubscribeMessage" data-templates="id1,id2" data-bridge-submit>
 *       puts result.answers, {"id1": "accept", "id2": "reject"}, as JSON into the field named `answers` (made when missing) and sends the form
 *   <button type="button" data-bridge="login" data-bridge-submit>           puts result.code into the field named `code`
 *   <button type="button" data-bridge="scanQRCode" data-bridge-submit>      puts result.content into the field named `content`
 *   <button type="button" data-bridge="openMiniProgram" data-path="pages/open?to=/h5/activate">
 *   <button type="button" data-bridge="closeWindow">
 */
(function () {
  "use strict";

  const PATIENCE_MS = 60000;
  const WORDS = { "user deny": "您没有同意，可以用下面的办法继续。" };
  const waiting = new Map();
  const framed = window.parent !== window;
  let last = 0;

  class BridgeError extends Error {
    constructor(code, message) { super(message); this.code = code; }
  }

  function call(name, args) {
    if (!framed) return Promise.reject(new BridgeError("not_in_wechat", "当前页面不在微信里，请用下面的办法继续。"));
    return new Promise(function (resolve, reject) {
      const id = "b" + (++last) + "-" + Math.random().toString(36).slice(2);
      const timer = setTimeout(function () {
        waiting.delete(id);
        reject(new BridgeError("timeout", "微信没有回应，请再试一次，或用下面的办法继续。"));
      }, PATIENCE_MS);
      waiting.set(id, { resolve, reject, timer });
      window.parent.postMessage({ suihu: "bridge", id, call: name, args: args || {} }, "*");
    });
  }

  window.addEventListener("message", function (event) {
    const answer = event.data;
    if (event.source !== window.parent || !answer || answer.suihu !== "bridge-answer") return;
    const asked = waiting.get(answer.id);
    if (!asked) return;
    waiting.delete(answer.id);
    clearTimeout(asked.timer);
    if (answer.ok) asked.resolve(answer.result);
    else asked.reject(new BridgeError(answer.error, WORDS[answer.error] || "微信没有完成这一步，请用下面的办法继续。"));
  });

  const bridge = { call, framed };
  window.suihu = Object.freeze({ bridge: Object.freeze(bridge) });

  /* ---- declared buttons ---- */

  function argumentsOf(button) {
    const templates = (button.dataset.templates || "").split(",").filter(Boolean);
    if (button.dataset.path) return { path: button.dataset.path };
    return templates.length ? { tmplIds: templates } : {};
  }

  function fieldFor(button, name) {
    if (button.dataset.bridgeTarget) return document.querySelector(button.dataset.bridgeTarget);
    const found = button.form.querySelector('input[name="' + name + '"]');
    if (found) return found;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    button.form.append(field);
    return field;
  }

  /* What of each answer the form carries, and under which name. */
  const KEEPS = { getPhoneNumber: "code", login: "code", scanQRCode: "content", requestSubscribeMessage: "answers" };

  function keep(button, result) {
    const name = KEEPS[button.dataset.bridge];
    if (!name) return;
    const value = result[name];
    fieldFor(button, name).value = typeof value === "string" ? value : JSON.stringify(value);
  }

  function manual(button, error) {
    const scope = button.form || document;
    let ways = scope.querySelectorAll("[data-bridge-manual]");
    // A field to be typed into has a form of its own, beside the button's.
    if (!ways.length) ways = document.querySelectorAll("[data-bridge-manual]");
    ways.forEach((part) => part.classList.add("shown"));
    let line = scope.querySelector("[data-bridge-said]");
    if (!line) {
      line = document.createElement("p");
      line.className = "sh-field-error";
      line.setAttribute("role", "alert");
      line.setAttribute("data-bridge-said", "");
      button.after(line);
    }
    line.textContent = error.message;
  }

  function working(button, busy) {
    const label = button.querySelector(".sh-btn-label") || button;
    if (busy) { button.dataset.label = label.textContent; label.textContent = button.dataset.busy || label.textContent; }
    else if (button.dataset.label) { label.textContent = button.dataset.label; delete button.dataset.label; }
    button.disabled = busy;
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-bridge]");
    if (!button) return;
    working(button, true);
    call(button.dataset.bridge, argumentsOf(button)).then(function (result) {
      keep(button, result);
      working(button, false);
      if (button.hasAttribute("data-bridge-submit")) button.form.requestSubmit();
    }).catch(function (error) {
      if (!(error instanceof BridgeError)) throw error;
      working(button, false);
      manual(button, error);
    });
  });

  /* Inside WeChat the manual way stays folded until WeChat refuses; elsewhere it is open from the start. */
  if (framed) {
    document.documentElement.classList.add("in-wechat");
    call("setTitle", { title: document.title }).catch(function (error) {
      if (!(error instanceof BridgeError)) throw error;
      console.info("title not taken over:", error.code);
    });
  }
})();
