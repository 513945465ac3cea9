// The control that opened the dialog, to which the focus returns.
const IDENTIFYING = ["href", "formaction", "name", "value"];
let pressed = null;

export function remember(control) {
  pressed = control;
}

// a refresh may have replaced the control: then the same link or button of the new content
function present() {
  if (!pressed || pressed.isConnected) return pressed;
  const same = (other) => IDENTIFYING.every((name) => other.getAttribute(name) === pressed.getAttribute(name));
  return [...document.querySelectorAll(`#main ${pressed.localName}`)].find(same);
}

// the control, or the closed menu that contains it, or the page
export function opener() {
  const control = present();
  const menu = control?.closest("details.menu:not([open])");
  return menu?.querySelector("summary") ?? control ?? document.getElementById("main");
}
