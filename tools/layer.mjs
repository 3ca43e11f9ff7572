// `npm run layer`: compiles FFmpeg as the Lambda layer, for this machine's architecture or for --arch x86_64|arm64; with --test
// the transcoder's media suite then runs with it. Installs the compilers where it can.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { onPath, Refusal, root, state } from './setup/machine.mjs'
import { installPackages } from './setup/system-packages.mjs'

const architectures = { x86_64: 'x86-64', arm64: 'aarch64' }
const own = process.arch === 'arm64' ? 'arm64' : 'x86_64'

/** Of Debian's names; what brings a program to the PATH by which it is known to be there. */
const tools = {
  meson: 'meson',
  ninja: 'ninja-build',
  autoconf: 'autoconf',
  automake: 'automake',
  libtoolize: 'libtool',
  'pkg-config': 'pkg-config',
  make: 'make',
  'g++': 'g++',
  curl: 'curl',
  xz: 'xz-utils',
  zip: 'zip',
}

function toolsFor(arch) {
  const needed = { ...tools, ...(arch === 'x86_64' ? { nasm: 'nasm' } : {}) }
  if (arch === own) return needed
  const gnu = arch === 'arm64' ? 'aarch64' : 'x86_64'
  const compiler = `${architectures[arch]}-linux-gnu`
  return {
    ...needed,
    [`${gnu}-linux-gnu-gcc`]: `gcc-${compiler}`,
    [`${gnu}-linux-gnu-g++`]: `g++-${compiler}`,
  }
}

function buildLayer(arch) {
  if (process.platform !== 'linux') {
    throw new Refusal('The layer holds Linux programs: build it on Linux, or in a Linux container.')
  }
  const missing = Object.entries(toolsFor(arch)).filter(([program]) => !onPath(program))
  if (missing.length > 0) {
    const packages = missing.map(([, name]) => name)
    installPackages({
      what: `compilers for the layer (${packages.join(', ')})`,
      apt: packages,
      otherwise: `Install ${packages.join(', ')} (Debian's names), then run this again.`,
    })
  }
  const script = join(root, 'layers', 'ffmpeg', 'build.sh')
  const { status } = spawnSync('bash', [script, arch], { stdio: 'inherit' })
  if (status !== 0) throw new Refusal('The layer was not built; why is said above.')
}

/** Sources are made, and results judged, by the machine's own FFmpeg; everything the transcoder runs is the layer's. */
function testLayer() {
  const bin = join(state, 'layer', own, 'bin')
  const vitest = join(root, 'node_modules', '.bin', 'vitest')
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--project', 'heavy', 'test/transcoder'],
    {
      cwd: root,
      env: {
        ...process.env,
        FFMPEG_PATH: join(bin, 'ffmpeg'),
        FFPROBE_PATH: join(bin, 'ffprobe'),
      },
      stdio: 'inherit',
    },
  )
  if (status !== 0) throw new Refusal("The transcoder's media suite failed with the layer.")
}

try {
  const { values } = parseArgs({
    options: { arch: { type: 'string', default: own }, test: { type: 'boolean', default: false } },
  })
  if (!(values.arch in architectures)) {
    throw new Refusal(`There is no layer for "${values.arch}": x86_64 or arm64.`)
  }
  if (values.test && values.arch !== own) {
    throw new Refusal(`The layer for ${values.arch} can only be tested on such a machine.`)
  }
  buildLayer(values.arch)
  if (values.test) testLayer()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
