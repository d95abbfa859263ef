/*
 * What went wrong on a patient page is brought before her eyes, above the bar that stays at the bottom, with the focus on what to mend.
 * A required field that was left empty is said in our words beside it: the browser's own bubble lies under the bar, or does not appear.
 *   data-missing="请先选一个到达时间。" on the field: the words; else 请选一个 / 请打勾 / 请填这一项
 */
(function () {
  "use strict";

  const WRONG = "[data-error-summary], .sh-field-error, .h5-main .sh-notice-danger";
  const PLACE = ".sh-field, fieldset, .sh-choice-list, .h5-consent, .hm-row";
  const WORDS = { radio: "请选一个。", checkbox: "请先打勾。" };

  function show(line, field) {
    if (field) field.focus({ preventScroll: true });
    line.scrollIntoView({ block: "center" });
  }

  function showWhatIsWrong() {
    const line = document.querySelector(WRONG);
    if (!line) return;
    const field = document.querySelector('[aria-invalid="true"]');
    if (line.hasAttribute("data-error-summary")) line.scrollIntoView({ block: "center" });
    else show(line, field && (field.matches("fieldset") ? field.querySelector("input") : field));
  }
  showWhatIsWrong();
  document.addEventListener("suihu:drawn", showWhatIsWrong);

  /* ---- required and left empty ---- */

  function hush(place) {
    place.querySelectorAll("[data-missing-said]").forEach((line) => line.remove());
  }

  let saidAt = null;
  document.addEventListener("invalid", function (event) {
    const field = event.target;
    event.preventDefault();
    // The browser tells of every field in turn; one at a time is enough.
    if (saidAt === field.form) return;
    saidAt = field.form;
    setTimeout(() => { saidAt = null; });
    document.querySelectorAll("form").forEach(hush);
    const place = field.closest(PLACE) || field.parentElement;
    const line = document.createElement("p");
    line.className = "sh-field-error";
    line.setAttribute("role", "alert");
    line.setAttribute("data-missing-said", "");
    line.textContent = field.dataset.missing || (field.validity.valueMissing && WORDS[field.type]) || "请填这一项。";
    const title = place.querySelector("legend");
    if (title) title.after(line); else place.append(line);
    show(line, field);
  }, true);

  document.addEventListener("input", function (event) {
    const place = event.target.closest && event.target.closest(PLACE);
    if (place) hush(place);
  });
})();
