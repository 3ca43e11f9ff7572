// What doors cost, and whether they hold when many push: log-ins by the hundred beside somebody who goes on, one account guessed at, a
// thousand event streams, and the time of one call by whoever asks.
import { readFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { cookieField, cookiesOf } from './cookies.ts'
import { type Cell, median, percentile, table } from './figures.ts'
import { authorizationFor, becomeOwner, type Owner } from './owner.ts'
import { type Stack, startStack } from './stack.ts'
import { call } from './upload.ts'

const milliseconds = () => performance.now()
const print = (title: string, head: string[], rows: Cell[][]) =>
  process.stdout.write(`${title}\n${table(head, rows)}\n`)

/** Somewhere on this machine: each number is an address of its own, for loopback is a network of sixteen million. */
const addressOf = (number: number) => `127.0.${1 + (number >> 8)}.${number & 255}`

interface Sent {
  status: number
  milliseconds: number
  body: string
  cookies: string[]
}

/** As a browser at an address: the portal's own page asks. */
function send(
  stack: Stack,
  path: string,
  options: { from: string; method?: string; json?: object; headers?: Record<string, string> },
): Promise<Sent> {
  const { from, method = 'POST', json, headers } = options
  const began = milliseconds()
  const body = json === undefined ? '' : JSON.stringify(json)
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, stack.origin.replace('localhost', '127.0.0.1')), {
      ...{ method, localAddress: from },
      headers: {
        'sec-fetch-site': 'same-origin',
        ...(json ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
    })
    sent.on('error', reject)
    sent.on('response', async (answer: IncomingMessage) => {
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk)
      resolve({
        status: answer.statusCode ?? 0,
        milliseconds: milliseconds() - began,
        body: Buffer.concat(chunks).toString(),
        cookies: answer.headers['set-cookie'] ?? [],
      })
    })
    sent.end(body)
  })
}

const password = 'correct horse battery'

/** People who come by invitation, each from an address of their own. */
async function invitePeople(stack: Stack, owner: Owner, count: number) {
  const people: { email: string; from: string; key: string }[] = []
  for (let number = 0; number < count; number++) {
    const from = addressOf(1000 + number)
    // By a person: keys invite nobody.
    const { name, value } = await owner.accessCookie()
    const invited = await send(stack, '/api/invitations', {
      ...{ from: addressOf(999), json: { role: 'user' } },
      headers: cookieField(new Map([[name, value]])),
    })
    const { code } = JSON.parse(invited.body)
    const email = `person-${number}@example.com`
    const json = { email, name: 'Somebody', password, code }
    const joined = await send(stack, '/api/account', { from, json })
    const made = await send(stack, '/api/keys', {
      ...{
        from,
        json: { name: 'bench', scopes: ['read'] },
        headers: cookieField(cookiesOf(joined.cookies)),
      },
    })
    people.push({ email, from, key: JSON.parse(made.body).key })
  }
  return people
}

/** Somebody who looks at their library again and again, more often than a key may. */
async function goOn(stack: Stack, owner: Owner, seconds: number): Promise<number[]> {
  const times: number[] = []
  const { name, value } = await owner.accessCookie()
  const headers = cookieField(new Map([[name, value]]))
  for (const end = milliseconds() + seconds * 1000; milliseconds() < end; await wait(25)) {
    const began = milliseconds()
    const answer = await fetch(`${stack.origin}/api/videos?limit=24`, { headers })
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`the library: ${answer.status}`)
    times.push(milliseconds() - began)
  }
  return times
}

/** `perSecond` log-ins, half of them with the right password, from as many addresses. */
async function flood(
  stack: Stack,
  emails: readonly string[],
  options: { perSecond: number; seconds: number },
): Promise<Sent[]> {
  const { perSecond, seconds } = options
  const underWay: Promise<Sent>[] = []
  const began = milliseconds()
  for (let number = 0; number < perSecond * seconds; number++) {
    const email = emails[number % emails.length] ?? ''
    const json = { email, password: number % 2 === 0 ? password : 'a wrong password' }
    underWay.push(send(stack, '/api/session', { from: addressOf(2000 + (number % 4000)), json }))
    const behind = (number / perSecond) * 1000 - (milliseconds() - began)
    if (behind > 0) await wait(behind)
  }
  return Promise.all(underWay)
}

const counted = (answers: readonly Sent[]) => {
  const counts = new Map<number, number>()
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${status}: ${count}`)
    .join(', ')
}

async function floods(
  stack: Stack,
  owner: Owner,
  emails: readonly string[],
  seconds: number,
): Promise<void> {
  const alone = await goOn(stack, owner, seconds)
  const [beside, answers] = await Promise.all([
    goOn(stack, owner, seconds),
    flood(stack, emails, { perSecond: 200, seconds }),
  ])
  const row = (name: string, times: readonly number[]): Cell[] => [
    ...[name, times.length, median(times), percentile(times, 0.95)],
  ]
  print(
    `the library of somebody signed in, ms; beside it ${answers.length} log-ins (${counted(answers)})`,
    ['', 'calls', 'median', 'p95'],
    [row('nobody else', alone), row('200 log-ins a second', beside)],
  )
}

/** One account guessed at from many addresses, and another one that signs in meanwhile. */
async function guesses(stack: Stack, [victim = '', other = '']: readonly string[]): Promise<void> {
  const answers: Sent[] = []
  for (let number = 0; number < 60; number++) {
    const json = { email: victim, password: `guess ${number}` }
    answers.push(await send(stack, '/api/session', { from: addressOf(7000 + number), json }))
  }
  const json = { email: other, password }
  const elsewhere = await send(stack, '/api/session', { from: addressOf(7100), json })
  print(
    'one account guessed at from 60 addresses',
    ['', 'answers'],
    [
      ['the guesses', counted(answers)],
      ['another account meanwhile', counted([elsewhere])],
    ],
  )
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

/** Opens one stream; `onTitle` is told each title it shows. */
function openStream(stack: Stack, videoId: string, key: string, onTitle: (title: string) => void) {
  return new Promise<() => void>((resolve, reject) => {
    const sent = request(`${stack.origin}/api/videos/${videoId}/events`, {
      headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
      agent: false,
    })
    sent.on('error', reject)
    sent.on('response', answer => {
      if (answer.statusCode !== 200) return reject(new Error(`a stream: ${answer.statusCode}`))
      answer.on('error', () => {})
      createInterface({ input: answer }).on('line', line => {
        const [, title] = /^data: .*"title":"([^"]*)"/.exec(line) ?? []
        if (title) onTitle(title)
      })
      resolve(() => answer.destroy())
    })
    sent.end()
  })
}

const openedAtOnce = 20

async function streams(stack: Stack, keys: readonly string[], count: number): Promise<void> {
  const fingerprint = String(Math.random())
  const { videoId } = await call<{ videoId: string }>(`${stack.origin}/api/uploads`, {
    ...{ method: 'POST', json: { name: 'a.mp4', size: 1000, type: '', fingerprint } },
  })
  const change = (json: object) =>
    call(`${stack.origin}/api/videos/${videoId}`, { method: 'PATCH', json })
  await change({ visibility: 'unlisted' })
  const before = await residentMegabytes(stack.process())
  const seen = new Map<string, number[]>()
  const closing: (() => void)[] = []
  const note = (title: string) => seen.get(title)?.push(milliseconds())
  // All before the first of them ends by itself, after a minute.
  for (let number = 0; number < count; number += openedAtOnce) {
    const opening = Array.from({ length: Math.min(openedAtOnce, count - number) }, (_, at) =>
      openStream(stack, videoId, keys[(number + at) % keys.length] ?? '', note),
    )
    closing.push(...(await Promise.all(opening)))
  }
  const lags: number[] = []
  let most = 0
  for (let turn = 0; turn < 5; turn++) {
    const title = `title ${turn}`
    seen.set(title, [])
    await change({ title })
    const changedAt = milliseconds()
    await wait(3000)
    const times = seen.get(title) ?? []
    lags.push(...times.map(at => at - changedAt))
    most = Math.max(most, await residentMegabytes(stack.process()))
    if (times.length < count) process.stdout.write(`${count - times.length} streams saw nothing\n`)
  }
  for (const close of closing) close()
  await wait(3000)
  const after = await residentMegabytes(stack.process())
  print(
    `${count} event streams of ${keys.length} people on one video: from the answer to a change until each has it, ms`,
    ['seen', 'median', 'p95', 'most', 'MB before', 'MB with them', 'MB after'],
    [[lags.length, median(lags), percentile(lags, 0.95), Math.max(...lags), before, most, after]],
  )
}

async function timeOf(ask: () => Promise<unknown>, count: number): Promise<number[]> {
  const times: number[] = []
  for (let turn = 0; turn < count; turn++) {
    const began = milliseconds()
    await ask()
    times.push(milliseconds() - began)
  }
  return times
}

/** One call of an installation without accounts, and of one with them by everybody; turn about. */
async function costs(stack: Stack, email: string): Promise<void> {
  const without = await startStack({ ACCOUNTS: 'off', LOG_LEVEL: 'error' })
  try {
    const from = addressOf(7200)
    const signedIn = await send(stack, '/api/session', { from, json: { email, password } })
    const cookie = signedIn.cookies.map(line => line.split(';')[0]).join('; ')
    const path = '/api/usage'
    const get = (of: Stack, headers: Record<string, string> = {}) =>
      send(of, path, { from, method: 'GET', headers })
    const ways = {
      'no accounts': () => get(without),
      'a person, by cookie': () => get(stack, { cookie }),
      'a machine, by key': () => get(stack, { ...authorizationFor(stack.origin) }),
    }
    const rounds = 5
    const times = new Map<string, number[]>(Object.keys(ways).map(name => [name, []]))
    for (let round = 0; round < rounds; round++) {
      for (const [name, ask] of Object.entries(ways))
        times.get(name)?.push(...(await timeOf(ask, 40)))
    }
    let next = 0
    const logIns = await timeOf(() => {
      const json = { email, password }
      return send(stack, '/api/session', { from: addressOf(7300 + next++), json })
    }, 20)
    print(
      `one call of GET ${path}, ms`,
      ['asked by', 'median', 'p95'],
      [...times, ['a log-in', logIns] as const].map(([name, all]) => [
        ...[name, median(all), percentile(all, 0.95)],
      ]),
    )
  } finally {
    await without.stop()
  }
}

export async function benchAccess({ seconds }: { seconds: number }): Promise<void> {
  const adminCode = 'the code of the first admin'
  const stack = await startStack({ LOG_LEVEL: 'error', ADMIN_CODE: adminCode })
  try {
    const owner = await becomeOwner(stack.origin, adminCode)
    const people = await invitePeople(stack, owner, 24)
    const emails = people.map(({ email }) => email)
    await costs(stack, emails[0] ?? '')
    await floods(stack, owner, emails.slice(1, 20), seconds)
    await guesses(stack, emails.slice(20, 22))
    await streams(
      stack,
      people.map(({ key }) => key),
      1000,
    )
  } finally {
    await stack.stop()
  }
}
