// The link of the view, copied at a click on the page's button: to the clipboard, or by hand where
// the browser gives none (a page that is not served over https).
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    const box = document.createElement("textarea");
    box.value = text;
    box.style.position = "fixed";
    box.style.opacity = "0";
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
}

function copyLinks() {
  const copy = async (event) => {
    const button = event.target instanceof Element ? event.target.closest(".obs-copy") : null;
    if (!button) { return; }
    const done = await copyText(window.location.href);
    const said = button.parentElement.querySelector(".obs-copied");
    if (said) { said.textContent = done ? button.dataset.done : window.location.href; }
    setTimeout(() => { if (said && done) { said.textContent = ""; } }, 4000);
  };
  document.addEventListener("click", copy);
  return () => document.removeEventListener("click", copy);
}
