// One set-up at a time in a checkout: a lock file that names its holder, waited for while that process lives.
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { say } from './machine.mjs'

const pollMilliseconds = 200
/** Longer than any set-up: the holder's number belongs to another process by now. */
const staleMilliseconds = 20 * 60_000

/** Waits for the lock and takes it. Returns how to give it back. */
export function holdLock(path) {
  const mine = `${path}.${process.pid}`
  writeFileSync(mine, `${process.pid}`)
  try {
    for (let told = false; !take(mine, path); ) {
      if (isStale(path)) {
        // Renamed before it is removed: of two that find the same stale lock, only one moves it.
        takeAside(path, `${mine}.stale`)
        continue
      }
      if (!told) say('Waiting for another set-up of this checkout')
      told = true
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMilliseconds)
    }
  } finally {
    rmSync(mine, { force: true })
  }
  return () => rmSync(path, { force: true })
}

/** A hard link, unlike a file opened for writing, appears with its content already in it. */
function take(mine, path) {
  try {
    linkSync(mine, path)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}

function isStale(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs > staleMilliseconds) return true
    process.kill(Number(readFileSync(path, 'utf8')), 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

function takeAside(path, aside) {
  try {
    renameSync(path, aside)
    rmSync(aside, { force: true })
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}
