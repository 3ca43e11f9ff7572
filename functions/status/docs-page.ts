// The API on one page for people: plain HTML from the route table, no script, nothing fetched.
import { html } from 'hono/html'
import { errorCodes } from '#domain/error-codes.ts'
import { errorFacts } from '#domain/errors.ts'
import { importReasons } from '#domain/import-reasons.ts'
import { statusOfCode } from '#platform/problem.ts'
import { openApi } from './openapi.ts'
import { routes } from './routes.ts'

/** What the page may do: show itself. */
export const docsPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
  code, pre { font: 14px/1.5 ui-monospace, monospace; }
  pre { overflow-x: auto; padding: 1rem; background: #8881; }
  section { border-top: 1px solid #8884; padding: 1rem 0; }
  h2 { font-size: 1rem; margin: 0; }
  :root { color-scheme: light dark; }
`

export function docsPage(version: string) {
  const { schemas } = openApi(version).components
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Millrace API</title><style>${style}</style></head>
<body>
<h1>Millrace API</h1>
<p>Sign in with a key made in the portal (Account, API keys): <code>Authorization: Bearer millrace_…</code>. A POST that begins an upload or an import, or makes a share link, takes an <code>Idempotency-Key</code> and is then made once. <code>RateLimit</code> fields tell how often you may still call; 429 tells when again.</p>
<p>JSON over HTTP. Errors are <code>application/problem+json</code> with a stable <code>code</code>. The same as a document for programs: <a href="/api/openapi.json">openapi.json</a>.</p>
${routes.map(
  route => html`<section>
<h2><code>${route.method.toUpperCase()} ${route.path}</code></h2>
<p>${route.summary}</p>
<p>${route.access === 'anyone' ? 'For anyone.' : html`Needs <em>${route.access}</em>.`}</p>
${route.body ? html`<p>Takes <a href="#${route.body}">${route.body}</a>.</p>` : ''}
<ul>${Object.entries(route.answers).map(
    ([status, answer]) =>
      html`<li>${status}: ${typeof answer === 'string' ? html`<a href="#${answer}">${answer}</a>` : answer.says}</li>`,
  )}</ul>
</section>`,
)}
<h1>Error codes</h1>
<p>Decide by <code>code</code>. Where it says so, the same call may succeed later.</p>
<dl>${errorCodes.map(
    code =>
      html`<dt><code>${code}</code> (${statusOfCode[code]}${errorFacts[code].final ? '' : ', may pass'})</dt><dd>${errorFacts[code].message}</dd>`,
  )}</dl>
<p>Beside <code>import-refused</code> stands a <code>reason</code>, as stable as a code: ${importReasons.map(
    reason => html`<code>${reason}</code> `,
  )}</p>
<h1>Shapes</h1>
${Object.entries(schemas).map(
  ([name, schema]) => html`<section id="${name}"><h2>${name}</h2>
<pre>${JSON.stringify(schema, null, 2)}</pre></section>`,
)}
</body>
</html>`
}
