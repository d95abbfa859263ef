/** Ask again and again while a person looks; rest while the page is hidden. */

/** Runs `work` now and `everyMs` after it ends; a failure goes to `trouble` and does not stop the round. */
export function keepAsking(work, everyMs, trouble) {
  let timer = null;
  async function round() {
    clearTimeout(timer);
    timer = null;
    try {
      await work();
      trouble(null);
    } catch (problem) {
      trouble(problem);
    }
    if (!document.hidden) {
      clearTimeout(timer);
      timer = setTimeout(round, everyMs);
    }
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && timer === null) round();
  });
  return round();
}
