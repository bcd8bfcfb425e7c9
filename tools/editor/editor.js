// The textarea of a draft becomes a CodeMirror editor, and stays what the form posts. Without this file it is a textarea.
// It stands in a shadow root: its styles are constructed there, which the page's policy allows without an exception.
import { markdown } from "@codemirror/lang-markdown";
import { yamlFrontmatter } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";

const colours = HighlightStyle.define([
  { tag: tags.heading, color: "var(--link)", fontWeight: "bold" },
  { tag: tags.strong, fontWeight: "bold" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--link)" },
  { tag: [tags.comment, tags.processingInstruction, tags.contentSeparator], color: "var(--muted)" },
  { tag: tags.definition(tags.propertyName), color: "var(--link)" },
  { tag: tags.monospace, color: "var(--good)" },
]);
const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: ".85rem" },
  ".cm-scroller": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { color: "var(--muted)", backgroundColor: "var(--tint)", borderColor: "var(--rule)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--tint)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { background: "var(--mitigation)" },
  // The marks of findings are drawn with colours: the images that they have otherwise are not allowed on the page.
  ".cm-lint-marker": { borderRadius: "50%", width: ".7em", height: ".7em", margin: ".3em 0" },
  ".cm-lint-marker-error": { content: "normal", backgroundColor: "var(--bad)" },
  ".cm-lint-marker-warning": { content: "normal", backgroundColor: "var(--objective)" },
  ".cm-lint-marker-info": { content: "normal", backgroundColor: "var(--edge)" },
  ".cm-lintRange-error, .cm-lintRange-warning, .cm-lintRange-info": { backgroundImage: "none" },
  ".cm-panels, .cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--tint)" },
});

const field = document.querySelector("textarea#text");
const label = document.querySelector("label[for=text]");
const host = document.createElement("befell-editor");
const root = host.attachShadow({ mode: "open" });
const view = new EditorView({
  doc: field.value,
  parent: root,
  root,
  extensions: [
    basicSetup,
    lintGutter(),
    yamlFrontmatter({ content: markdown() }),
    syntaxHighlighting(colours),
    look,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label.textContent, spellcheck: "true", tabindex: "0" }),
    EditorView.updateListener.of((update) => {
      if (!update.docChanged) return;
      field.value = update.state.doc.toString();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }),
  ],
});
// What is written and not saved is not left without a question.
const began = field.value;
let saving = false;
field.form.addEventListener("submit", () => { saving = true; });
window.addEventListener("beforeunload", (event) => {
  if (!saving && field.value !== began) event.preventDefault();
});
field.hidden = true;
field.after(host);
label.addEventListener("click", () => view.focus());

// What befell check says comes with the preview; each finding is marked at its line.
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "preview") return;
  const found = [...event.target.querySelectorAll("li[data-line]")].map((item) => {
    const line = view.state.doc.line(Math.min(Math.max(1, Number(item.dataset.line)), view.state.doc.lines));
    const severity = item.dataset.level === "hint" ? "info" : item.dataset.level;
    return { from: line.from, to: line.to, severity, message: item.textContent.trim() };
  });
  view.dispatch(setDiagnostics(view.state, found));
});
