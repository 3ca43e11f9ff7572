// Makes a checkout ready to run, before `npm start` and `npm test`: packages, Node 24, Python's MiniStack, FFmpeg, the
// built portal (--portal) and a browser for the tests (--chromium). Says what it installs and for how long; says nothing when nothing is to be done.
// Runs on the machine's own Node (>= 20) before any package exists, so it is plain JavaScript without dependencies.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { holdLock } from './setup/lock.mjs'
import { onPath, Refusal, root, run, runBeside, say, state } from './setup/machine.mjs'
import { installPackages } from './setup/system-packages.mjs'

const digest = (...parts) => createHash('sha256').update(parts.join('\0')).digest('hex')
const textOf = path => (existsSync(path) ? readFileSync(path, 'utf8') : '')
const needs = process.argv.slice(2)

async function setUp() {
  checkMachine()
  const release = holdLock(join(state, 'setup.lock'))
  // They take the longest, and mostly wait for the network: the others are set up beside them.
  const packages = setUpPackages()
  const ended = packages.catch(() => undefined)
  try {
    setUpPython()
    setUpFfmpeg()
    if (needs.includes('--chromium')) setUpChromium()
    await packages
    if (needs.includes('--portal')) buildPortal()
  } finally {
    await ended
    release()
  }
}

function checkMachine() {
  if (!['linux', 'darwin'].includes(process.platform)) {
    throw new Refusal('Millrace runs on Linux and macOS; on Windows, run it inside WSL.')
  }
  if (Number.parseInt(process.versions.node, 10) < 20) {
    throw new Refusal(`Install Node 20 or newer; this is Node ${process.versions.node}.`)
  }
  mkdirSync(state, { recursive: true })
}

async function setUpPackages() {
  const stamp = join(root, 'node_modules', '.millrace-stamp')
  const wanted = digest(
    readFileSync(join(root, 'package-lock.json')),
    process.platform,
    process.arch,
  )
  if (textOf(stamp) === wanted) return
  say('Installing npm packages (about half a minute)')
  const { npm_node_execpath: node, npm_execpath: npm } = process.env
  const [command, ...first] = node && npm ? [node, npm] : ['npm']
  await runBeside(command, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'])
  linkNode()
  writeFileSync(stamp, wanted)
}

/** npm scripts look into node_modules/.bin first, so the Node 24 linked there runs them all, whatever the machine has. */
function linkNode() {
  const link = join(root, 'node_modules', '.bin', 'node')
  const name = `${process.platform}-${process.arch}`
  const folder = [`node-${name}`, `node-bin-${name}`].find(folder =>
    existsSync(join(root, 'node_modules', folder, 'bin', 'node')),
  )
  if (folder) {
    rmSync(link, { force: true })
    symlinkSync(`../${folder}/bin/node`, link)
  }
  const version = run(folder ? link : 'node', ['--version']).trim()
  if (Number.parseInt(version.slice(1), 10) < 24) {
    throw new Refusal(
      `There is no packaged Node 24 for ${name}: install Node 24 (this is ${version}).`,
    )
  }
}

function setUpPython() {
  const venv = join(state, 'venv')
  const python = join(venv, 'bin', 'python')
  const requirements = join(root, 'local', 'requirements.txt')
  const stamp = join(venv, 'requirements.stamp')
  const wanted = digest(readFileSync(requirements))
  // existsSync follows the link, so a venv whose Python was removed or upgraded away is made again.
  if (existsSync(python) && textOf(stamp) === wanted) return
  const base = findPython() ?? installPython()
  say('Installing MiniStack, the local stand-in for AWS, into .millrace/venv (about 15 s)')
  rmSync(venv, { recursive: true, force: true })
  run(base, ['-m', 'venv', venv])
  run(python, [
    ...['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'],
    ...['--only-binary=:all:', '--requirement', requirements],
  ])
  writeFileSync(stamp, wanted)
}

/** A Python that is new enough and can make a venv: Debian's needs a package of its own for ensurepip. */
function findPython() {
  const probe = 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))'
  return ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10']
    .filter(onPath)
    .find(name => run(name, ['-c', probe], { mayFail: true }) !== null)
}

function installPython() {
  installPackages({
    what: 'Python 3 with venv (about half a minute)',
    apt: ['python3', 'python3-venv'],
    brew: ['python@3.13'],
    otherwise:
      'Install Python 3.10 or newer with its venv module (Debian and Ubuntu: python3-venv).',
  })
  const python = findPython()
  if (!python) throw new Refusal('The system offers no Python 3.10 or newer: install one.')
  return python
}

function setUpFfmpeg() {
  // The path that passed the check is remembered, because asking FFmpeg takes longer than all the rest.
  const stamp = join(state, 'ffmpeg')
  const programs = () => [onPath('ffmpeg'), onPath('ffprobe')]
  const missing = programs().includes(undefined)
  if (!missing && textOf(stamp) === programs().join('\n')) return
  if (missing) {
    installPackages({
      what: 'FFmpeg (about a minute)',
      apt: ['ffmpeg'],
      brew: ['ffmpeg'],
      otherwise: 'Install FFmpeg 5 or newer, with ffprobe, so that both are on the PATH.',
    })
  }
  const encoders = run('ffmpeg', ['-hide_banner', '-encoders'])
  const major = Number(/^ffmpeg version n?(\d+)/.exec(run('ffmpeg', ['-version']))?.[1] ?? Infinity)
  if (!/ libx264 /.test(encoders) || major < 5) {
    throw new Refusal(`Install FFmpeg 5 or newer with libx264: ${onPath('ffmpeg')} is not.`)
  }
  writeFileSync(stamp, programs().join('\n'))
}

/** Writes the browser's path to .millrace/chromium, where the tests read it; CHROMIUM_PATH overrules what is found. */
function setUpChromium() {
  const record = join(state, 'chromium')
  const named = process.env['CHROMIUM_PATH']
  const known = textOf(record)
  if (existsSync(known) && (!named || named === known)) return
  const path = findChromium(named) ?? installChromium()
  writeFileSync(record, path)
}

const macBrowsers = ['Chromium', 'Google Chrome'].map(
  name => `/Applications/${name}.app/Contents/MacOS/${name}`,
)

/** Ubuntu's chromium-browser is a stub that only asks for its snap, so a browser counts when it answers. */
function findChromium(named) {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const places = named ? [named] : [...names.map(onPath), ...macBrowsers]
  return places.find(
    path => path && existsSync(path) && run(path, ['--version'], { mayFail: true }) !== null,
  )
}

function installChromium() {
  const otherwise = 'Install Google Chrome or Chromium: the tests play video in a real browser.'
  if (/^ID=ubuntu$/m.test(textOf('/etc/os-release'))) throw new Refusal(otherwise)
  installPackages({
    what: 'Chromium, for the tests in a real browser (about a minute)',
    apt: ['chromium'],
    brew: ['--cask', 'chromium'],
    otherwise,
  })
  const path = findChromium()
  if (!path) throw new Refusal(otherwise)
  return path
}

function buildPortal() {
  const node = join(root, 'node_modules', '.bin', 'node')
  const built = spawnSync(node, [join(root, 'tools', 'build-portal.ts')], { stdio: 'inherit' })
  if (built.status !== 0) throw new Refusal('The portal could not be built; why is said above.')
}

try {
  await setUp()
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  console.error(error.message)
  process.exitCode = 1
}
