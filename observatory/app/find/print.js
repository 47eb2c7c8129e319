// Prints the sheet that is shown in its frame, and nothing of the page around it.
export default function (component) {
  const { data, parentElement } = component;
  const button = parentElement.querySelector("button");
  button.textContent = data.print;
  button.onclick = () => {
    const frames = Array.from(document.querySelectorAll('iframe[data-testid="stIFrame"]'));
    const sheet = frames.find((frame) => frame.title === data.title || frame.getAttribute("aria-label") === data.title);
    if (sheet && sheet.contentWindow) { sheet.contentWindow.print(); }
  };
}
