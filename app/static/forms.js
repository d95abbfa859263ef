/* Small behaviour of forms, declared by data attributes: busy buttons, questions before a deed, counters, timers, print. */
(function () {
  "use strict";

  /* ---- phones before iOS 16 know neither requestSubmit nor which button was pressed ---- */

  if (!HTMLFormElement.prototype.requestSubmit) {
    HTMLFormElement.prototype.requestSubmit = function (submitter) {
      const button = submitter || document.createElement("button");
      if (!submitter) { button.hidden = true; this.append(button); }
      button.click();
      if (!submitter) button.remove();
    };
  }

  let pressed = null;
  document.addEventListener("click", function (event) { pressed = event.target.closest("button, input[type=submit]"); }, true);

  function submitterOf(event) {
    return event.submitter || (pressed && pressed.form === event.target ? pressed : null);
  }

  /* ---- a form goes out once: the button says so and stays still ---- */

  function busyButton(form, submitter) {
    return submitter && submitter.hasAttribute("data-busy") ? submitter : Array.from(form.elements).find((button) => button.hasAttribute("data-busy"));
  }

  function setBusy(button, busy) {
    if (!button) return;
    const label = button.querySelector(".sh-btn-label") || button;
    if (busy && !button.dataset.label) {
      button.dataset.label = label.textContent;
      label.textContent = button.dataset.busy;
    } else if (!busy && button.dataset.label) {
      label.textContent = button.dataset.label;
      delete button.dataset.label;
    }
    button.setAttribute("aria-disabled", busy ? "true" : "false");
    button.classList.toggle("sh-busy", busy);
  }

  function settle(form) {
    form.removeAttribute("aria-busy");
    Array.from(form.elements).filter((button) => button.hasAttribute("data-busy")).forEach((button) => setBusy(button, false));
  }

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.getAttribute("aria-busy") === "true") { event.preventDefault(); event.stopImmediatePropagation(); return; }
    const submitter = submitterOf(event);
    const question = submitter && submitter.dataset.confirm;
    if (question && !form.dataset.confirmed) {
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(question, submitter.textContent.trim(), function () {
        form.dataset.confirmed = "yes";
        form.requestSubmit(submitter);
      });
      return;
    }
    delete form.dataset.confirmed;
    if (form.hasAttribute("data-download")) return;
    form.setAttribute("aria-busy", "true");
    setBusy(busyButton(form, submitter), true);
  }, true);

  document.addEventListener("htmx:afterRequest", function (event) {
    const form = event.detail.elt.closest("form");
    if (form) settle(form);
  });
  document.addEventListener("suihu:answered", (event) => settle(event.target));
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form[aria-busy]").forEach(settle);
  });

  /* ---- a question before a deed; the browser's own dialogs are blocked inside frames ---- */

  function ask(question, yes, proceed) {
    const dialog = document.createElement("dialog");
    if (!dialog.showModal) { if (window.confirm(question)) proceed(); return; }
    dialog.className = "sh-dialog";
    const text = document.createElement("p");
    text.textContent = question;
    const row = document.createElement("div");
    row.className = "sh-dialog-actions";
    const cancel = document.createElement("button");
    cancel.type = "button";
    cancel.className = "btn";
    cancel.textContent = "先不";
    const go = document.createElement("button");
    go.type = "button";
    go.className = "btn btn-primary";
    go.textContent = yes;
    row.append(cancel, go);
    dialog.append(text, row);
    cancel.addEventListener("click", () => dialog.close());
    go.addEventListener("click", () => { dialog.close(); proceed(); });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    cancel.focus();
  }

  document.addEventListener("htmx:confirm", function (event) {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, event.detail.elt.textContent.trim() || "确定", () => event.detail.issueRequest(true));
  });

  /* ---- small things ---- */

  document.addEventListener("change", function (event) {
    const field = event.target;
    if (field.hasAttribute("data-autosubmit")) field.form.requestSubmit();
  });

  document.addEventListener("input", function (event) {
    const counter = event.target.dataset && event.target.dataset.count && document.getElementById(event.target.dataset.count);
    if (counter) counter.textContent = "还可以写 " + (event.target.maxLength - event.target.value.length) + " 字";
  });

  /*
   * 没有不舒服 ([data-alone]) and a complaint cannot both be true: the complaint stands, whichever was tapped first, and the other
   * is seen to go. A complaint is only ever taken back by tapping itself. The server keeps the same rule.
   */
  function othersTold(box) {
    const told = Array.from(box.form.elements).filter((other) => other.name === box.name && !other.hasAttribute("data-alone") && other.checked);
    const words = box.form.elements[box.name + ".other"];
    return told.map((other) => other.parentElement.textContent.trim()).concat(words && words.value.trim() ? [words.value.trim()] : []);
  }

  function sayAlone(fieldset, text) {
    let line = fieldset.querySelector("[data-alone-said]");
    if (!line) {
      line = document.createElement("p");
      line.className = "sh-field-error";
      line.setAttribute("role", "alert");
      line.setAttribute("data-alone-said", "");
    }
    if (!text) { line.remove(); return; }
    line.textContent = text;
    fieldset.querySelector("[data-alone]").closest("label").after(line);
  }

  document.addEventListener("click", function (event) {
    const box = event.target;
    if (!box.matches || !box.matches("input[data-alone]") || !box.form) return;
    const told = box.checked ? othersTold(box) : [];
    if (!told.length) return;
    event.preventDefault();
    const name = box.parentElement.textContent.trim();
    sayAlone(box.closest("fieldset"), "您选了“" + told.join("、") + "”，就不能再选“" + name + "”。要是点错了，请先把“" + told.join("、") + "”点掉。");
  }, true);

  document.addEventListener("input", function (event) {
    const given = event.target;
    if (!given.form || !given.name || given.hasAttribute("data-alone")) return;
    const name = given.name.replace(/\.other$/, "");
    Array.from(given.form.elements).filter((box) => box.name === name && box.hasAttribute("data-alone")).forEach(function (box) {
      if (othersTold(box).length) box.checked = false;
      sayAlone(box.closest("fieldset"), "");
    });
  }, true);

  document.addEventListener("keydown", function (event) {
    const sends = (event.ctrlKey || event.metaKey) && event.key === "Enter";
    if (sends && event.target.form && event.target.matches("textarea[data-send-keys]")) event.target.form.requestSubmit();
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
  });

  /* A thread follows its newest line, unless somebody has scrolled up to read. */
  const readingBack = new WeakSet();
  document.addEventListener("scroll", function (event) {
    const thread = event.target;
    if (!thread.matches || !thread.matches("[data-scroll-end]")) return;
    const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 60;
    if (atEnd) readingBack.delete(thread); else readingBack.add(thread);
  }, true);

  /* A picture is taller once it has come. */
  document.addEventListener("load", function (event) {
    const thread = event.target.tagName === "IMG" && event.target.closest("[data-scroll-end]");
    if (thread) toEnd(thread.parentElement);
  }, true);

  function toEnd(root) {
    root.querySelectorAll("[data-scroll-end]").forEach(function (thread) {
      if (!readingBack.has(thread)) thread.scrollTop = thread.scrollHeight;
    });
  }

  function countDown(place) {
    const end = performance.now() + Number(place.dataset.secondsLeft) * 1000;
    const timer = setInterval(function () {
      if (!place.isConnected) { clearInterval(timer); return; }
      const left = Math.max(0, Math.round((end - performance.now()) / 1000));
      place.textContent = String(Math.floor(left / 60)).padStart(2, "0") + ":" + String(left % 60).padStart(2, "0");
      if (left === 0) { clearInterval(timer); window.location.assign(place.dataset.overUrl); }
    }, 500);
  }

  function prepare(root) {
    toEnd(root);
    root.querySelectorAll("[data-seconds-left]:not([data-counting])").forEach(function (place) {
      place.setAttribute("data-counting", "");
      countDown(place);
    });
    const summary = root.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  }

  prepare(document);
  document.addEventListener("htmx:afterSettle", () => prepare(document));
  document.addEventListener("suihu:drawn", () => prepare(document));
})();
