// Installs what npm and pip cannot: through apt-get as root on Debian and Ubuntu, through brew, or else by asking in one sentence.
import { existsSync } from 'node:fs'
import { onPath, Refusal, run, say } from './machine.mjs'

let aptIsFresh = false

/** `what` is named to the person; `otherwise` is the sentence for a machine where nothing can be installed. */
export function installPackages({ what, apt, brew, otherwise }) {
  if (existsSync('/etc/debian_version') && onPath('apt-get') && process.getuid?.() === 0) {
    say(`Installing ${what}`)
    // A fresh container has no package lists, and another apt-get may be at work.
    const options = ['-o', 'DPkg::Lock::Timeout=600']
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    if (!aptIsFresh) run('apt-get', [...options, 'update', '--quiet'], { env })
    aptIsFresh = true
    run('apt-get', [...options, 'install', '--yes', '--no-install-recommends', ...apt], { env })
  } else if (onPath('brew')) {
    say(`Installing ${what}`)
    run('brew', ['install', ...brew])
  } else {
    throw new Refusal(otherwise)
  }
}
