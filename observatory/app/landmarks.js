// Streamlit puts all that a page draws into its main zone. What is the head and what the content is
// said here, so that the page has one head, one content and one foot.
const LANDMARKS = { '[data-testid="stHeader"]': "none", "#stMain": "group", ".st-key-obs_banner": "banner", ".st-key-obs_main": "main" };

function landmarks() {
  if (!document.querySelector(".st-key-obs_main")) { return; }
  Object.entries(LANDMARKS).forEach(([what, role]) => {
    document.querySelectorAll(what).forEach((one) => one.setAttribute("role", role));
  });
}
