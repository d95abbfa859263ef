/** WeChat's dark little notice in the middle of the screen. */

const SHOWN_MS = 2600;
let timer = null;

export function toast(text) {
  const place = document.getElementById("toast");
  place.textContent = text;
  place.classList.add("toast-on");
  clearTimeout(timer);
  timer = setTimeout(() => place.classList.remove("toast-on"), SHOWN_MS);
}

/** Run what a tap asked for; what goes wrong is told in words. Resolves to undefined then. */
export async function telling(work) {
  try {
    return await work();
  } catch (trouble) {
    toast(trouble.message);
    return undefined;
  }
}
