// The way back with a link: its code stands in the fragment, which no server and no log ever sees. It is sent by POST, and
// taken out of the address at once, so that it does not stay in the history or in a picture of the screen.

const code = new URLSearchParams(window.location.hash.slice(1)).get("k");

if (code) {
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
  const field = document.querySelector<HTMLInputElement>("#f-code");
  if (field) {
    field.value = code;
    // Opening one's own entry goes on by itself. Signing in waits for the button: its link works only once.
    if (field.form?.hasAttribute("data-edit-code")) field.form.requestSubmit();
  }
}

export {};
