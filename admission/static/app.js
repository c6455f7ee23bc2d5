// Small comforts; every page works without this file.

// After a failed form the first thing to read is the error summary (browsers ignore autofocus after an anchor).
const summary = document.querySelector(".app-errors, .kern-alert[role='alert']");
if (summary) summary.focus();

// Links of the summary lead to the control itself, not only near it.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".app-errors a[href^='#']");
  const control = link && document.getElementById(link.hash.slice(1));
  if (control) {
    event.preventDefault();
    control.focus();
    control.scrollIntoView({ block: "center" });
  }
});

// Whoever leaves a page with unsent entries is asked once.
let unsent = false;
document.addEventListener("input", (event) => {
  if (event.target.form && event.target.form.method === "post") unsent = true;
});
document.addEventListener("submit", () => { unsent = false; });
window.addEventListener("beforeunload", (event) => { if (unsent) event.preventDefault(); });

// A second click on the same button sends nothing twice (the server counts it once anyway).
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Menus close with Escape.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(".app-lang[open], .app-menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
