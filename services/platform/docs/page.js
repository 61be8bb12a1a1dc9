/** Swagger UI has a dark mode, but follows the system only with its bar at the top. */
function followSystem() {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', follow);
  follow();
}

/** GET and HEAD are the same but for the body. */
const withoutHead = api => ({
  ...api,
  paths: Object.fromEntries(Object.entries(api.paths).map(([path, {head, ...operations}]) => [path, operations])),
});

/** The answers name their problems as `code`: title; `type` of a problem leads to its code on this page. */
function problemsOf({paths}) {
  const titles = new Map();
  for (const {responses} of Object.values(paths).flatMap(Object.values)) {
    for (const [status, {description}] of Object.entries(responses)) {
      for (const [, code, title] of description.matchAll(/`(\w+)`: ([^;]+)/g)) titles.set(code, `${status} ${title}`);
    }
  }
  return [...titles].sort(([one], [other]) => one.localeCompare(other));
}

function listProblems(api) {
  const list = document.querySelector('#problems');
  for (const [code, title] of problemsOf(api)) {
    const [term, detail] = [document.createElement('dt'), document.createElement('dd')];
    term.id = code;
    term.textContent = code;
    detail.textContent = title;
    list.append(term, detail);
  }
  // The browser looked for it before it was there.
  if (location.hash) location.replace(location.hash);
}

followSystem();
const answer = await fetch('/openapi.json');
const api = withoutHead(await answer.json());
document.title = api.info.title;
SwaggerUIBundle({
  spec: api,
  dom_id: '#api',
  validatorUrl: null,
  tryItOutEnabled: true,
  onComplete: () => listProblems(api),
});
